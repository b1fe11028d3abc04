//! Test cases for initializers.

use fanin_core::{Distribution, Dtype, Initializer, Layout, ParamSpec, Role, Seed, param::ShapeError};

use crate::violation::param_text;

/// The minimum size of a sample, unless the parameter is tiny or the case sets another size.
pub(crate) const SAMPLE: usize = 1 << 17;

/// A parameter, element types, a seed, and the expected values.
#[derive(Clone, Debug)]
pub struct InitializerCase {
    pub(crate) name: String,
    pub(crate) param: ParamSpec,
    pub(crate) dtypes: Vec<Dtype>,
    pub(crate) seed: Seed,
    pub(crate) expected: Expected,
    pub(crate) sample: usize,
}

/// The expectation of a case.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expected {
    /// The distribution that the initializer itself states, if it accepts the parameter.
    AsStated,
    /// A distribution whose numbers were derived independently.
    Distribution(Expectation),
    /// These values, each to one step of the type's grid. Nothing is random.
    Values(Vec<f64>),
    /// Orthonormal rows, or columns if there are fewer columns, times a gain; uniform by Haar measure.
    Orthonormal {
        /// The gain.
        gain: f64,
    },
    /// A refusal whose message contains these words.
    Refusal(String),
}

/// A distribution with its moments and bounds, which may be derived independently of the distribution's own code.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The distribution.
    pub law: Distribution,
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub std: f64,
    /// Its least value.
    pub low: f64,
    /// Its greatest value.
    pub high: f64,
}

impl Expectation {
    /// Returns the numbers computed by the distribution's own code; `None` if it states none.
    #[must_use]
    pub fn of(law: Distribution) -> Option<Self> {
        let (mean, std, (low, high)) = (law.mean()?, law.std()?, law.bounds()?);
        Some(Self { law, mean, std, low, high })
    }

    /// Returns whether all elements have the same value.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.std == 0.0
    }
}

impl InitializerCase {
    /// Creates a case that checks an initializer against the distribution that it states, in all four element types.
    /// The laws draw the whole parameter many times, so use a small one.
    #[must_use]
    pub fn new(param: ParamSpec) -> Self {
        Self {
            name: param_text(&param),
            param,
            dtypes: Dtype::ALL.to_vec(),
            seed: Seed(20_240_229),
            expected: Expected::AsStated,
            sample: SAMPLE,
        }
    }

    /// Sets the name of the case.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the expectation.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }

    /// Restricts the case to these element types.
    #[must_use]
    pub fn in_dtypes(mut self, dtypes: impl Into<Vec<Dtype>>) -> Self {
        self.dtypes = dtypes.into();
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn seeded(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the minimum number of elements in a sample; the default is 2^17. The smallest error that statistical laws
    /// detect shrinks with its square root.
    #[must_use]
    pub fn sampling(mut self, elements: usize) -> Self {
        self.sample = elements;
        self
    }

    /// Returns the name of the case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the parameter.
    #[must_use]
    pub fn param(&self) -> &ParamSpec {
        &self.param
    }

    /// Returns the element types.
    #[must_use]
    pub fn dtypes(&self) -> &[Dtype] {
        &self.dtypes
    }

    /// Returns the expectation.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// Returns typical parameters: matrices of both layouts, grouped and transposed kernels, an embedding, a vector and
    /// a scalar. An initializer may refuse some of them, but not all.
    ///
    /// # Errors
    /// None in practice: the shapes are small.
    pub fn standard() -> Result<Vec<Self>, ShapeError> {
        let params = [
            ParamSpec::new("layers.0.weight", [64, 256])?.with_layout(Layout::OutIn),
            ParamSpec::new("dense.kernel", [48, 32])?.with_layout(Layout::InOut),
            ParamSpec::new("conv.weight", [32, 8, 3, 3])?.with_layout(Layout::OutIn).with_groups(4),
            ParamSpec::new("up.weight", [16, 8, 2, 2])?.with_layout(Layout::Transposed),
            ParamSpec::new("tokens", [100, 24])?.with_role(Role::Embedding),
            ParamSpec::new("layers.0.bias", [257])?.with_role(Role::Bias),
            ParamSpec::new("temperature", [])?,
        ];
        Ok(params.into_iter().map(Self::new).collect())
    }

    /// Returns parameters for an orthogonal initializer: square, wide, tall, and a kernel.
    ///
    /// # Errors
    /// None in practice: the shapes are small.
    pub fn orthonormal() -> Result<Vec<Self>, ShapeError> {
        let params = [
            ParamSpec::new("layers.0.weight", [6, 6])?.with_layout(Layout::OutIn),
            ParamSpec::new("layers.1.weight", [5, 12])?.with_layout(Layout::OutIn),
            ParamSpec::new("layers.2.weight", [12, 5])?.with_layout(Layout::OutIn),
            ParamSpec::new("conv.weight", [8, 2, 3, 3])?.with_layout(Layout::OutIn),
        ];
        Ok(params.into_iter().map(|param| Self::new(param).expecting(Expected::Orthonormal { gain: 1.0 })).collect())
    }

    /// Returns the distribution that `initializer` must follow, if any.
    pub(crate) fn expectation(&self, initializer: &dyn Initializer) -> Option<Expectation> {
        match &self.expected {
            Expected::AsStated => Expectation::of(initializer.distribution(&self.param)),
            Expected::Distribution(expectation) => Some(expectation.clone()),
            Expected::Values(_) | Expected::Orthonormal { .. } | Expected::Refusal(_) => None,
        }
    }

    /// Returns the gain if orthonormal vectors are expected, by the case itself or because the case adopts the
    /// initializer's statement.
    pub(crate) fn orthonormal_gain(&self, initializer: &dyn Initializer) -> Option<f64> {
        match self.expected {
            Expected::Orthonormal { gain } => Some(gain),
            Expected::AsStated => match initializer.distribution(&self.param) {
                Distribution::Orthonormal { gain, .. } => Some(gain),
                _ => None,
            },
            Expected::Distribution(_) | Expected::Values(_) | Expected::Refusal(_) => None,
        }
    }

    /// Returns the element types whose values are drawn directly. The 16-bit types are rounded from others and covered
    /// by [`Dtypes`](super::InitializerLaw::Dtypes), so expensive laws may skip them.
    pub(crate) fn drawn_dtypes(&self) -> Vec<Dtype> {
        let drawn: Vec<Dtype> =
            self.dtypes.iter().copied().filter(|dtype| matches!(dtype, Dtype::F32 | Dtype::F64)).collect();
        if drawn.is_empty() { self.dtypes.clone() } else { drawn }
    }

    /// Returns whether the case has values to check: false where a refusal is expected or allowed.
    pub(crate) fn has_values(&self, initializer: &dyn Initializer) -> bool {
        match self.expected {
            Expected::Refusal(_) => false,
            Expected::AsStated => initializer.check(&self.param).is_ok(),
            Expected::Distribution(_) | Expected::Values(_) | Expected::Orthonormal { .. } => true,
        }
    }
}
