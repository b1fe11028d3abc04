//! `ZerO`: identities, and Hadamard matrices for layers that grow in width.

use super::hadamard::{signed, size};
use super::kernel::Kernel;
use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

pub(super) static ENTRY: Entry = Entry {
    name: "zero_hadamard",
    aliases: &[],
    arguments: &[],
    summary: "ZerO: the identity if the width does not grow, a Hadamard matrix if it does",
    formula: "out <= in: w[o, i] = 1 where o = i; else (-1)^popcount(o and i) / sqrt(2^m), 2^m >= out",
    distribution: "fixed",
    shapes: "matrices and kernels of up to three dimensions with a stated layout",
    errors: "a shape that is not such a kernel, no stated layout, groups that do not divide",
    caution: "for residual networks whose branches end in zeros",
    source: "Zhao, Schaefer & Anandkumar 2021, algorithms 1 and 2",
    example: "zero_hadamard",
    elsewhere: Elsewhere::NONE,
    build: |_| boxed(ZeroHadamard),
};

/// The deterministic `ZerO` initialization. If there are no more outputs than inputs, the matrix is the identity,
/// cropped to the shape; otherwise it is the Hadamard matrix `(-1)^popcount(o and i) / sqrt(2^m)`, cropped to the
/// shape, where `2^m` is the smallest power of two not below the number of outputs. The identity alone would leave the
/// new units at rank 0 forever; the transform mixes them. In kernels, the matrix is at the center, group by group, with
/// 0 elsewhere.
///
/// Text: `zero_hadamard`. Requires a matrix or a kernel of up to three dimensions with a stated layout; groups are
/// supported. For residual networks whose branches end in zeros, not for plain stacks. Zhao, Schaefer & Anandkumar
/// 2021, algorithms 1 and 2; the factor is that of the authors' code, which gives orthonormal columns. The factor in
/// the paper, `2^(-(m - 1) / 2)`, is `sqrt 2` times as large.
///
/// ```
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::ZeroHadamard};
///
/// let weight = ParamSpec::new("w", [4, 2])?.with_layout(Layout::OutIn);
/// assert_eq!(ZeroHadamard.sample::<f32>(&weight, Seed(0))?, [0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZeroHadamard;

impl Initializer for ZeroHadamard {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let kernel = Kernel::of(param, ENTRY.name, 2..=5)?;
        if param.is_empty() {
            return Ok(());
        }
        let (outputs, inputs) = kernel.out_and_in();
        let size = size(outputs);
        out.fill_each(|index| {
            let place = kernel.place(index);
            match (place.in_the_middle, outputs > inputs) {
                (true, true) => signed(size, place.unit, place.other),
                (true, false) if place.unit == place.other => 1.0,
                _ => 0.0,
            }
        });
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        Kernel::of(param, ENTRY.name, 2..=5).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().finish())
    }
}
