//! Positions of elements in a convolution kernel.

use crate::initializer::InitError;
use crate::param::{Layout, ParamSpec, StridedRange};

/// The axes of a convolution kernel, derived from its layout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernel {
    layout: Layout,
    /// The length of the channel axis that is split into groups.
    units: u64,
    /// The length of the other channel axis.
    others: u64,
    groups: u64,
    /// The number of kernel positions, and the index of the center, `k / 2` along every axis.
    taps: u64,
    middle: u64,
}

/// The position of an element in a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The index along the axis that is split into groups, counted within the group.
    pub(super) unit: u64,
    /// The index along the other channel axis.
    pub(super) other: u64,
    /// Whether the element is at the center of the kernel.
    pub(super) in_the_middle: bool,
}

impl Kernel {
    /// Derives the axes of `param`. Returns an error for a rank outside `axes`, which counts the two channel axes.
    pub(super) fn of(
        param: &ParamSpec,
        initializer: &str,
        axes: std::ops::RangeInclusive<usize>,
    ) -> Result<Self, InitError> {
        let (shape, rank) = (param.shape(), param.shape().len());
        let refuse = |reason: String| Err(InitError::shape(param, initializer, reason));
        if !axes.contains(&rank) {
            let (least, most) = (axes.start() - 2, axes.end() - 2);
            let dimensions = if least == 0 { format!("at most {most}") } else { format!("{least} to {most}") };
            return refuse(format!(
                "it has {rank} axes; use a kernel of {dimensions} dimensions plus two channel axes"
            ));
        }
        let Some(layout) = param.layout() else {
            return refuse("its channel axes are unknown; state a layout".to_owned());
        };
        let (out, inner) = (layout.out_axis(rank).unwrap_or(0), layout.in_axis(rank).unwrap_or(0));
        let (split, other) = if layout.groups_outputs() { (out, inner) } else { (inner, out) };
        let length = |axis: usize| shape.get(axis).copied().unwrap_or(0);
        let (units, groups) = (length(split), param.groups());
        if groups == 0 || units % groups != 0 {
            return refuse(format!(
                "an axis of {units} cannot be split into {groups} groups; use a divisor of the length"
            ));
        }
        let kernel = shape.iter().enumerate().filter(|(axis, _)| *axis != split && *axis != other);
        let (mut taps, mut middle) = (1, 0);
        for (_, length) in kernel {
            taps *= *length as u64;
            middle = middle * *length as u64 + (*length / 2) as u64;
        }
        let (units, others, groups) = (units as u64, length(other) as u64, groups as u64);
        Ok(Self { layout, units, others, groups, taps, middle })
    }

    /// Returns the outputs and inputs of one group.
    pub(super) fn out_and_in(&self) -> (u64, u64) {
        let units = self.units / self.groups;
        if self.layout.groups_outputs() { (units, self.others) } else { (self.others, units) }
    }

    /// Returns the position of element `index`. Requires that no axis has length 0.
    pub(super) fn place(&self, index: u64) -> Place {
        let (channels, tap) = if self.layout.kernel_first() {
            (index % (self.units * self.others), index / (self.units * self.others))
        } else {
            (index / self.taps, index % self.taps)
        };
        let (unit, other) = if self.layout.kernel_first() {
            (channels % self.units, channels / self.units)
        } else {
            (channels / self.others, channels % self.others)
        };
        Place { unit: unit % (self.units / self.groups), other, in_the_middle: tap == self.middle }
    }

    /// Returns the outputs of all groups, the inputs of one group, and the number of kernel positions.
    pub(super) fn extent(&self) -> (u64, u64, u64) {
        let (outputs, inputs) = self.out_and_in();
        (outputs * self.groups, inputs, self.taps)
    }

    /// Returns the element index of an output, an input counted within its group, and a kernel position.
    pub(super) fn index(&self, output: u64, input: u64, tap: u64) -> u64 {
        let (unit, other) = if self.layout.groups_outputs() {
            (output, input)
        } else {
            (output / self.others * (self.units / self.groups) + input, output % self.others)
        };
        if self.layout.kernel_first() {
            (tap * self.others + other) * self.units + unit
        } else {
            (unit * self.others + other) * self.taps + tap
        }
    }

    /// Returns the elements at the center of the kernel, which form the channel matrix.
    pub(super) fn middle(&self) -> StridedRange {
        let (inner, period) = if self.layout.kernel_first() {
            (self.units * self.others, self.taps * self.units * self.others)
        } else {
            (1, self.taps)
        };
        StridedRange::new(self.middle * inner, (self.middle + 1) * inner, period)
    }

    /// Returns the shape of the channel matrix.
    pub(super) fn matrix(&self) -> [usize; 2] {
        let (units, others) = (usize::try_from(self.units).unwrap_or(0), usize::try_from(self.others).unwrap_or(0));
        if self.layout.kernel_first() { [others, units] } else { [units, others] }
    }
}
