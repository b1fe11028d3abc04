//! Loss curves: one per initializer or control, with its name and outcome.

use super::canvas::Letters;
use super::font::{Weight, width};
use super::number::{count, number};
use super::scale::Scale;
use super::series::Series;
use super::style::{CONTROL, Color, SOFT, color, size, text_color};
use crate::record::RunRecord;

/// The space between a name and its loss.
pub(super) const SPACE: f64 = 10.0;

/// One curve.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) series: Series,
    pub(super) color: Color,
    pub(super) control: bool,
    text_color: Color,
}

impl Curve {
    /// Returns the curves of the initializers, then those of the control, whose dashes are drawn on top.
    pub(super) fn all(run: &RunRecord) -> Vec<Self> {
        let steps = run.arguments.steps;
        let compared = run.arguments.initializers.iter().enumerate().map(|(index, name)| Self {
            name: name.clone(),
            series: Series::of(run.lanes_of(index), steps),
            color: color(index),
            text_color: text_color(index),
            control: false,
        });
        let control = run.arguments.control.iter().enumerate().map(|(index, name)| Self {
            name: format!("control: {name}"),
            series: Series::of(run.control_of(index), steps),
            color: CONTROL,
            text_color: SOFT,
            control: true,
        });
        compared.chain(control).collect()
    }

    /// Returns the common axis. A diverging curve would flatten the others, so only its beginning counts unless there
    /// is no other curve; a single diverging seed may widen the axis by at most a decade.
    pub(super) fn scale(curves: &[Self]) -> Scale {
        let all_diverged = curves.iter().all(|curve| curve.series.diverged);
        let points: Vec<_> = curves
            .iter()
            .flat_map(|curve| {
                let all = curve.series.points.len();
                curve.series.points.iter().take(if curve.series.diverged && !all_diverged { 1 } else { all })
            })
            .collect();
        let medians = || points.iter().map(|point| point.spread.median);
        let high = 10.0 * medians().fold(0.0, f64::max);
        let low = medians().fold(f64::INFINITY, f64::min) / 10.0;
        let bands = points.iter().flat_map(|point| [point.spread.low.max(low), point.spread.high.min(high)]);
        Scale::fitting(medians().chain(bands))
    }

    /// Returns whether this curve is within `near` (as a fraction of the axis) of the other at most points of the
    /// other.
    pub(super) fn covers(&self, other: &Self, scale: Scale, near: f64) -> bool {
        let place = |loss: f64| scale.place(loss).clamp(0.0, 1.0);
        let pairs = self.series.points.iter().zip(&other.series.points);
        let covered = pairs.filter(|(one, other)| (place(one.spread.median) - place(other.spread.median)).abs() < near);
        2 * covered.count() > other.series.points.len()
    }

    /// Returns the outcome of the curve.
    pub(super) fn outcome(&self) -> String {
        match self.series.points.last() {
            Some(last) if self.series.diverged => format!("× diverged, step {}", count(last.step)),
            Some(last) => number(last.spread.median),
            None if self.series.diverged => "× diverged immediately".to_owned(),
            None => "not run".to_owned(),
        }
    }

    /// Returns the text style of its name.
    pub(super) fn letters(&self) -> Letters {
        let letters = if self.control { Letters::regular } else { Letters::bold };
        letters(size::TEXT, self.text_color)
    }

    /// Returns the width of name and outcome.
    pub(super) fn width(&self) -> f64 {
        let name = width(&self.name, size::TEXT, self.letters().weight);
        name + SPACE + width(&self.outcome(), size::TEXT, Weight::Regular)
    }
}
