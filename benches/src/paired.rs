//! The ratio of two times on a machine that others use too.

use std::error::Error;
use std::time::{Duration, Instant};

/// A block of calls is long enough for the clock, and short enough that its pair runs in the same weather.
const BLOCK: Duration = Duration::from_millis(4);
const PAIRS: usize = 15;
const RUNS: usize = 7;

/// Least, median and greatest of several numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The one in the middle.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of numbers in any order; `None` of none.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self { min: *values.first()?, median: *values.get(values.len() / 2)?, max: *values.last()? })
    }
}

/// How many times as long `a` takes as `b`: the spread over 7 runs, of which each is the median of 15 pairs of blocks. The
/// blocks of a pair, of equally many calls, follow each other, `a` first in one pair and `b` in the next: what slows the machine
/// slows both.
///
/// # Errors
/// What `a` or `b` return.
pub fn ratio(
    mut a: impl FnMut() -> Result<(), Box<dyn Error>>,
    mut b: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<Spread, Box<dyn Error>> {
    let mut calls = 1;
    while time(calls, &mut b)? < BLOCK {
        calls *= 2;
    }
    time(calls, &mut a)?;
    let mut runs = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let mut ratios = Vec::with_capacity(PAIRS);
        for pair in 0..PAIRS {
            let (time_a, time_b) = if pair % 2 == 0 {
                let first = time(calls, &mut a)?;
                (first, time(calls, &mut b)?)
            } else {
                let first = time(calls, &mut b)?;
                (time(calls, &mut a)?, first)
            };
            ratios.push(time_a.as_secs_f64() / time_b.as_secs_f64());
        }
        runs.extend(Spread::of(ratios).map(|spread| spread.median));
    }
    Spread::of(runs).ok_or_else(|| "there were no runs".into())
}

fn time(calls: u32, call: &mut impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..calls {
        call()?;
    }
    Ok(start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_numbers_in_any_order() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0, 9.0, -4.0]);
        assert_eq!(spread, Some(Spread { min: -4.0, median: 2.0, max: 9.0 }));
        assert_eq!(Spread::of(vec![]), None);
    }
}
