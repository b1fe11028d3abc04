//! Data sets with a stated source and license, bitwise identical on every machine.
//!
//! [`DataSource`] parses a name or a path; [`DataSource::load`] returns a [`DataSet`] with a training part and a
//! held-out part. Each part is a [`Part`] that provides [`fanin_core::network::Samples`]. [`Batches`] defines the order
//! of training.
//!
//! | name | contents | source | license |
//! |---|---|---|---|
//! | `digits` | 1,797 images of 8 x 8 pixels, 10 classes | E. Alpaydin, C. Kaynak, UCI, 1998 | CC BY 4.0 |
//! | `lab` | 400 points in two noisy rings | deeplearning.ai, generated with scikit-learn's `make_circles` | numbers only, none stated |
//! | `circles`, `moons`, `spiral`, `xor`, `blobs`, `corner` | generated points ([`Made`]) | fanin | fanin's own |
//! | a path | a CSV, TSV or IDX file, plain or compressed, or a folder like MNIST's ([`FileSource`]) | the user | the user's |
//!
//! ```
//! use fanin_core::Seed;
//! use fanin_lab::data::{Batches, DataSource};
//!
//! let set = "circles(n = 100)".parse::<DataSource>()?.load()?;
//! let mut batches = Batches::new(set.train(), 32, Seed(0))?;
//! for step in 0..10 {
//!     let samples = batches.at(step);
//!     assert!(samples.len() <= 32 && samples.features == 2);
//! }
//! # Ok::<(), fanin_lab::data::DataError>(())
//! ```

mod batches;
mod catalog;
mod csv_file;
mod data_set;
mod data_source;
mod digits;
mod error;
mod file_source;
mod gzip;
mod idx;
mod made;
mod part;
mod permutation;
mod published_lab;
mod split;
mod standardize;

pub use batches::Batches;
pub use catalog::{Listing, catalog};
pub use csv_file::CsvOptions;
pub use data_set::{DataSet, Provenance};
pub use data_source::DataSource;
pub use error::DataError;
pub use file_source::FileSource;
pub use made::{Made, Pattern};
pub use part::Part;
pub use published_lab::{PublishedLab, PublishedParameter, PublishedStart};
pub use split::Split;
