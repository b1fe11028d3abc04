//! Initializer cases read from TOML: text forms with distributions whose numbers were derived by hand.

use fanin_core::text::{self, TextError};
use fanin_core::values::TruncatedUnitNormal;
use fanin_core::{
    Distribution, Dtype, Initializer, Layout, ParamSpec, Seed,
    param::{ShapeError, StridedRange},
};
use serde::Deserialize;

use super::{Expectation, Expected, InitializerCase, InitializerLaw};
use crate::violation::Violation;

/// An error from reading cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// The text is not valid TOML of the expected form.
    #[error("the cases cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// The text of an initializer is invalid.
    #[error("case {case}: {source}")]
    Text {
        /// The number of the case, from 1.
        case: usize,
        /// The problem with the text.
        source: TextError,
    },
    /// Another part of a case is invalid.
    #[error("case {case}: {reason}")]
    Case {
        /// The number of the case, from 1.
        case: usize,
        /// The problem, and what to do.
        reason: String,
    },
}

/// Initializers, each with a case.
#[derive(Debug)]
pub struct InitializerSuite {
    entries: Vec<(Box<dyn Initializer>, InitializerCase)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    initializer: String,
    shape: Vec<usize>,
    layout: Option<String>,
    #[serde(default = "one_group")]
    groups: usize,
    dtypes: Option<Vec<String>>,
    seed: Option<u64>,
    expect: Expect,
}

const fn one_group() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Expect {
    Constant {
        value: f64,
    },
    Normal {
        mean: f64,
        std: f64,
    },
    Uniform {
        low: f64,
        high: f64,
        mean: f64,
        std: f64,
    },
    TruncatedNormal {
        center: f64,
        scale: f64,
        cut: [f64; 2],
        mean: f64,
        std: f64,
        low: f64,
        high: f64,
    },
    LogUniform {
        low: f64,
        high: f64,
        mean: f64,
        std: f64,
    },
    Moments {
        mean: f64,
        std: f64,
        low: f64,
        high: f64,
    },
    /// Shares, each with one of the distributions above.
    Mixture(Vec<Share>),
    /// Ranges `[from, until, period]`, each with such a distribution.
    Parts(Vec<Part>),
    Sparse {
        zeros: u64,
        length: u64,
        stride: u64,
        std: f64,
    },
    /// Every value.
    Values(Vec<f64>),
    /// The distribution that the initializer states.
    Stated {},
    Orthonormal {
        gain: f64,
    },
    Refusal {
        words: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    share: f64,
    law: Box<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    range: [u64; 3],
    law: Box<Expect>,
}

impl InitializerSuite {
    /// Returns the built-in cases, `laws/initializers.toml`.
    ///
    /// # Errors
    /// None in practice: a test reads the built-in cases.
    pub fn embedded() -> Result<Self, SuiteError> {
        Self::from_toml(include_str!("../../laws/initializers.toml"))
    }

    /// Parses cases in the format of `laws/initializers.toml`.
    ///
    /// ```
    /// let suite = fanin_conformance::InitializerSuite::from_toml(
    ///     r#"
    ///     [[case]]
    ///     initializer = "lecun_normal"
    ///     shape = [20, 100]
    ///     layout = "oi"
    ///     expect.normal = { mean = 0.0, std = 0.1 } # sqrt(1 / 100)
    ///     "#,
    /// )?;
    /// assert!(suite.run().is_empty());
    /// # Ok::<(), fanin_conformance::SuiteError>(())
    /// ```
    ///
    /// # Errors
    /// Returns a [`SuiteError`] that names the invalid case.
    pub fn from_toml(text: &str) -> Result<Self, SuiteError> {
        let file: File = toml::from_str(text)?;
        let entries = file.case.into_iter().enumerate().map(|(index, entry)| entry.read(index + 1));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Sets the minimum sample size of every case: see [`InitializerCase::sampling`].
    #[must_use]
    pub fn sampling(mut self, elements: usize) -> Self {
        let longer = |(initializer, case): (_, InitializerCase)| (initializer, case.sampling(elements));
        self.entries = self.entries.into_iter().map(longer).collect();
        self
    }

    /// Iterates over the initializers and their cases.
    pub fn cases(&self) -> impl Iterator<Item = (&dyn Initializer, &InitializerCase)> {
        self.entries.iter().map(|(initializer, case)| (&**initializer, case))
    }

    /// Returns the first case of the initializer with this text.
    #[must_use]
    pub fn case(&self, initializer: &str) -> Option<&InitializerCase> {
        let start = format!("{initializer} ");
        self.entries.iter().map(|(_, case)| case).find(|case| case.name.starts_with(&start))
    }

    /// Checks every law for every initializer in its case and returns all violations.
    #[must_use]
    pub fn run(&self) -> Vec<Violation> {
        InitializerLaw::ALL.into_iter().flat_map(|law| self.run_law(law)).collect()
    }

    /// Checks one law for every initializer in its case.
    #[must_use]
    pub fn run_law(&self, law: InitializerLaw) -> Vec<Violation> {
        self.cases().filter_map(|(initializer, case)| law.check(initializer, case).err()).collect()
    }
}

impl Entry {
    fn read(self, case: usize) -> Result<(Box<dyn Initializer>, InitializerCase), SuiteError> {
        let refuse = |reason: String| SuiteError::Case { case, reason };
        let overflow = |error: ShapeError| refuse(error.to_string());
        let initializer = text::parse(&self.initializer).map_err(|source| SuiteError::Text { case, source })?;
        let name = format!("{} {:?} {}", self.initializer, self.shape, self.layout.as_deref().unwrap_or("no layout"));
        let mut param = ParamSpec::new("layers.0.weight", self.shape).map_err(overflow)?;
        if let Some(layout) = self.layout {
            param = param.with_layout(layout.parse::<Layout>().map_err(refuse)?).with_groups(self.groups);
        }
        let mut read = InitializerCase::new(param).named(name).expecting(self.expect.read().map_err(refuse)?);
        if let Some(dtypes) = self.dtypes {
            let dtypes = dtypes.iter().map(|word| word.parse::<Dtype>().map_err(|error| refuse(error.to_string())));
            read = read.in_dtypes(dtypes.collect::<Result<Vec<_>, _>>()?);
        }
        if let Some(seed) = self.seed {
            read = read.seeded(Seed(seed));
        }
        Ok((initializer, read))
    }
}

/// Returns the moments of a composite distribution, derived from its parts.
fn whole(law: Distribution) -> Result<Expectation, String> {
    Expectation::of(law).ok_or_else(|| "a part has no moments; use a distribution with moments".to_owned())
}

impl Expect {
    /// Returns the distribution of a part.
    fn distribution(self) -> Result<Distribution, String> {
        match self.read()? {
            Expected::Distribution(expectation) => Ok(expectation.law),
            _ => Err("a part has no distribution; add one".to_owned()),
        }
    }

    fn read(self) -> Result<Expected, String> {
        Ok(Expected::Distribution(match self {
            Self::Stated {} => return Ok(Expected::AsStated),
            Self::Values(values) => return Ok(Expected::Values(values)),
            Self::Mixture(shares) => {
                let laws = shares.into_iter().map(|Share { share, law }| Ok((share, law.distribution()?)));
                whole(Distribution::Mixture(laws.collect::<Result<_, String>>()?))?
            }
            Self::Parts(parts) => {
                let laws = parts.into_iter().map(|Part { range: [from, until, period], law }| {
                    Ok((StridedRange::new(from, until, period), law.distribution()?))
                });
                whole(Distribution::Parts(laws.collect::<Result<_, String>>()?))?
            }
            Self::Sparse { zeros, length, stride, std } => {
                let others = Box::new(Distribution::Normal { mean: 0.0, std });
                whole(Distribution::Sparse { zeros, length, stride, others })?
            }
            Self::LogUniform { low, high, mean, std } => {
                Expectation { law: Distribution::LogUniform { low, high }, mean, std, low, high }
            }
            Self::Moments { mean, std, low, high } => {
                Expectation { law: Distribution::Moments { mean, std, low, high }, mean, std, low, high }
            }
            Self::Orthonormal { gain } => return Ok(Expected::Orthonormal { gain }),
            Self::Refusal { words } => return Ok(Expected::Refusal(words)),
            Self::Constant { value } => {
                Expectation { law: Distribution::Constant(value), mean: value, std: 0.0, low: value, high: value }
            }
            Self::Normal { mean, std } => {
                let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
                Expectation { law: Distribution::Normal { mean, std }, mean, std, low, high }
            }
            Self::Uniform { low, high, mean, std } => {
                Expectation { law: Distribution::Uniform { low, high }, mean, std, low, high }
            }
            Self::TruncatedNormal { center, scale, cut: [from, to], mean, std, low, high } => {
                let unit = TruncatedUnitNormal::new(from, to).map_err(|error| error.to_string())?;
                Expectation { law: Distribution::TruncatedNormal { mean: center, scale, unit }, mean, std, low, high }
            }
        }))
    }
}
