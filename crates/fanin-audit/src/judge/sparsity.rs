//! Dead lines that unstructured pruning explains.
//!
//! A line of a pruned matrix is dead if all its values happen to be pruned. The living lines show how often that
//! happens.

use std::ops::Range;

use fanin_checkpoint::reading::ReadError;

use super::axes::{Channels, Side};
use super::subject::Subject;
use crate::measure::number;

/// The smallest share of zeros among living lines that counts as pruning. Dense weights have none.
const PRUNED: f64 = 0.02;

/// Above this share of zeros among living lines, too few values are left to distinguish chance from a fault.
pub(crate) const HARDLY_ANY: f64 = 0.95;

/// The pruning of a matrix, as seen along one side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pruning {
    /// The share of zeros among the values of living lines.
    pub(crate) zeros: f64,
    /// The maximum number of dead lines that chance explains.
    pub(crate) dead: f64,
}

/// Counts the zeros of each channel; `None` if living channels have almost no zeros. `dead` is the number of dead
/// channels.
pub(crate) fn of(subject: &Subject<'_>, channels: Channels, dead: usize) -> Result<Option<Pruning>, ReadError> {
    let sample = &subject.statistics.sample;
    let (lines, length) = (channels.count, channels.width(subject.grid()));
    let share = |part: usize, of: usize| number(part as u64) / number(of.max(1) as u64);
    let zeros = share(sample.iter().filter(|value| **value == 0.0).count(), sample.len());
    let living = 1.0 - share(dead, lines);
    // The share of the sample that lies in dead lines is random.
    if zeros - (1.0 - living)
        < PRUNED * living - 4.0 * (zeros * (1.0 - zeros) / number(sample.len().max(1) as u64)).sqrt()
    {
        return Ok(None);
    }
    let filled = filled(subject, channels)?;
    Ok(explained(&filled, length).filter(|pruning| pruning.zeros >= PRUNED))
}

/// The number of nonzero values of each channel.
fn filled(subject: &Subject<'_>, channels: Channels) -> Result<Vec<u32>, ReadError> {
    let (data, grid) = (subject.data()?, subject.grid());
    let mut filled = vec![0_u32; channels.count];
    let mut values = [0.0_f32; 1024];
    let pieces = |row: usize| (0..grid.columns).step_by(1024).map(move |at| (row, at..(at + 1024).min(grid.columns)));
    for (row, range) in (0..grid.rows).flat_map(pieces) {
        let Range { start, end } = range;
        let read = data.read_f32(row * grid.columns + start, &mut values[..end - start]);
        for (value, column) in values[..read].iter().zip(start..) {
            let line = if channels.side == Side::Rows { row } else { column };
            let channel = if channels.adjacent { line / channels.lines.max(1) } else { line % channels.count.max(1) };
            if let Some(count) = filled.get_mut(channel) {
                *count += u32::from(*value != 0.0);
            }
        }
    }
    Ok(filled)
}

/// Bounds the number of dead lines that chance explains: the larger of two estimates, plus three standard deviations:
///
/// - five times Chao's estimate (1984) of the unseen lines, from the lines with one and two values, which is a lower
///   bound if lines differ in scale, as trained ones do;
/// - the number expected for independent zeros: the zero-truncated binomial distribution fitted to the living lines,
///   for lines of a fifth of the length.
fn explained(filled: &[u32], length: usize) -> Option<Pruning> {
    let with = |count: u32| number(filled.iter().filter(|filled| **filled == count).count() as u64);
    let (lines, length) = (number(filled.len() as u64), number(length as u64));
    let (dead, once, twice) = (with(0), with(1), with(2));
    let living = lines - dead;
    let sum: f64 = filled.iter().map(|filled| f64::from(*filled)).sum();
    if living < 1.0 || length < 2.0 {
        return None;
    }
    let unseen = if twice > 0.0 { once * once / (2.0 * twice) } else { once * (once - 1.0).max(0.0) / 2.0 };
    let mean = sum / living;
    let mut kept = mean / length;
    for _ in 0..60 {
        kept = mean / length * (1.0 - (1.0 - kept).powf(length));
    }
    let most = (5.0 * unseen).max(lines * (1.0 - kept).max(0.0).powf(length / 5.0));
    Some(Pruning { zeros: 1.0 - mean / length, dead: most + 3.0 * most.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_and_faults() {
        // Two outputs, four fifths pruned: 64, 32 and 4 % of the inputs have no, one and two weights.
        let filled: Vec<u32> = (0..500)
            .map(|line| match line % 25 {
                0 => 2,
                1..=8 => 1,
                _ => 0,
            })
            .collect();
        let pruning = explained(&filled, 2).expect("pruning");
        assert!(pruning.dead > 320.0 && (pruning.zeros - 4.0 / 9.0).abs() < 1e-12, "{pruning:?}");
        // 256 inputs, a fifth kept: no neuron dies by chance.
        let filled: Vec<u32> = (0..256).map(|line| if line < 150 { 0 } else { 40 + line % 20 }).collect();
        assert!(explained(&filled, 256).expect("pruning").dead < 1.0);
    }
}
