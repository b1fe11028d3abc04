//! Reading checkpoints: names, shapes, element types and values of all tensors.
//!
//! | file | recognized by | values |
//! |---|---|---|
//! | safetensors, single file or shards with an index | its header | mapped |
//! | `.npz`, `.npy` | `NumPy`'s magic number, in the zip members or the file | mapped; gathered if column-major; inflated if deflated |
//! | `PyTorch` since 1.6, `TorchScript` | a zip with `data.pkl` | mapped; gathered if not row-major |
//! | `PyTorch` before 1.6 | the magic number in its first pickle | same |
//!
//! Files are memory-mapped, not loaded: a tensor of any size costs only address space. The format is detected from the
//! content, not the name. A machine that cannot call anything reads pickles as data ([`ReadError`] reports a pickle
//! that would run code under Python); everything except tensors and containers of tensors is ignored. Other formats
//! are refused by name, with what to do instead.
//!
//! 8-bit floats, and 8-bit integers with scales stored under a known name, are read by value:
//! [`TensorData::read_f32`] multiplies by the scales. Other representations are listed without values
//! ([`Tensor::is_readable`]).
//!
//! No file can make a reader panic or allocate more than a small multiple of the file size, within these bounds: a
//! deflated member or a view with repeated elements takes at most 256 MiB (a deflated member more, if it expands at
//! most 64-fold), and a pickle contains at most 2^23 objects.
//!
//! ```no_run
//! use fanin_checkpoint::reading::Checkpoint;
//!
//! let checkpoint = Checkpoint::open("model.safetensors".as_ref())?;
//! for tensor in checkpoint.tensors() {
//!     let data = checkpoint.load(tensor)?;
//!     println!("{} {:?} {}: {} bytes", tensor.name(), tensor.shape(), tensor.element(), data.bytes().len());
//! }
//! # Ok::<(), fanin_checkpoint::reading::ReadError>(())
//! ```

mod archive;
mod checkpoint;
mod data;
mod element;
mod entries;
mod error;
mod files;
mod float8;
mod foreign;
mod format;
mod gather;
mod index;
mod inflate;
mod mapped;
mod memory;
mod numpy;
mod part;
mod pickle;
mod place;
mod safetensors;
mod scaling;
mod tensor;
mod torch;

pub use checkpoint::Checkpoint;
pub use data::TensorData;
pub use element::ElementType;
pub(crate) use entries::Entries;
pub use error::ReadError;
pub use files::SkippedFile;
pub use float8::Float8;
pub(crate) use tensor::Memory;
pub use tensor::Tensor;
