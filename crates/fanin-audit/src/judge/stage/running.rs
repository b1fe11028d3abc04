//! The evidence of running statistics and batch counters: whether batches were processed.

use fanin_checkpoint::reading::Checkpoint;

use crate::judge::{Subject, TensorKind};
use crate::wording::digits;

/// The evidence of running statistics and batch counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Running {
    /// The number of running means that are not 0 and running variances that are not 1.
    pub(super) moved: usize,
    /// The number of those with their initial value.
    pub(super) initial: usize,
    /// The batch counters.
    pub(super) batches: Vec<i64>,
    /// The largest value of a moved running variance, and its last name component.
    greatest: Option<(f64, String)>,
}

/// The maximum number of batches in a dry run, which some libraries use to infer shapes.
const DRY: i64 = 4;

impl Running {
    pub(super) fn of(checkpoint: &Checkpoint, subjects: &[Subject<'_>]) -> Self {
        let mut running = Self { batches: batches(checkpoint), ..Self::default() };
        for subject in subjects {
            let start = match subject.kind() {
                TensorKind::RunningMean => 0.0_f32,
                TensorKind::RunningVariance => 1.0,
                _ => continue,
            };
            let statistics = &subject.statistics;
            // A variance of zero was never written.
            if !statistics.is_sound() || start == 1.0 && statistics.is_zero() {
                continue;
            }
            if statistics.is_constant() && statistics.high == start {
                running.initial += 1;
                continue;
            }
            running.moved += 1;
            let high = f64::from(statistics.high);
            if start == 1.0 && running.greatest.as_ref().is_none_or(|(greatest, _)| high > *greatest) {
                let leaf = subject.name().rsplit(['.', '/']).next().unwrap_or_default();
                running.greatest = Some((high, leaf.to_owned()));
            }
        }
        running
    }

    fn most(&self) -> i64 {
        self.batches.iter().copied().max().unwrap_or(0)
    }

    /// Whether a few batches were processed, as in a dry run.
    pub(super) fn is_dry_run(&self) -> bool {
        (1..=DRY).contains(&self.most())
    }

    /// Whether more batches were processed than in a dry run.
    pub(super) fn is_trained(&self) -> bool {
        !self.is_dry_run() && (self.moved > 0 || self.most() > 0)
    }

    /// Whether there are statistics or counters, and none moved.
    pub(super) fn is_initial(&self) -> bool {
        self.moved == 0 && self.most() == 0 && (self.initial > 0 || !self.batches.is_empty())
    }

    /// `running_var up to 2e6, 6 batch counters at 50,000`
    pub(super) fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some((greatest, leaf)) = &self.greatest {
            told.push(format!("{leaf} up to {}", digits(*greatest, 3)));
        } else if self.moved > 0 {
            told.push(format!("{} running means that are not 0", self.moved));
        }
        let counting: Vec<i64> = self.batches.iter().copied().filter(|count| *count > 0).collect();
        let most = grouped(self.most());
        let equal = counting.iter().all(|count| Some(count) == counting.first());
        match counting.len() {
            0 => {}
            1 => told.push(format!("a batch counter at {most}")),
            several => told.push(format!("{several} batch counters {} {most}", if equal { "at" } else { "up to" })),
        }
        told
    }
}

/// The values of all batch counters. Each is a single number, so reading them costs nothing.
fn batches(checkpoint: &Checkpoint) -> Vec<i64> {
    let counters = checkpoint
        .tensors()
        .iter()
        .filter(|tensor| tensor.len() == 1 && TensorKind::of(tensor.name(), tensor.shape()) == TensorKind::BatchCount);
    counters.filter_map(|tensor| number(checkpoint.load(tensor).ok()?.bytes(), &tensor.element().to_string())).collect()
}

/// A little-endian integer of an element type, by the name of the type.
fn number(bytes: &[u8], element: &str) -> Option<i64> {
    match element {
        "i64" | "u64" => bytes.try_into().ok().map(i64::from_le_bytes),
        "i32" | "u32" => bytes.try_into().ok().map(|bytes| i64::from(i32::from_le_bytes(bytes))),
        _ => None,
    }
}

/// A number with its thousands separated by commas.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}
