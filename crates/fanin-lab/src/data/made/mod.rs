//! Generated data sets with two features and two classes.

mod blobs;
mod circles;
mod corner;
mod draws;
mod moons;
mod spiral;
mod unit_circle;
mod xor;

#[cfg(test)]
mod known_points;

use std::fmt;

use fanin_core::text::{Arguments, Printer};
use fanin_core::{Key, ParamViewMut, Seed};

use super::{DataError, DataSet, Provenance, Split};
use draws::Draws;

/// The license of generated points, which is that of the code.
const LICENSE: &str = "MIT OR Apache-2.0";

/// The shape of a generated data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// A ring of radius 1/2 inside a ring of radius 1.
    Circles,
    /// Two interleaving half circles.
    Moons,
    /// Two intertwined arms of one turn each.
    Spiral,
    /// Four corners; opposite corners share a class.
    Xor,
    /// Two overlapping normal clouds.
    Blobs,
    /// A right angle around a bar on its diagonal.
    Corner,
}

impl Pattern {
    /// All shapes.
    pub const ALL: [Self; 6] = [Self::Circles, Self::Moons, Self::Spiral, Self::Xor, Self::Blobs, Self::Corner];

    /// Returns the name used in the text form and in the addresses of the values.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Circles => "circles",
            Self::Moons => "moons",
            Self::Spiral => "spiral",
            Self::Xor => "xor",
            Self::Blobs => "blobs",
            Self::Corner => "corner",
        }
    }

    /// Returns the default standard deviation of the noise.
    #[must_use]
    pub const fn default_noise(self) -> f64 {
        match self {
            Self::Circles | Self::Moons => 0.1,
            Self::Spiral => 0.05,
            Self::Xor => 0.3,
            Self::Corner => 0.8,
            Self::Blobs => 1.0,
        }
    }

    /// Returns a one-line description.
    pub(super) const fn summary(self) -> &'static str {
        match self {
            Self::Circles => "a ring of radius 1/2 inside a ring of radius 1",
            Self::Moons => "two interleaving half circles",
            Self::Spiral => "two intertwined spiral arms, one turn each",
            Self::Xor => "four corners (+-1, +-1), class 1 where the signs differ",
            Self::Blobs => "two overlapping normal clouds around (-1, -1) and (1, 1), for logistic regression",
            Self::Corner => "a right angle around a bar; one line separates 85 % of the points, two lines 99 %",
        }
    }
}

/// The allowed numbers of points.
const POINTS: std::ops::RangeInclusive<u32> = 10..=10_000_000;
const DEFAULT_POINTS: u32 = 500;
const LARGEST_NOISE: f64 = 1000.0;
/// The largest seed that the text form represents exactly.
const LARGEST_SEED: u64 = 1 << 53;

/// A generated data set: `moons`, `moons(n = 200, noise = 0.2, seed = 1)`.
///
/// It has two features, two classes and `n` points (500); row `i` has class `i % 2`. Normal noise with standard
/// deviation `noise` is added to both features. Every point has an address: its position is element `i` of
/// `data.NAME.position` (f64, uniform), and its noise is elements `2 i` and `2 i + 1` of `data.NAME.noise` (f64,
/// normal). Therefore a larger set begins with the points of a smaller one, no weight shares a stream with the data,
/// and every machine produces the same bits, because only correctly rounded operations are used. The split is
/// [`Split::default`].
///
/// ```
/// use fanin_core::Seed;
/// use fanin_lab::data::{Made, Pattern};
///
/// let rings = Made::new(Pattern::Circles).with_points(200)?.with_noise(0.05)?.with_seed(Seed(7))?;
/// assert_eq!(rings.to_string(), "circles(n = 200, noise = 0.05, seed = 7)");
/// assert_eq!(rings.load()?.train().len(), 160);
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Made {
    pattern: Pattern,
    points: u32,
    noise: f64,
    seed: Seed,
}

impl Made {
    /// Creates a data set with the pattern's defaults.
    #[must_use]
    pub fn new(pattern: Pattern) -> Self {
        Self { pattern, points: DEFAULT_POINTS, noise: pattern.default_noise(), seed: Seed(0) }
    }

    /// Sets the number of points.
    ///
    /// # Errors
    /// [`DataError::Argument`] unless it is from 10 to 10,000,000.
    pub fn with_points(self, points: u32) -> Result<Self, DataError> {
        if POINTS.contains(&points) {
            return Ok(Self { points, ..self });
        }
        Err(self.argument("n", points, "is not a whole number from 10 to 10,000,000"))
    }

    /// Sets the standard deviation of the noise, in units of the features.
    ///
    /// # Errors
    /// [`DataError::Argument`] if it is negative, above 1000 or NaN.
    pub fn with_noise(self, noise: f64) -> Result<Self, DataError> {
        if (0.0..=LARGEST_NOISE).contains(&noise) {
            // Adding zero turns -0.0 into 0.0.
            return Ok(Self { noise: noise + 0.0, ..self });
        }
        Err(self.argument("noise", noise, "is not a number from 0 to 1000"))
    }

    /// Sets the seed.
    ///
    /// # Errors
    /// [`DataError::Argument`] if it is above 2^53, which the text form cannot represent exactly.
    pub fn with_seed(self, seed: Seed) -> Result<Self, DataError> {
        if seed.0 <= LARGEST_SEED {
            return Ok(Self { seed, ..self });
        }
        Err(self.argument("seed", seed, "is not a whole number from 0 to 2^53"))
    }

    /// Returns the pattern.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// Formats all arguments.
    pub(super) fn arguments_text(&self) -> String {
        format!("n = {}, noise = {}, seed = {}", self.points, self.noise, self.seed)
    }

    pub(super) fn from_arguments(pattern: Pattern, arguments: &mut Arguments) -> Result<Self, DataError> {
        let made = Self::new(pattern);
        let points = arguments.number("n", made.points.into())?;
        let noise = arguments.number("noise", made.noise)?;
        let seed = arguments.number("seed", 0.0)?;
        let points = whole(points)
            .and_then(|points| u32::try_from(points).ok())
            .ok_or_else(|| made.argument("n", points, "is not a whole number from 10 to 10,000,000"))?;
        let seed = whole(seed).ok_or_else(|| made.argument("seed", seed, "is not a whole number from 0 to 2^53"))?;
        made.with_points(points)?.with_noise(noise)?.with_seed(Seed(seed))
    }

    fn argument(&self, argument: &'static str, value: impl fmt::Display, reason: &'static str) -> DataError {
        DataError::Argument { set: self.pattern.name().to_owned(), argument, value: value.to_string(), reason }
    }

    /// Generates the points.
    ///
    /// # Errors
    /// None for valid arguments.
    pub fn load(&self) -> Result<DataSet, DataError> {
        let name = self.pattern.name();
        let failed = |error: fanin_core::InitError| DataError::samples(name, error.to_string());
        let rows = self.points as usize;
        let mut positions = Draws(vec![0.0; rows]);
        let position = format!("data.{name}.position");
        ParamViewMut::whole(&mut positions.0).fill_uniform(Key::new(self.seed, &position), 0.0, 1.0).map_err(failed)?;
        let mut inputs = vec![0.0; 2 * rows];
        let noise = format!("data.{name}.noise");
        ParamViewMut::whole(&mut inputs).fill_normal(Key::new(self.seed, &noise), 0.0, self.noise).map_err(failed)?;
        let labels: Vec<usize> = (0..rows).map(|row| row % 2).collect();
        for (row, (values, class)) in inputs.chunks_exact_mut(2).zip(&labels).enumerate() {
            let point = match self.pattern {
                Pattern::Circles => circles::point(&positions, row, *class),
                Pattern::Moons => moons::point(&positions, row, *class),
                Pattern::Spiral => spiral::point(&positions, row, *class),
                Pattern::Xor => xor::point(row, *class),
                Pattern::Blobs => blobs::point(*class),
                Pattern::Corner => corner::point(&positions, row, *class),
            };
            for (value, coordinate) in values.iter_mut().zip(point) {
                *value += coordinate;
            }
        }
        let provenance = Provenance {
            name: name.to_owned(),
            source: format!("generated by fanin: {self}, values v{}", fanin_core::values::VERSION),
            license: LICENSE.to_owned(),
        };
        DataSet::new(provenance, vec!["0".to_owned(), "1".to_owned()], 2, inputs, labels, Split::default())
    }
}

/// Converts a number to an integer if it is whole, non-negative and at most 2^53.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
pub(super) fn whole(number: f64) -> Option<u64> {
    let fits = (0.0..=TWO_POW_53).contains(&number) && number.fract() == 0.0;
    fits.then_some(number as u64)
}

const TWO_POW_53: f64 = 9_007_199_254_740_992.0;

impl fmt::Display for Made {
    #[expect(clippy::cast_precision_loss, reason = "a seed is at most 2^53")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = Printer::new(self.pattern.name())
            .number("n", self.points.into(), DEFAULT_POINTS.into())
            .number("noise", self.noise, self.pattern.default_noise())
            .number("seed", self.seed.0 as f64, 0.0);
        f.pad(&printer.finish())
    }
}
