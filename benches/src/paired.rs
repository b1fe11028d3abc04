//! Ratios of times, measured in turns to cancel out other load on the machine.

use std::error::Error;
use std::time::{Duration, Instant};

/// A measured function. All participants share its state, such as the buffer to fill.
pub type Run<'a, S> = Box<dyn FnMut(&mut S) -> Result<(), Box<dyn Error>> + 'a>;

/// Minimum, median and maximum of several numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The minimum.
    pub min: f64,
    /// The median.
    pub median: f64,
    /// The maximum.
    pub max: f64,
}

impl Spread {
    /// Computes the spread of numbers in any order; `None` without numbers.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self { min: *values.first()?, median: *values.get(values.len() / 2)?, max: *values.last()? })
    }
}

/// The schedule of turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The duration of a turn, in which the call is repeated: long compared with the clock's resolution, but short
    /// enough that the next turn runs under the same load. Functions that take longer are called once per turn.
    pub block: Duration,
    /// The rounds per run, with one turn per participant in each. A run's ratio is the median of its rounds.
    pub rounds: usize,
    /// The runs over which the spread is computed.
    pub runs: usize,
}

impl Pace {
    /// For functions that take microseconds: 7 runs of 15 rounds with blocks of 4 ms.
    pub const BLOCKS: Self = Self { block: Duration::from_millis(4), rounds: 15, runs: 7 };

    /// For functions that take 10 ms or more: every round is a run.
    #[must_use]
    pub fn single(runs: usize) -> Self {
        Self { block: Duration::ZERO, rounds: 1, runs }
    }
}

/// A participant of [`turns`], by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant(pub usize);

/// Seconds per call, by run, round and participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Times(Vec<Vec<Vec<f64>>>);

impl Times {
    /// Returns the ratio of the times of `a` and `b`: the spread, over the runs, of the medians of their rounds.
    ///
    /// # Errors
    /// Fails if one of them did not participate.
    pub fn ratio(&self, a: Participant, b: Participant) -> Result<Spread, Box<dyn Error>> {
        self.spread(|round| Some(round.get(a.0)? / round.get(b.0)?))
    }

    /// Returns the seconds per call.
    ///
    /// # Errors
    /// Fails if it did not participate.
    pub fn seconds(&self, of: Participant) -> Result<Spread, Box<dyn Error>> {
        self.spread(|round| round.get(of.0).copied())
    }

    fn spread(&self, number: impl Fn(&[f64]) -> Option<f64>) -> Result<Spread, Box<dyn Error>> {
        let median = |run: &Vec<Vec<f64>>| {
            let numbers: Option<Vec<f64>> = run.iter().map(|round| number(round)).collect();
            Spread::of(numbers?).map(|spread| spread.median)
        };
        let medians: Option<Vec<f64>> = self.0.iter().map(median).collect();
        medians.and_then(Spread::of).ok_or_else(|| "no such participant, or no rounds".into())
    }
}

/// Times all participants in turns: each has one turn per round, in alternating order, so that other load affects all
/// of them equally. The first call of each is not counted.
///
/// # Errors
/// Returns the error of a participant.
pub fn turns<S>(pace: Pace, state: &mut S, participants: &mut [Run<'_, S>]) -> Result<Times, Box<dyn Error>> {
    let mut blocks = Vec::with_capacity(participants.len());
    for participant in &mut *participants {
        time(1, state, participant)?;
        let mut calls = 1;
        while pace.block > Duration::ZERO && time(calls, state, participant)? < pace.block {
            calls *= 2;
        }
        blocks.push(calls);
    }
    let mut runs = Vec::with_capacity(pace.runs);
    for _ in 0..pace.runs {
        let mut rounds = Vec::with_capacity(pace.rounds);
        for _ in 0..pace.rounds {
            let forwards = (runs.len() + rounds.len()) % 2 == 0;
            let mut seconds = vec![0.0; participants.len()];
            let mut order: Vec<_> = participants.iter_mut().zip(&blocks).zip(&mut seconds).collect();
            if !forwards {
                order.reverse();
            }
            for ((participant, calls), seconds) in order {
                *seconds = time(*calls, state, participant)?.as_secs_f64() / f64::from(*calls);
            }
            rounds.push(seconds);
        }
        runs.push(rounds);
    }
    Ok(Times(runs))
}

/// Returns the ratio of the times of `a` and `b`, measured in turns at [`Pace::BLOCKS`].
///
/// # Errors
/// Returns the errors of `a` and `b`.
pub fn ratio(
    mut a: impl FnMut() -> Result<(), Box<dyn Error>>,
    mut b: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<Spread, Box<dyn Error>> {
    let mut pair: [Run<'_, ()>; 2] = [Box::new(|()| a()), Box::new(|()| b())];
    turns(Pace::BLOCKS, &mut (), &mut pair)?.ratio(Participant(0), Participant(1))
}

fn time<S>(calls: u32, state: &mut S, participant: &mut Run<'_, S>) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..calls {
        participant(state)?;
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

    #[test]
    fn everyone_has_a_first_use_and_a_turn_in_every_round() {
        let mut order = String::new();
        let mut participants = ["a", "b"].map(|name| -> Run<'_, String> {
            Box::new(move |order: &mut String| {
                order.push_str(name);
                Ok(())
            })
        });
        let times = turns(Pace { rounds: 2, ..Pace::single(2) }, &mut order, &mut participants).unwrap();
        assert_eq!(order, "ab abba baab".replace(' ', ""));
        assert!(times.ratio(Participant(1), Participant(0)).is_ok());
        assert!(times.ratio(Participant(1), Participant(2)).is_err());
    }

    #[test]
    fn a_ratio_is_of_one_round_and_a_run_gives_the_median_of_its_rounds() {
        let run = |ratios: [f64; 3]| ratios.map(|ratio| vec![ratio, 1.0]).to_vec();
        let times = Times(vec![run([9.0, 2.0, 1.0]), run([3.0, 4.0, 0.1]), run([5.0, 5.0, 5.0])]);
        let spread = times.ratio(Participant(0), Participant(1)).unwrap();
        assert_eq!(spread, Spread { min: 2.0, median: 3.0, max: 5.0 });
    }
}
