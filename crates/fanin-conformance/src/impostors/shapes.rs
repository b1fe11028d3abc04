//! Impostors with the right scale and the wrong distribution.

use fanin_core::initializers::{VarianceScaling, he_normal};
use fanin_core::values::TruncatedUnitNormal;
use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut};

use super::impostor::impostor;
use super::scales::cut_at_two;
use crate::reference::{Orthogonal, Signs};

/// The scale before truncation that results in a std of 1.
fn scale() -> f64 {
    TruncatedUnitNormal::new(-2.0, 2.0).map_or(1.0, |unit| 1.0 / unit.std())
}

/// Writes normal values of that scale, transformed one by one.
fn changed(key: Key<'_>, mut out: ParamViewMut<'_>, change: fn(f64, f64) -> f64) -> Result<(), InitError> {
    let scale = scale();
    out.fill_changed(key.name(), |mut view| view.fill_normal(key, 0.0, scale), |_, value| change(value, scale))
}

macro_rules! untruncated {
    ($(#[$doc:meta])* $name:ident; $change:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Initializer for $name {
            fn fill(&self, _: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
                changed(key, out, $change)
            }
            fn distribution(&self, param: &ParamSpec) -> Distribution {
                cut_at_two().map_or(Distribution::Unstated, |honest| honest.distribution(param))
            }
        }
    };
}

untruncated! {
    /// A normal clipped at its bounds instead of truncated, with 2.3 % of the values on each bound. Caught by
    /// [`Tails`](crate::InitializerLaw::Tails).
    ClipsInsteadOfTruncates; |value, scale| value.clamp(-2.0 * scale, 2.0 * scale)
}

untruncated! {
    /// A normal that is not truncated at all. Caught by [`Bounds`](crate::InitializerLaw::Bounds).
    ForgetsToTruncate; |value, _| value
}

impostor! {
    /// A uniform distribution with the mean and std of the normal it claims to be. Caught by
    /// [`Distribution`](crate::InitializerLaw::Distribution).
    UniformForNormal claims he_normal();
    |param, key, out| VarianceScaling::he_uniform().fill(param, key, out)
}

impostor! {
    /// Draws 256 values and repeats them. Every value has the right distribution, but the rows of a wide matrix are
    /// equal, so its neurons are too. Caught by [`Independence`](crate::InitializerLaw::Independence).
    RepeatsItsTile claims he_normal();
    |param, key, mut out| {
        let mut tile = [0.0_f64; 256];
        he_normal().fill(param, key, ParamViewMut::whole(&mut tile))?;
        out.fill_each(|index| tile.iter().copied().cycle().nth(usize::try_from(index % 256).unwrap_or(0)).unwrap_or(0.0));
        Ok(())
    }
}

impostor! {
    /// The raw Q of a Householder factorization: orthonormal, but its signs depend on those of R's diagonal. Caught by
    /// [`Haar`](crate::InitializerLaw::Haar).
    UnsignedQr claims Orthogonal;
    |param, key, out| Signs::AsTheyFall.fill(param, key, out)
}

impostor! {
    /// The same fault for wide matrices only; square ones are correct. Caught by [`Haar`](crate::InitializerLaw::Haar).
    UnsignedQrOfWide claims Orthogonal;
    |param, key, out| match param.shape() {
        [rows, columns] if rows < columns => Signs::AsTheyFall.fill(param, key, out),
        _ => Orthogonal.fill(param, key, out),
    }
}

impostor! {
    /// A normal with variance `1 / fan_in`: orthogonal only in the limit of wide matrices. Caught by
    /// [`Orthonormal`](crate::InitializerLaw::Orthonormal).
    NearlyOrthogonal claims Orthogonal;
    |param, key, out| VarianceScaling::lecun_normal().fill(param, key, out)
}
