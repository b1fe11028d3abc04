//! Builds checkpoints for tests.

use std::path::PathBuf;

use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, text};
use safetensors::{Dtype, tensor::TensorView};

use fanin_checkpoint::reading::Checkpoint;

/// Element types that can be stored.
pub(crate) trait Stored: bytemuck::Pod {
    const DTYPE: Dtype;
}

impl Stored for f32 {
    const DTYPE: Dtype = Dtype::F32;
}
impl Stored for f64 {
    const DTYPE: Dtype = Dtype::F64;
}
impl Stored for half::bf16 {
    const DTYPE: Dtype = Dtype::BF16;
}
impl Stored for half::f16 {
    const DTYPE: Dtype = Dtype::F16;
}
impl Stored for i64 {
    const DTYPE: Dtype = Dtype::I64;
}

/// A builder of test checkpoints.
#[derive(Clone, Default)]
pub(crate) struct Made {
    tensors: Vec<(String, Vec<usize>, Dtype, Vec<u8>)>,
    seed: u64,
}

/// A checkpoint in a temporary folder.
pub(crate) struct MadeCheckpoint {
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl MadeCheckpoint {
    pub(crate) fn open(&self) -> Checkpoint {
        Checkpoint::open(&self.path).expect("a checkpoint")
    }
}

impl Made {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets the seed of the tensors that follow.
    pub(crate) fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    pub(crate) fn with<T: Stored>(mut self, name: &str, shape: &[usize], values: &[T]) -> Self {
        self.tensors.retain(|(other, ..)| other != name);
        self.tensors.push((name.to_owned(), shape.to_vec(), T::DTYPE, bytemuck::cast_slice(values).to_vec()));
        self
    }

    /// Adds a tensor `[out, in, k...]` filled by an initializer.
    pub(crate) fn drawn(self, name: &str, shape: &[usize], init: &str) -> Self {
        let values = drawn(name, shape, init, self.seed);
        self.with(name, shape, &values)
    }

    /// Changes the values of a tensor.
    pub(crate) fn changed(self, name: &str, change: impl FnOnce(&mut Vec<f32>)) -> Self {
        let (_, shape, _, bytes) = self.tensors.iter().find(|(other, ..)| other == name).expect("a tensor");
        let shape = shape.clone();
        let mut values = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        change(&mut values);
        self.with(name, &shape, &values)
    }

    pub(crate) fn checkpoint(&self) -> MadeCheckpoint {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.safetensors");
        let views: Vec<(&str, TensorView<'_>)> = self
            .tensors
            .iter()
            .map(|(name, shape, dtype, bytes)| {
                (name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).expect("a tensor"))
            })
            .collect();
        std::fs::write(&path, safetensors::serialize(views, None).expect("bytes")).expect("written");
        MadeCheckpoint { _folder: folder, path }
    }
}

pub(crate) fn drawn(name: &str, shape: &[usize], init: &str, seed: u64) -> Vec<f32> {
    let param = ParamSpec::new(name, shape).expect("a shape").with_layout(Layout::OutIn);
    text::parse(init).expect("an initializer").sample(&param, Seed(seed)).expect("values")
}
