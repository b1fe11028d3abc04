//! Impostors with values at wrong positions or wrong parts.

use fanin_core::initializers::{
    Dirac, FanMode, GateBias, LstmOrder, Normal, Packed, Sparse, VarianceScaling, glorot_normal,
};
use fanin_core::{
    Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut,
    param::{Axis, Fans},
};

use super::impostor::impostor;

impostor! {
    /// Writes the identity of a convolution without groups into one with groups, so every group after the first outputs
    /// zeros. Caught by [`Values`](crate::InitializerLaw::Values).
    DiracWithoutGroups claims checked Dirac::new(1.0);
    |param, key, mut out| {
        let [units, others, taps @ ..] = param.shape() else { return Ok(()) };
        let taps = taps.iter().product::<usize>() as u64;
        let (others, smaller) = (*others as u64, *units.min(others) as u64);
        out.fill_constant(key, 0.0)?;
        out.set((0..smaller).map(|channel| (channel * others + channel) * taps + taps / 2), 1.0);
        Ok(())
    }
}

impostor! {
    /// Opens the input gate instead of the forget gate, as with the wrong gate order. Caught by
    /// [`Values`](crate::InitializerLaw::Values).
    SwapsGates claims checked GateBias::lstm(1.0, LstmOrder::Ifgo);
    |param, key, mut out| {
        let width = (param.len() / 4) as u64;
        out.fill_constant(key, 0.0)?;
        out.set(0..width, 1.0);
        Ok(())
    }
}

impostor! {
    /// Treats three packed matrices as one, with the fans of the whole. Caught by [`Std`](crate::InitializerLaw::Std).
    PackedAsOneMatrix claims checked Packed::new(glorot_normal(), [1, 1, 1], Axis::Out);
    |param, key, out| glorot_normal().fill(param, key, out)
}

impostor! {
    /// Draws every part from one address, so queries and keys start equal. Caught by
    /// [`Parts`](crate::InitializerLaw::Parts).
    PartsShareAStream claims checked Packed::new(glorot_normal(), [1, 1, 1], Axis::Out);
    |param, key, mut out| {
        let [rows, columns] = *param.shape() else { return Ok(()) };
        let fans = Fans { fan_in: columns, fan_out: rows / 3 };
        let part = param.part([rows / 3, columns])?.with_fans(fans);
        let Distribution::Parts(parts) = Packed::new(glorot_normal(), [1, 1, 1], Axis::Out)?.distribution(param) else { return Ok(()) };
        parts.iter().try_for_each(|(range, _)| {
            out.fill_strided(param.name(), *range, |view| glorot_normal().fill(&part, key, view))
        })
    }
}

impostor! {
    /// Zeros elements per row instead of per column. Caught by [`Sparsity`](crate::InitializerLaw::Sparsity).
    SparsePerRow claims checked Sparse::new(0.75, 0.5, Axis::At(0));
    |param, key, out| Sparse::new(0.75, 0.5, Axis::At(1))?.fill(param, key, out)
}

impostor! {
    /// Sets random elements to zero, correct only on average. Caught by [`Sparsity`](crate::InitializerLaw::Sparsity).
    SparseOnAverage claims checked Sparse::new(0.75, 0.5, Axis::At(0));
    |param, key, out| {
        use fanin_core::{InitializerExt, initializers::Bernoulli};
        Normal::new(0.0, 0.5)?.masked(Bernoulli::new(0.25)?).fill(param, key, out)
    }
}

impostor! {
    /// Counts the outputs of all groups, as PyTorch does: half the width with four groups. Caught by
    /// [`Std`](crate::InitializerLaw::Std).
    ForgetsGroupsInFanOut claims checked grouped();
    |param, key, out| {
        let fans = param.fans()?;
        let all = Fans { fan_out: fans.fan_out * param.groups(), ..fans };
        grouped()?.fill(&param.clone().with_fans(all), key, out)
    }
}

fn grouped() -> Result<VarianceScaling, fanin_core::initializer::ArgumentError> {
    VarianceScaling::new(2.0, FanMode::FanOut, fanin_core::initializers::ScalingDistribution::TruncatedNormal)
}
