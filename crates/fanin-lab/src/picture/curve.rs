//! One line of the losses: an initializer's or the control's, with its name and what it came to.

use plotters::style::RGBColor;

use super::canvas::Letters;
use super::font::{Weight, width};
use super::number::{count, number};
use super::scale::Scale;
use super::series::Series;
use super::style::{CONTROL, SOFT, color, size, text_color};
use crate::record::RunRecord;

/// From a name to its loss.
pub(super) const SPACE: f64 = 10.0;

/// One line.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) series: Series,
    pub(super) color: RGBColor,
    pub(super) control: bool,
    text_color: RGBColor,
}

impl Curve {
    /// Every initializer's, then the control's: its dashes lie on the others.
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

    /// The axis for all of them. A curve that leaves the finite numbers would squeeze the others flat, so only its beginning
    /// counts unless there is no other; one seed that goes astray may widen the axis by a decade, no more.
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

    /// Whether this curve lies on the other, or nearer than `near` of the axis, at most of the other's points.
    pub(super) fn covers(&self, other: &Self, scale: Scale, near: f64) -> bool {
        let place = |loss: f64| scale.place(loss).clamp(0.0, 1.0);
        let pairs = self.series.points.iter().zip(&other.series.points);
        let covered = pairs.filter(|(one, other)| (place(one.spread.median) - place(other.spread.median)).abs() < near);
        2 * covered.count() > other.series.points.len()
    }

    /// What the curve came to.
    pub(super) fn outcome(&self) -> String {
        match self.series.points.last() {
            Some(last) if self.series.diverged => format!("× diverged, step {}", count(last.step)),
            Some(last) => number(last.spread.median),
            None if self.series.diverged => "× diverged at once".to_owned(),
            None => "not run".to_owned(),
        }
    }

    /// The letters of its name.
    pub(super) fn letters(&self) -> Letters {
        let letters = if self.control { Letters::regular } else { Letters::bold };
        letters(size::TEXT, self.text_color)
    }

    /// The width of name and outcome.
    pub(super) fn width(&self) -> f64 {
        let name = width(&self.name, size::TEXT, self.letters().weight);
        name + SPACE + width(&self.outcome(), size::TEXT, Weight::Regular)
    }
}
