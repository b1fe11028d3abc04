//! The order of the axes of a kernel: `[out, in, k...]`, `[k..., in, out]` or `[out, k..., in]`.
//!
//! A shape alone often fits several orders. The bias, the name and the other kernels of the file tell them apart.

/// The order of the axes of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum KernelOrder {
    /// `[out, in, k...]` or another order with the kernel last.
    Last,
    /// `[k..., in, out]` or another order with the kernel first.
    First,
    /// `[out, k..., in]`, as `TensorFlow` Lite and MLX store kernels.
    Middle,
}

/// The longest axis of a kernel whose axes differ.
const LONGEST: usize = 15;

/// The longest axis of a kernel whose axes are equal.
const LONGEST_SQUARE: usize = 64;

/// The sides of square kernels in use. Other equal axes are more likely channels than positions.
const USUAL_SQUARES: [usize; 7] = [2, 3, 4, 5, 7, 9, 11];

/// Whether axes look like those of a kernel: short, or equal.
pub(super) fn is_kernel_like(axes: &[usize]) -> bool {
    let square = axes.len() > 1 && axes.windows(2).all(|pair| pair[0] == pair[1]);
    axes.iter().all(|axis| *axis <= if square { LONGEST_SQUARE } else { LONGEST })
}

impl KernelOrder {
    const ALL: [Self; 3] = [Self::Last, Self::First, Self::Middle];

    /// The axes of the kernel.
    fn kernel(self, shape: &[usize]) -> &[usize] {
        let kernel = shape.len().saturating_sub(2);
        match self {
            Self::Last => &shape[shape.len() - kernel..],
            Self::First => &shape[..kernel],
            Self::Middle => shape.get(1..=kernel).unwrap_or_default(),
        }
    }

    /// The channels, outputs first. Those of transposed convolutions are the other way round.
    fn channels(self, shape: &[usize]) -> [usize; 2] {
        match (self, shape) {
            (Self::Last, [outputs, inputs, ..])
            | (Self::First, [.., inputs, outputs])
            | (Self::Middle, [outputs, .., inputs]) => [*outputs, *inputs],
            _ => [0, 0],
        }
    }

    /// Whether a bias of this length may belong to the kernel.
    fn fits(self, shape: &[usize], bias: usize) -> bool {
        let [outputs, inputs] = self.channels(shape);
        outputs == bias || inputs == bias && self != Self::Middle
    }

    /// The orders in which the kernel of this shape looks like one.
    fn possible(shape: &[usize]) -> Vec<Self> {
        let possible: Vec<Self> = Self::ALL.into_iter().filter(|order| is_kernel_like(order.kernel(shape))).collect();
        if !possible.is_empty() {
            return possible;
        }
        // A long kernel of one dimension, written with two: `[out, in, 64, 1]` or `[1, 64, in, out]`.
        match *shape {
            [outputs, _, kernel, 1] if outputs > 1 && kernel > 1 => vec![Self::Last],
            [1, kernel, _, outputs] if outputs > 1 && kernel > 1 => vec![Self::First],
            _ => Vec::new(),
        }
    }

    /// The order of a shape by itself; `None` if it has no kernel, or several orders are equally likely.
    pub(super) fn of(shape: &[usize]) -> Option<Self> {
        if shape.len() < 3 { None } else { Self::likely(shape, &Self::possible(shape)) }
    }

    /// The likeliest of several orders. The middle one is rare, so it must be the only one.
    fn likely(shape: &[usize], possible: &[Self]) -> Option<Self> {
        let usual: Vec<Self> = possible.iter().copied().filter(|order| *order != Self::Middle).collect();
        match (usual.as_slice(), possible) {
            ([order], _) | ([], [order]) => Some(*order),
            ([first, second], _) if first.is_square(shape) != second.is_square(shape) => {
                Some(if first.is_square(shape) { *first } else { *second })
            }
            _ => None,
        }
    }

    /// Whether the kernel is a square of a usual size.
    fn is_square(self, shape: &[usize]) -> bool {
        let kernel = self.kernel(shape);
        let equal = kernel.windows(2).all(|pair| pair[0] == pair[1]);
        kernel.len() > 1 && equal && kernel.first().is_some_and(|side| USUAL_SQUARES.contains(side))
    }

    /// Whether the kernel has at most one long axis.
    fn is_plausible(self, shape: &[usize]) -> bool {
        self.kernel(shape).iter().filter(|axis| **axis > LONGEST).count() <= 1
    }

    /// The orders that the shape and the bias leave.
    fn left(shape: &[usize], bias: Option<usize>) -> Vec<Self> {
        let possible = Self::possible(shape);
        let Some(bias) = bias else { return possible };
        let fits = |order: &Self| order.fits(shape, bias);
        let fitting: Vec<Self> = possible.iter().copied().filter(fits).collect();
        if !fitting.is_empty() {
            return fitting;
        }
        // Kernels with one long axis, such as `[128, 1, 1, 51]`.
        let fitting: Vec<Self> =
            Self::ALL.into_iter().filter(|order| fits(order) && order.is_plausible(shape)).collect();
        match fitting.len() {
            0 => possible,
            _ => fitting,
        }
    }

    /// The order by all evidence: the shape, the length of the bias, the order that the name implies, and that of the other kernels of the
    /// file. With a single kernel axis the shape is weaker evidence than the name.
    pub(super) fn decided(
        shape: &[usize],
        bias: Option<usize>,
        named: Option<Self>,
        file: Option<Self>,
    ) -> Option<Self> {
        if shape.len() < 3 {
            return None;
        }
        let left = Self::left(shape, bias);
        if shape.len() == 3 && named.is_some() && (bias.is_none() || left.len() != 1) {
            return named;
        }
        let alone = bias.is_none() && file.is_none() && !(left == [Self::Middle] && Self::Middle.is_square(shape));
        // A kernel of unusual axes has the order of the others.
        let usual = left.iter().any(|order| *order != Self::Middle && order.is_square(shape))
            || left == [Self::Middle] && Self::Middle.is_square(shape);
        let unusual = bias.is_none() && shape.len() > 3 && !usual;
        if let Some(file) = file.filter(|file| unusual && file.is_plausible(shape)) {
            return Some(file);
        }
        match left.as_slice() {
            // Without more evidence, an unusual kernel is likelier than the rare order, and three axes may hold several matrices.
            [Self::Middle] if alone && (named.is_some() || shape.len() == 3) => named,
            [Self::First] if alone && shape.len() == 3 => named,
            [order] => Some(*order),
            [] => named,
            several => {
                let file = file.filter(|order| several.contains(order));
                file.or_else(|| Self::likely(shape, several)).or(named.filter(|order| several.contains(order)))
            }
        }
    }

    /// The order of a kernel as evidence for other kernels of the file, and whether shape and bias prove it.
    pub(super) fn evidence(shape: &[usize], bias: Option<usize>, is_named: bool) -> Option<(Self, bool)> {
        let left = Self::left(shape, bias);
        match left.as_slice() {
            // A kernel of one position may be a matrix.
            [Self::Middle] if bias.is_none() && !Self::Middle.is_square(shape) => {
                let positions: usize = Self::Middle.kernel(shape).iter().product();
                Some((Self::Middle, false)).filter(|_| !is_named && positions > 1)
            }
            [order] => Some((*order, true)),
            several => Some((Self::likely(shape, several).filter(|order| order.is_square(shape))?, false)),
        }
    }
}

/// Votes for the order of the kernels of a file, in the order of [`KernelOrder::ALL`]: proven and likely ones.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrderVotes {
    proven: [usize; 3],
    likely: [usize; 3],
}

/// The majority that decides: four in five.
const MAJORITY: usize = 4;

impl OrderVotes {
    pub(super) fn cast(&mut self, order: KernelOrder, is_proven: bool) {
        let votes = if is_proven { &mut self.proven } else { &mut self.likely };
        for (count, _) in votes.iter_mut().zip(KernelOrder::ALL).filter(|(_, other)| *other == order) {
            *count += 1;
        }
    }

    /// The order of four in five proven kernels or, if none is proven, of likely ones.
    pub(super) fn verdict(self) -> Option<KernelOrder> {
        let proven = self.proven.iter().any(|count| *count > 0);
        let votes = if proven { self.proven } else { self.likely };
        let all: usize = votes.iter().sum();
        let wins = |count: usize| count > 0 && count >= MAJORITY * (all - count);
        votes.into_iter().zip(KernelOrder::ALL).find(|(count, _)| wins(*count)).map(|(_, order)| order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_shape() {
        for (shape, expected) in [
            (&[64, 32, 3, 3][..], Some(KernelOrder::Last)),
            (&[3, 3, 32, 64], Some(KernelOrder::First)),
            (&[1, 1, 64, 128], Some(KernelOrder::First)),
            (&[64, 128, 1, 1], Some(KernelOrder::Last)),
            (&[64, 3, 3, 32], Some(KernelOrder::Middle)),
            (&[64, 3, 3, 3], Some(KernelOrder::Last)),
            (&[768, 3, 16, 16], Some(KernelOrder::Last)),
            (&[16, 16, 3, 768], Some(KernelOrder::First)),
            (&[8, 4, 3, 3], Some(KernelOrder::Last)),
            (&[8, 8, 3, 3], Some(KernelOrder::Last)),
            (&[5, 5, 3, 3], None),
            (&[12, 12, 7, 3], None),
            (&[8, 8, 3, 39], Some(KernelOrder::First)),
            (&[5, 5, 1, 6], Some(KernelOrder::First)),
            (&[32, 1, 7, 1], Some(KernelOrder::Last)),
            (&[3, 3, 3, 16, 32], Some(KernelOrder::First)),
            (&[64, 32, 5], Some(KernelOrder::Last)),
            (&[5, 32, 64], Some(KernelOrder::First)),
            (&[12, 64, 64], Some(KernelOrder::First)),
            (&[64, 32], None),
            (&[100, 100, 100], None),
            (&[128, 16, 64, 1], Some(KernelOrder::Last)),
            (&[1, 64, 16, 128], Some(KernelOrder::First)),
        ] {
            assert_eq!(KernelOrder::of(shape), expected, "{shape:?}");
        }
    }

    #[test]
    fn orders_by_all_evidence() {
        let [last, first, middle] = KernelOrder::ALL.map(Some);
        for (shape, bias, named, file, expected) in [
            // The bias belongs to the outputs.
            (&[12, 12, 7, 3][..], Some(12), None, None, last),
            (&[16, 16, 64, 1], Some(16), None, None, last),
            (&[128, 1, 1, 51], Some(51), first, None, first),
            (&[128, 1, 1, 51], None, first, None, first),
            (&[8, 1, 1, 32], Some(8), first, None, middle),
            (&[8, 1, 1, 32], None, first, middle, middle),
            (&[1, 3, 3, 32], Some(1), first, None, middle),
            (&[64, 3, 3, 32], None, None, None, middle),
            (&[64, 3, 3, 32], None, first, last, middle),
            (&[8, 8, 3, 3], Some(8), None, None, last),
            (&[5, 5, 3, 3], None, first, None, first),
            (&[5, 5, 3, 3], None, None, last, last),
            (&[8, 8, 3, 39], None, None, last, last),
            // A bias that fits nothing says nothing.
            (&[64, 32, 3, 3], Some(7), None, None, last),
            (&[384, 3, 80], Some(384), None, None, middle),
            (&[384, 3, 80], None, None, None, None),
            (&[12, 64, 64], None, None, None, None),
            (&[64, 32, 3, 3], Some(3), None, None, last),
            (&[2, 256, 128], Some(128), first, None, first),
        ] {
            assert_eq!(KernelOrder::decided(shape, bias, named, file), expected, "{shape:?} {bias:?}");
        }
    }

    #[test]
    fn four_in_five_decide() {
        let votes = |proven, likely| OrderVotes { proven, likely }.verdict();
        assert_eq!(votes([0, 1, 4], [9, 0, 0]), Some(KernelOrder::Middle));
        assert_eq!(votes([0, 1, 3], [9, 0, 0]), None);
        assert_eq!(votes([0; 3], [9, 0, 0]), Some(KernelOrder::Last));
        assert_eq!(votes([0; 3], [0; 3]), None);
    }
}
