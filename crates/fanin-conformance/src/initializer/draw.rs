//! Draws of any element type, converted exactly to `f64`, and samples large enough for statistical tests.

use fanin_core::{Dtype, Element, InitError, Initializer, Key, ParamSpec, ParamViewMut, Seed};
use half::{bf16, f16};

use super::InitializerCase;

/// A sample uses at most one seed per this many elements, so a scalar's sample has 2^12 values.
const ELEMENTS_A_SEED: usize = 32;

/// A window of a parameter to draw, over memory that holds `before`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw<'a> {
    pub(crate) param: &'a ParamSpec,
    pub(crate) key: Key<'a>,
    pub(crate) dtype: Dtype,
    pub(crate) start: u64,
    pub(crate) count: usize,
    pub(crate) before: f64,
}

impl<'a> Draw<'a> {
    /// The whole parameter of a case.
    pub(crate) fn whole(case: &'a InitializerCase, dtype: Dtype) -> Self {
        let param = &case.param;
        let key = Key::new(case.seed, param.name());
        Self { param, key, dtype, start: 0, count: param.len(), before: 0.0 }
    }

    /// Sets the address.
    pub(crate) fn at(self, seed: Seed, name: &'a str) -> Self {
        Self { key: Key::new(seed, name), ..self }
    }

    /// Sets the window.
    pub(crate) fn window(self, start: u64, count: usize) -> Self {
        Self { start, count, ..self }
    }

    /// Sets the value that the memory holds before the fill.
    pub(crate) fn over(self, before: f64) -> Self {
        Self { before, ..self }
    }

    /// Draws the values. Each call uses fresh memory and a view of its own.
    pub(crate) fn by(self, initializer: &dyn Initializer) -> Result<Vec<f64>, InitError> {
        match self.dtype {
            Dtype::F32 => self.fill::<f32>(initializer),
            Dtype::F64 => self.fill::<f64>(initializer),
            Dtype::F16 => self.fill::<f16>(initializer),
            Dtype::BF16 => self.fill::<bf16>(initializer),
        }
    }

    fn fill<T: Element>(self, initializer: &dyn Initializer) -> Result<Vec<f64>, InitError> {
        let mut data = vec![T::from_f64(self.before); self.count];
        initializer.fill(self.param, self.key, ParamViewMut::window(&mut data, self.start))?;
        Ok(data.iter().map(|value| value.to_f64()).collect())
    }
}

/// A parameter drawn under several seeds.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The draws, concatenated.
    pub(crate) values: Vec<f64>,
    /// The length of one draw; never 0.
    pub(crate) length: usize,
}

impl Sample {
    /// Draws under enough seeds for the number of elements that the case asks for, but at most one seed per
    /// [`ELEMENTS_A_SEED`] elements.
    pub(crate) fn of(
        initializer: &dyn Initializer,
        case: &InitializerCase,
        dtype: Dtype,
        name: &str,
    ) -> Result<Self, InitError> {
        let length = case.param.len().max(1);
        let seeds = case.sample.div_ceil(length).min(case.sample / ELEMENTS_A_SEED).max(1);
        let mut values = Vec::with_capacity(seeds * length);
        for offset in 0..seeds as u64 {
            let seed = Seed(case.seed.0.wrapping_add(offset));
            values.extend(Draw::whole(case, dtype).at(seed, name).by(initializer)?);
        }
        Ok(Self { values, length })
    }

    /// Iterates over the draws.
    pub(crate) fn draws(&self) -> std::slice::Chunks<'_, f64> {
        self.values.chunks(self.length)
    }
}
