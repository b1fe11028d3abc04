//! Small checkpoints made of fresh-looking and trained-looking weights.

use std::path::{Path, PathBuf};

use fanin_audit::{Audit, AuditOptions, Severity, audit};
use fanin_checkpoint::reading::Checkpoint;
use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, text};
use safetensors::{Dtype, tensor::TensorView};

/// Draws values; each call continues where the last one ended.
pub(crate) struct Random {
    seed: u64,
    draws: u64,
}

/// A tensor in memory.
#[derive(Clone)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A checkpoint to be written.
#[derive(Clone, Default)]
pub(crate) struct File {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
}

/// A written checkpoint.
pub(crate) struct Written {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, draws: 0 }
    }

    /// Draws from an initializer, such as `normal(std = 0.02)`.
    pub(crate) fn draw(&mut self, shape: &[usize], initializer: &str) -> Array {
        self.draws += 1;
        let param = ParamSpec::new(format!("draw {}", self.draws), shape).expect("a shape").with_layout(Layout::OutIn);
        let initializer = text::parse(initializer).expect("an initializer");
        Array { shape: shape.to_vec(), values: initializer.sample(&param, Seed(self.seed)).expect("values") }
    }

    /// Independent normal values.
    pub(crate) fn fresh(&mut self, shape: &[usize], std: f64) -> Array {
        self.draw(shape, &format!("normal(std = {std:e})"))
    }

    /// A matrix whose rows and columns have different scales, as training leaves them.
    pub(crate) fn trained(&mut self, rows: usize, columns: usize) -> Array {
        self.trained_with(rows, columns, 0.02)
    }

    pub(crate) fn trained_with(&mut self, rows: usize, columns: usize, std: f64) -> Array {
        let of_rows = self.fresh(&[rows], 0.4).values;
        let of_columns = self.fresh(&[columns], 0.4).values;
        let mut array = self.fresh(&[rows, columns], std);
        for (at, value) in array.values.iter_mut().enumerate() {
            *value *= (of_rows[at / columns] + of_columns[at % columns]).exp();
        }
        array
    }

    /// Values with heavy tails (Student's t with 4 degrees of freedom); the first eighth of the last axis is twice as large.
    pub(crate) fn heavy(&mut self, shape: &[usize], scale: f32) -> Array {
        let squares: Vec<Vec<f32>> = (0..4).map(|_| self.fresh(shape, 1.0).values).collect();
        let mut array = self.fresh(shape, 1.0);
        let last = *shape.last().expect("an axis");
        for (at, value) in array.values.iter_mut().enumerate() {
            let mean: f32 = squares.iter().map(|of| of[at] * of[at]).sum::<f32>() / 4.0;
            *value *= scale / mean.sqrt() * if at % last < (last / 8).max(1) { 2.0 } else { 1.0 };
        }
        array
    }

    /// PyTorch-like uniform values on `1 / sqrt(columns)`.
    #[expect(clippy::cast_precision_loss, reason = "a small axis")]
    pub(crate) fn uniform(&mut self, rows: usize, columns: usize) -> Array {
        let bound = 1.0 / (columns as f64).sqrt();
        self.draw(&[rows, columns], &format!("uniform(low = -{bound:e}, high = {bound:e})"))
    }

    /// The gate, up and down projections of six layers.
    pub(crate) fn mlp(&mut self, mut make: impl FnMut(&mut Self, usize, usize) -> Array) -> File {
        let mut file = File::default();
        for layer in 0..6 {
            for (role, rows, columns) in [("gate", 160, 64), ("up", 160, 64), ("down", 64, 160)] {
                file.add(&format!("model.layers.{layer}.mlp.{role}_proj.weight"), make(self, rows, columns));
            }
        }
        file
    }
}

impl Array {
    pub(crate) fn filled(shape: &[usize], value: f32) -> Self {
        Self { shape: shape.to_vec(), values: vec![value; shape.iter().product()] }
    }

    pub(crate) fn zeros(shape: &[usize]) -> Self {
        Self::filled(shape, 0.0)
    }

    pub(crate) fn map(mut self, mut change: impl FnMut(f32) -> f32) -> Self {
        self.values.iter_mut().for_each(|value| *value = change(*value));
        self
    }

    pub(crate) fn shaped(mut self, shape: &[usize]) -> Self {
        assert_eq!(self.values.len(), shape.iter().product::<usize>());
        self.shape = shape.to_vec();
        self
    }

    /// The values of the given row of a matrix, or of any tensor seen as rows of its last axis.
    pub(crate) fn row(&mut self, row: usize) -> &mut [f32] {
        let width = *self.shape.last().expect("an axis");
        &mut self.values[row * width..(row + 1) * width]
    }

    pub(crate) fn transposed(&self) -> Self {
        let [rows, columns] = self.shape[..] else { panic!("a matrix") };
        let values = (0..rows * columns).map(|at| self.values[at % rows * columns + at / rows]).collect();
        Self { shape: vec![columns, rows], values }
    }

    /// Joins arrays of one shape along a new first axis.
    pub(crate) fn stacked(arrays: &[Self]) -> Self {
        let mut shape = vec![arrays.len()];
        shape.extend(&arrays[0].shape);
        Self { shape, values: arrays.iter().flat_map(|array| array.values.iter().copied()).collect() }
    }
}

impl File {
    /// Adds a tensor, or replaces the one of this name.
    #[expect(clippy::needless_pass_by_value, reason = "arrays are drawn in the call")]
    pub(crate) fn add(&mut self, name: &str, array: Array) -> &mut Self {
        let bytes = array.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.add_bytes(name, Dtype::F32, &array.shape, bytes)
    }

    pub(crate) fn add_bytes(&mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> &mut Self {
        let tensor = (name.to_owned(), dtype, shape.to_vec(), bytes);
        match self.tensors.iter_mut().find(|(other, ..)| other == name) {
            Some(same) => *same = tensor,
            None => self.tensors.push(tensor),
        }
        self
    }

    pub(crate) fn join(&mut self, other: Self) -> &mut Self {
        self.tensors.extend(other.tensors);
        self
    }

    /// Changes the values of every tensor whose name contains `part`.
    pub(crate) fn change(&mut self, part: &str, mut change: impl FnMut(&str, &mut Array)) -> &mut Self {
        for (name, dtype, shape, bytes) in &mut self.tensors {
            if *dtype == Dtype::F32 && name.contains(part) {
                let values = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
                let mut array = Array { shape: shape.clone(), values };
                change(name, &mut array);
                shape.clone_from(&array.shape);
                *bytes = array.values.iter().flat_map(|value| value.to_le_bytes()).collect();
            }
        }
        self
    }

    pub(crate) fn written(&self) -> Written {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.safetensors");
        let views = self.tensors.iter().map(|(name, dtype, shape, bytes)| {
            (name.clone(), TensorView::new(*dtype, shape.clone(), bytes).expect("a tensor"))
        });
        std::fs::write(&path, safetensors::serialize(views, None).expect("bytes")).expect("written");
        Written { _folder: folder, path }
    }

    /// Audits the checkpoint with the default options.
    pub(crate) fn audit(&self) -> Report {
        self.audit_with(&AuditOptions::default())
    }

    pub(crate) fn audit_with(&self, options: &AuditOptions) -> Report {
        let written = self.written();
        let checkpoint = Checkpoint::open(written.path()).expect("a checkpoint");
        Report(audit(&checkpoint, options).expect("an audit"))
    }
}

impl Written {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The result of an audit.
pub(crate) struct Report(pub(crate) Audit);

impl Report {
    /// The stage as it is printed; empty if there is none.
    pub(crate) fn stage(&self) -> String {
        self.0.decision.stage.map_or_else(String::new, |stage| stage.to_string())
    }

    /// `tensor: rule` of each warning and error, sorted.
    pub(crate) fn loud(&self) -> Vec<String> {
        self.lines(|severity| severity > Severity::Note)
    }

    /// `tensor: rule` of each note, sorted.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.lines(|severity| severity == Severity::Note)
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.lines(|severity| severity == Severity::Error)
    }

    fn lines(&self, wanted: impl Fn(Severity) -> bool) -> Vec<String> {
        let findings = self.0.findings.iter().filter(|finding| wanted(finding.severity));
        let mut lines: Vec<String> = findings.map(|finding| format!("{}: {}", finding.tensor, finding.rule)).collect();
        lines.sort();
        lines
    }

    /// The messages of all findings in a tensor.
    pub(crate) fn messages(&self, tensor: &str) -> Vec<&str> {
        let findings = self.0.findings.iter().filter(|finding| finding.tensor == tensor);
        findings.map(|finding| finding.message.as_str()).collect()
    }
}

/// Makes column `to` of a matrix equal to column `from`.
pub(crate) fn copy_column(values: &mut [f32], columns: usize, from: usize, to: usize) {
    values.chunks_mut(columns).for_each(|row| row[to] = row[from]);
}

/// Makes row `to` of a matrix equal to row `from`.
pub(crate) fn copy_row(values: &mut [f32], columns: usize, from: usize, to: usize) {
    values.copy_within(from * columns..(from + 1) * columns, to * columns);
}

/// The message of the only finding in a tensor.
pub(crate) fn message(report: &Report, tensor: &str) -> String {
    let messages = report.messages(tensor);
    assert_eq!(messages.len(), 1, "{tensor}: {messages:?}");
    messages[0].to_owned()
}

/// Asserts that there is no warning and no error.
pub(crate) fn is_quiet(report: &Report) {
    assert!(report.loud().is_empty(), "{:?}", report.loud());
}
