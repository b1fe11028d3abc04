//! Fans, computed from a layout that the parameter's owner states. Layouts are never guessed.

use std::fmt;
use std::str::FromStr;

use crate::message::did_you_mean;

/// The fan-in and fan-out of a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fans {
    /// The number of inputs that feed one output unit.
    pub fan_in: usize,
    /// The number of outputs that one input unit feeds.
    pub fan_out: usize,
}

/// The order of a weight's axes. `k...` denotes zero or more kernel axes.
///
/// | layout | shape | used by |
/// |---|---|---|
/// | `OutIn` | `[out, in / groups, k...]` | PyTorch and candle: linear layers and convolutions |
/// | `InOut` | `[k..., in / groups, out]` | Keras and Flax: dense layers and convolutions |
/// | `Transposed` | `[in, out / groups, k...]` | PyTorch and candle: transposed convolutions |
/// | `KernelOutIn` | `[k..., out / groups, in]` | Keras: transposed convolutions |
///
/// With `k` the number of kernel positions, `fan_in = in / groups * k` and `fan_out = out / groups * k`: the actual
/// number of connections of one unit. (PyTorch's `_calculate_fan_in_and_fan_out` ignores the groups in `fan_out` and
/// swaps the axes of transposed convolutions.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `[out, in / groups, k...]`
    OutIn,
    /// `[k..., in / groups, out]`
    InOut,
    /// `[in, out / groups, k...]`
    Transposed,
    /// `[k..., out / groups, in]`
    KernelOutIn,
}

impl Layout {
    /// Returns the fans of a weight with this layout, or the reason why it has none.
    pub(super) fn fans(self, shape: &[usize], groups: usize) -> Result<Fans, String> {
        let rank = shape.len();
        if rank < 2 {
            let kind = if rank == 0 { "a scalar" } else { "a vector" };
            return Err(format!("{kind} has none; use an initializer that needs no fan, such as zeros"));
        }
        let (units, others, kernel) = match self {
            Self::OutIn | Self::Transposed => (shape[0], shape[1], &shape[2..]),
            Self::InOut | Self::KernelOutIn => (shape[rank - 1], shape[rank - 2], &shape[..rank - 2]),
        };
        if shape.contains(&0) {
            return Err("an axis has length 0; use positive lengths, or an initializer that needs no fan".to_owned());
        }
        if groups == 0 || units % groups != 0 {
            return Err(format!(
                "an axis of {units} cannot be split into {groups} groups; use a divisor of the length"
            ));
        }
        // No overflow: each fan divides the number of elements, which `ParamSpec::new` has checked.
        let positions: usize = kernel.iter().product();
        let (first, second) = (units / groups * positions, others * positions);
        Ok(match self {
            Self::OutIn | Self::InOut => Fans { fan_in: second, fan_out: first },
            Self::Transposed | Self::KernelOutIn => Fans { fan_in: first, fan_out: second },
        })
    }

    /// Returns the output axis of a shape with `rank` axes, or `None` if there are fewer than two.
    #[must_use]
    pub fn out_axis(self, rank: usize) -> Option<usize> {
        let [first, second, before, last] = [Some(0), Some(1), rank.checked_sub(2), rank.checked_sub(1)];
        let axis = match self {
            Self::OutIn => first,
            Self::InOut => last,
            Self::Transposed => second,
            Self::KernelOutIn => before,
        };
        axis.filter(|_| rank >= 2)
    }

    /// Returns the input axis of a shape with `rank` axes, or `None` if there are fewer than two.
    #[must_use]
    pub fn in_axis(self, rank: usize) -> Option<usize> {
        match self {
            Self::OutIn => Self::Transposed,
            Self::Transposed => Self::OutIn,
            Self::InOut => Self::KernelOutIn,
            Self::KernelOutIn => Self::InOut,
        }
        .out_axis(rank)
    }

    /// Returns `true` if groups split the output axis rather than the input axis.
    #[must_use]
    pub fn groups_outputs(self) -> bool {
        matches!(self, Self::OutIn | Self::InOut)
    }

    /// Returns `true` if the kernel axes precede the input and output axes.
    #[must_use]
    pub fn kernel_first(self) -> bool {
        matches!(self, Self::InOut | Self::KernelOutIn)
    }
}

impl fmt::Display for Layout {
    /// The shortest name that parses to this layout.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OutIn => "oi",
            Self::InOut => "io",
            Self::Transposed => "transposed",
            Self::KernelOutIn => "koi",
        })
    }
}

impl FromStr for Layout {
    type Err = String;

    /// Parses `oi`, `io` and `transposed`, or names with one letter per kernel axis, such as `oihw`, `hwio`, `iohw` and
    /// `hwoi`, in either case. The latter also state the rank, which a caller that knows the shape can check.
    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        let named = NAMES.iter().find(|(name, _)| *name == lower);
        named.map(|(_, layout)| *layout).ok_or_else(|| {
            let hint = did_you_mean(&lower, NAMES.iter().map(|(name, _)| *name));
            format!("unknown layout '{text}'; {hint}the layouts are oi, io, oihw, hwio, iohw, hwoi and transposed")
        })
    }
}

/// Every name of a layout.
const NAMES: [(&str, Layout); 15] = [
    ("oi", Layout::OutIn),
    ("oik", Layout::OutIn),
    ("oihw", Layout::OutIn),
    ("oidhw", Layout::OutIn),
    ("io", Layout::InOut),
    ("kio", Layout::InOut),
    ("hwio", Layout::InOut),
    ("dhwio", Layout::InOut),
    ("transposed", Layout::Transposed),
    ("iok", Layout::Transposed),
    ("iohw", Layout::Transposed),
    ("iodhw", Layout::Transposed),
    ("koi", Layout::KernelOutIn),
    ("hwoi", Layout::KernelOutIn),
    ("dhwoi", Layout::KernelOutIn),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fans_counted_by_hand() {
        let fans = |layout: Layout, shape: &[usize], groups| layout.fans(shape, groups).map(|f| (f.fan_in, f.fan_out));
        assert_eq!(fans(Layout::OutIn, &[3, 5], 1), Ok((5, 3)));
        assert_eq!(fans(Layout::InOut, &[5, 3], 1), Ok((5, 3)));
        assert_eq!(fans(Layout::OutIn, &[8, 4, 3, 3], 1), Ok((36, 72)));
        assert_eq!(fans(Layout::InOut, &[3, 3, 4, 8], 1), Ok((36, 72)));
        // Four groups of 8 inputs and 16 outputs: an output sees 8 x 9 values, an input reaches 16 x 9.
        assert_eq!(fans(Layout::OutIn, &[64, 8, 3, 3], 4), Ok((72, 144)));
        // Depthwise: one input channel per output channel.
        assert_eq!(fans(Layout::OutIn, &[32, 1, 3, 3], 32), Ok((9, 9)));
        assert_eq!(fans(Layout::Transposed, &[16, 8, 2, 2], 1), Ok((64, 32)));
        // Two groups of 8 inputs and 4 outputs.
        assert_eq!(fans(Layout::Transposed, &[16, 4, 2, 2], 2), Ok((32, 16)));
        // Depthwise and transposed.
        assert_eq!(fans(Layout::Transposed, &[16, 1, 3], 16), Ok((3, 3)));
        assert_eq!(fans(Layout::KernelOutIn, &[2, 2, 8, 16], 1), Ok((64, 32)));
        assert_eq!(fans(Layout::KernelOutIn, &[2, 2, 4, 16], 2), Ok((32, 16)));
        // Three dimensions; Keras' depthwise kernels, expressed as groups.
        assert_eq!(fans(Layout::OutIn, &[6, 4, 2, 3, 5], 3), Ok((120, 60)));
        assert_eq!(fans(Layout::InOut, &[5, 3, 1, 24], 12), Ok((15, 30)));
    }

    /// Counts every connection of a convolution one by one: the layouts agree for any number of groups.
    #[test]
    fn fans_are_counts_of_connections() {
        let (inputs, outputs, taps) = (12, 18, 3);
        for groups in [1, 2, 3, 6] {
            let joined = |i: usize, o: usize| i / (inputs / groups) == o / (outputs / groups);
            let wanted = Ok(Fans {
                fan_in: (0..inputs).filter(|i| joined(*i, 0)).count() * taps,
                fan_out: (0..outputs).filter(|o| joined(0, *o)).count() * taps,
            });
            for (layout, shape) in [
                (Layout::OutIn, [outputs, inputs / groups, taps]),
                (Layout::InOut, [taps, inputs / groups, outputs]),
                (Layout::Transposed, [inputs, outputs / groups, taps]),
                (Layout::KernelOutIn, [taps, outputs / groups, inputs]),
            ] {
                assert_eq!(layout.fans(&shape, groups), wanted, "{layout} in {groups} groups");
            }
        }
    }

    #[test]
    fn axes_of_every_layout() {
        for (layout, out, inner) in
            [(Layout::OutIn, 0, 1), (Layout::InOut, 3, 2), (Layout::Transposed, 1, 0), (Layout::KernelOutIn, 2, 3)]
        {
            assert_eq!((layout.out_axis(4), layout.in_axis(4)), (Some(out), Some(inner)), "{layout}");
            assert_eq!((layout.out_axis(1), layout.in_axis(0)), (None, None));
        }
    }

    #[test]
    fn no_fan_is_made_up() {
        assert!(Layout::OutIn.fans(&[], 1).unwrap_err().contains("a scalar"));
        assert!(Layout::OutIn.fans(&[7], 1).unwrap_err().contains("a vector"));
        assert!(Layout::OutIn.fans(&[7, 0], 1).unwrap_err().contains("length 0"));
        assert!(Layout::OutIn.fans(&[7, 2], 2).unwrap_err().contains("2 groups"));
        assert!(Layout::OutIn.fans(&[7, 2], 0).unwrap_err().contains("0 groups"));
    }

    #[test]
    fn layouts_parse_from_what_they_print() {
        for layout in [Layout::OutIn, Layout::InOut, Layout::Transposed, Layout::KernelOutIn] {
            assert_eq!(layout.to_string().parse(), Ok(layout));
        }
        assert_eq!("HWIO".parse(), Ok(Layout::InOut));
        let error = "oihww".parse::<Layout>().unwrap_err();
        assert!(error.contains("unknown layout 'oihww'; did you mean 'oihw'? the layouts are oi, io,"), "{error}");
    }
}
