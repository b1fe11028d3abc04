//! Initializers.
//!
//! | folder or file | initializers |
//! |---|---|
//! | this folder | constants, shape-independent distributions, orthogonal matrices, closures |
//! | `variance_scaling/` | [`VarianceScaling`] and its named variants: Glorot's, He's, `LeCun`'s, `PyTorch`'s |
//! | `structured/` | position-dependent values: identities, kernels, masks, ramps |
//! | `models/` | gate biases, state-space layers, sine networks |
//! | `composition/` | initializers composed of others |
//!
//! Each file declares the catalog entries of its initializers, which the text form, lists and documentation pages use.
//! [`text::catalog`](crate::text::catalog) lists them, and `INITIALIZERS.md` in this crate compares the names with
//! those of other libraries.

mod closure;
mod composition;
mod constant;
mod extension;
mod from_distribution;
mod log_uniform;
mod models;
mod normal;
mod orthogonal;
mod structured;
mod truncated_normal;
mod uniform;
mod variance_scaling;

use std::sync::LazyLock;

pub use closure::{FromFn, from_fn};
pub use composition::*;
pub use constant::{Constant, Ones, Zeros};
pub use extension::InitializerExt;
pub use from_distribution::{FromDistribution, from_distribution};
pub use log_uniform::LogUniform;
pub use models::*;
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use structured::*;
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::{
    FanMode, ScalingDistribution, VarianceScaling, fan_in_uniform, glorot_normal, glorot_uniform, he_normal,
    he_uniform, lecun_normal, lecun_uniform,
};

use crate::notation::{Catalog, Entry};

/// The entries of this folder, in listing order.
static ENTRIES: &[&Entry] = &[
    &constant::ZEROS,
    &constant::ONES,
    &constant::CONSTANT,
    &uniform::ENTRY,
    &normal::ENTRY,
    &truncated_normal::ENTRY,
    &log_uniform::ENTRY,
    &orthogonal::ENTRY,
];

/// Returns the catalog of all initializers with a text form.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        let lists = [structured::ENTRIES, models::ENTRIES, composition::ENTRIES];
        let entries = ENTRIES.iter().copied().chain(variance_scaling::entries());
        Catalog::new(entries.chain(lists.into_iter().flatten().copied()))
    });
    &CATALOG
}
