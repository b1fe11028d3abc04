//! The ratio of times on a machine that others use too: what is compared takes turns.

use std::error::Error;
use std::time::{Duration, Instant};

/// What is measured: it works on the state that all share, such as the buffer that they fill.
pub type Run<'a, S> = Box<dyn FnMut(&mut S) -> Result<(), Box<dyn Error>> + 'a>;

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

/// How often turns are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// A turn is as many calls as take this long: long enough for the clock, and short enough that the next turn runs in the
    /// same weather. What takes longer is called once a turn.
    pub block: Duration,
    /// The rounds of a run: everyone has one turn in each. A run's ratio is the median of its rounds'.
    pub rounds: usize,
    /// The runs, over which the spread is taken.
    pub runs: usize,
}

impl Pace {
    /// For what takes microseconds: 7 runs of 15 rounds of blocks of 4 ms.
    pub const BLOCKS: Self = Self { block: Duration::from_millis(4), rounds: 15, runs: 7 };

    /// For what takes a hundredth of a second and more: every round is a run.
    #[must_use]
    pub fn single(runs: usize) -> Self {
        Self { block: Duration::ZERO, rounds: 1, runs }
    }
}

/// Who took part in [`turns`]: its place among the participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant(pub usize);

/// Seconds a call: for every run, for every round, for every participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Times(Vec<Vec<Vec<f64>>>);

impl Times {
    /// How many times as long `a` takes as `b`: the spread over the runs of the medians of their rounds.
    ///
    /// # Errors
    /// If one of them took no part.
    pub fn ratio(&self, a: Participant, b: Participant) -> Result<Spread, Box<dyn Error>> {
        self.spread(|round| Some(round.get(a.0)? / round.get(b.0)?))
    }

    /// Seconds that a call takes.
    ///
    /// # Errors
    /// If it took no part.
    pub fn seconds(&self, of: Participant) -> Result<Spread, Box<dyn Error>> {
        self.spread(|round| round.get(of.0).copied())
    }

    fn spread(&self, number: impl Fn(&[f64]) -> Option<f64>) -> Result<Spread, Box<dyn Error>> {
        let median = |run: &Vec<Vec<f64>>| {
            let numbers: Option<Vec<f64>> = run.iter().map(|round| number(round)).collect();
            Spread::of(numbers?).map(|spread| spread.median)
        };
        let medians: Option<Vec<f64>> = self.0.iter().map(median).collect();
        medians.and_then(Spread::of).ok_or_else(|| "there is no such participant, or there were no rounds".into())
    }
}

/// Times all participants in turns: in a round each has one, forwards in one round and backwards in the next, so that what
/// slows the machine slows all. The first use of each is not counted.
///
/// # Errors
/// What a participant returns.
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

/// How many times as long `a` takes as `b`, which take turns at [`Pace::BLOCKS`].
///
/// # Errors
/// What `a` or `b` return.
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
