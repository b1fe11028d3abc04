//! Impostors that state no distribution or only moments, so that only the laws without a distribution function can
//! catch them.

use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut, Seed, param::SliceMut};

/// Defines an impostor by its `fill` alone.
macro_rules! unstated {
    ($(#[$doc:meta])* $name:ident; $fill:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Initializer for $name {
            fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
                let fill: fn(&ParamSpec, Key<'_>, ParamViewMut<'_>) -> Result<(), InitError> = $fill;
                fill(param, key, out)
            }
        }
    };
}

unstated! {
    /// Writes NaN only. Caught by [`Finite`](crate::InitializerLaw::Finite).
    AllNan;
    |_, _, mut out| {
        out.fill_each(|_| f64::NAN);
        Ok(())
    }
}

unstated! {
    /// Writes an infinity at one index in a thousand. Caught by [`Finite`](crate::InitializerLaw::Finite).
    SomeInfinities;
    |param, key, mut out| {
        out.fill_normal(key, 0.0, 1.0)?;
        out.set((7..param.len() as u64).step_by(1000), f64::INFINITY);
        Ok(())
    }
}

unstated! {
    /// Writes zeros without declaring that nothing is random. Caught by [`Keys`](crate::InitializerLaw::Keys).
    ZerosUndeclared;
    |_, _, mut out| {
        out.fill_each(|_| 0.0);
        Ok(())
    }
}

unstated! {
    /// Uses one stream for all seeds. Caught by [`Keys`](crate::InitializerLaw::Keys).
    IgnoresSeed;
    |_, key, mut out| out.fill_normal(Key::new(Seed(0), key.name()), 0.0, 1.0)
}

unstated! {
    /// Uses one stream for all names. Caught by [`Keys`](crate::InitializerLaw::Keys).
    IgnoresName;
    |_, key, mut out| out.fill_normal(Key::new(key.seed(), "weight"), 0.0, 1.0)
}

unstated! {
    /// Uses one stream for everything. Caught by [`Keys`](crate::InitializerLaw::Keys).
    IgnoresSeedAndName;
    |_, _, mut out| out.fill_normal(Key::new(Seed(0), "weight"), 0.0, 1.0)
}

unstated! {
    /// Leaves the last element of every view unwritten. Caught by [`Coverage`](crate::InitializerLaw::Coverage).
    LeavesOneUnwritten;
    |param, key, mut out| {
        let start = out.start();
        let fill = |mut view: ParamViewMut<'_>| view.fill_normal(key, 0.0, 1.0);
        out.fill_slice(param.name(), |slice| match slice {
            SliceMut::F32([head @ .., _]) => fill(ParamViewMut::window(head, start)),
            SliceMut::F64([head @ .., _]) => fill(ParamViewMut::window(head, start)),
            SliceMut::F16([head @ .., _]) => fill(ParamViewMut::window(head, start)),
            SliceMut::BF16([head @ .., _]) => fill(ParamViewMut::window(head, start)),
            _ => Ok(()),
        })
    }
}

unstated! {
    /// Fills every window as if it were the start of the parameter. Caught by
    /// [`Windows`](crate::InitializerLaw::Windows).
    ForgetsWhereItIs;
    |_, key, mut out| {
        let mut values = vec![0.0_f64; out.len()];
        ParamViewMut::whole(&mut values).fill_normal(key, 0.0, 1.0)?;
        let start = out.start();
        out.fill_each(|index| usize::try_from(index - start).ok().and_then(|at| values.get(at)).copied().unwrap_or(0.0));
        Ok(())
    }
}

unstated! {
    /// Indexes the first axis, so it panics on a scalar. Caught by [`Refusal`](crate::InitializerLaw::Refusal).
    PanicsOnScalars;
    |param, key, mut out| out.fill_normal(key, 0.0, f64::from(u8::from(param.shape()[0] != 1)) + 1.0)
}

unstated! {
    /// Divides by the number of elements, so it panics on an axis of length zero. Caught by
    /// [`Refusal`](crate::InitializerLaw::Refusal).
    PanicsOnEmptyAxes;
    |param, key, mut out| {
        let share = 1000 / param.len();
        out.fill_normal(key, 0.0, f64::from(u8::from(share > 10)) + 1.0)
    }
}

unstated! {
    /// Refuses vectors in `fill` and accepts them in `check`. Caught by [`Refusal`](crate::InitializerLaw::Refusal).
    RefusesLate;
    |param, key, mut out| {
        if param.shape().len() < 2 {
            let (name, reason) = (param.name().to_owned(), "it is not a matrix; use another initializer".to_owned());
            return Err(InitError::Custom { name, reason });
        }
        out.fill_normal(key, 0.0, 1.0)
    }
}

/// Defines a uniform initializer on [0, 1) that states these moments and bounds.
macro_rules! misstated {
    ($(#[$doc:meta])* $name:ident; $mean:expr, $variance:expr, $low:expr, $high:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Initializer for $name {
            fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
                out.fill_uniform(key, 0.0, 1.0)
            }
            fn distribution(&self, _: &ParamSpec) -> Distribution {
                let std = f64::sqrt($variance);
                Distribution::Moments { mean: $mean, std, low: $low, high: $high }
            }
        }
    };
}

misstated! {
    /// States a mean that is 5 % too large. Caught by [`Mean`](crate::InitializerLaw::Mean).
    MisstatesMean; 0.525, 1.0 / 12.0, 0.0, 1.0
}

misstated! {
    /// States a variance that is 5 % too large. Caught by [`Std`](crate::InitializerLaw::Std).
    MisstatesStd; 0.5, 1.05 / 12.0, 0.0, 1.0
}

misstated! {
    /// States an upper bound that one value in a thousand exceeds. Caught by [`Bounds`](crate::InitializerLaw::Bounds).
    MisstatesBounds; 0.5, 1.0 / 12.0, 0.0, 0.999
}
