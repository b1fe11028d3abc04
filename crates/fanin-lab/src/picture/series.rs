//! Combining several seeds into one curve: median, minimum and maximum.

use super::number::real;
use crate::record::{LaneRecord, Spread};

/// The loss of one initializer over its seeds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// In the order of the steps, up to where most seeds have become non-finite.
    pub(super) points: Vec<SeriesPoint>,
    /// Whether the curve ends there instead of at the last step.
    pub(super) diverged: bool,
}

/// The seeds at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SeriesPoint {
    pub(super) step: usize,
    pub(super) spread: Spread,
}

/// The approximate maximum number of points in a curve. If there are more steps, each seed's losses are averaged in
/// chunks.
const POINTS: usize = 160;

impl Series {
    /// Returns the curve of these lanes. The first point is a single step, later points average several steps if there
    /// are many, and the last point is the loss over all training samples after the last step.
    pub(super) fn of(lanes: &[LaneRecord], steps: usize) -> Self {
        let taken = lanes.iter().map(|lane| lane.losses.len().min(lane.steps.len())).max().unwrap_or(0);
        let together = taken.saturating_sub(1).div_ceil(POINTS).max(1);
        let first = std::iter::once(0..taken.min(1)).filter(|range| !range.is_empty());
        let mut columns: Vec<(usize, Vec<Option<f64>>)> = first
            .chain((1..taken).step_by(together).map(|first| first..(first + together).min(taken)))
            .map(|range| {
                let step = lanes.iter().find_map(|lane| lane.steps.get(range.start.midpoint(range.end - 1))).copied();
                let losses = lanes.iter().map(|lane| mean(lane.losses.get(range.clone())?.iter().copied()));
                (step.unwrap_or(range.start), losses.collect())
            })
            .collect();
        columns.push((steps, lanes.iter().map(|lane| lane.final_loss).collect()));

        let mut points: Vec<SeriesPoint> = Vec::new();
        for (step, losses) in columns {
            let finite = losses.iter().flatten().filter(|loss| loss.is_finite()).count();
            match Spread::of(losses) {
                Some(spread) if 2 * finite >= lanes.len() => points.push(SeriesPoint { step, spread }),
                _ => return Self { points, diverged: !lanes.is_empty() },
            }
        }
        Self { points, diverged: false }
    }
}

/// Returns the mean if every value is present and finite.
fn mean(values: impl ExactSizeIterator<Item = Option<f64>>) -> Option<f64> {
    let count = real(values.len());
    let sum = values.map(|value| value.filter(|value| value.is_finite())).sum::<Option<f64>>()?;
    (count > 0.0 && sum.is_finite()).then_some(sum / count)
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{Story, run};
    use super::*;

    fn lanes(steps: usize, seeds: u64, story: Story) -> Vec<LaneRecord> {
        run(&[2, 2, 1], steps, seeds, &[("any", story)]).lanes
    }

    #[test]
    fn a_short_run_keeps_every_step_and_ends_at_the_final_loss() {
        let lanes = lanes(20, 3, Story::Learning);
        let series = Series::of(&lanes, 20);
        assert_eq!(series.points.iter().map(|point| point.step).collect::<Vec<_>>(), (0..=20).collect::<Vec<_>>());
        assert!(!series.diverged);
        let at = |step: usize| Spread::of(lanes.iter().map(|lane| lane.losses[step])).unwrap();
        assert_eq!((series.points[0].spread, series.points[7].spread), (at(0), at(7)));
        assert_eq!(series.points[20].spread, Spread::of(lanes.iter().map(|lane| lane.final_loss)).unwrap());
    }

    #[test]
    fn a_long_run_is_averaged_but_for_its_ends() {
        let lanes = lanes(1000, 1, Story::Learning);
        let series = Series::of(&lanes, 1000);
        assert!(series.points.len() <= POINTS + 2);
        // 999 steps after the first, in chunks of 7.
        let mean = (1..8).map(|step| lanes[0].losses[step].unwrap()).sum::<f64>() / 7.0;
        assert_eq!((series.points[0].step, series.points[1].step), (0, 4));
        assert!((series.points[1].spread.median - mean).abs() < 1e-12);
        assert_eq!(Some(series.points[0].spread.median), lanes[0].losses[0]);
    }

    #[test]
    fn a_curve_ends_where_most_seeds_have_diverged() {
        let mut lanes = lanes(40, 3, Story::Learning);
        lanes[0].losses[5] = None;
        assert_eq!(Series::of(&lanes, 40).points.len(), 41);
        lanes[1].losses[9] = Some(f64::INFINITY);
        lanes[0].losses[9] = None;
        let series = Series::of(&lanes, 40);
        assert!(series.diverged);
        assert_eq!(series.points.last().map(|point| point.step), Some(8));
        assert_eq!(Series::of(&[], 40), Series { points: Vec::new(), diverged: false });
    }
}
