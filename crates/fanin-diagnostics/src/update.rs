//! Parameter updates of one step or of a whole run.

use fanin_core::{InitError, Parameters, ParametersExt, Role};

use crate::DiagnosticsError;
use crate::share::to_f64;

/// A copy of a model's parameters in `f64`: 8 bytes per element. Running statistics are left out because they are not
/// trained.
///
/// ```
/// use fanin_core::network::Trainable;
/// use fanin_diagnostics::{DiagnosticsError, Snapshot};
///
/// fn print_ratios<N: Trainable>(
///     network: &mut N,
///     batch: &N::Batch,
///     optimizer: &mut N::Optimizer,
/// ) -> Result<(), DiagnosticsError> {
///     let before = Snapshot::of(network)?;
///     network.step(batch, optimizer)?;
///     for update in before.updates(network)?.parameters {
///         println!("{}: {:?}", update.name, update.ratio());
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    parameters: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq)]
struct Held {
    name: String,
    role: Role,
    values: Vec<f64>,
}

/// The update of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The parameter.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// `sqrt(mean((after - before)^2))`.
    pub update_rms: f64,
    /// `sqrt(mean(before^2))`.
    pub weight_rms: f64,
    /// Whether any element changed bitwise (-0.0 equals 0). Changes too small to see in a plot count.
    pub changed: bool,
}

impl Update {
    /// Returns the update-to-weight ratio, `update_rms / weight_rms`; `None` if the parameter was all zeros or is
    /// empty. About `1e-3` for one step is healthy, as a rule of thumb (Karpathy, Stanford course notes on neural
    /// networks, 2015).
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (self.weight_rms != 0.0).then(|| self.update_rms / self.weight_rms)
    }
}

/// The updates of all parameters, in the model's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Updates {
    /// One update per parameter.
    pub parameters: Vec<Update>,
}

impl Updates {
    /// Returns the update of one parameter; `None` if the snapshot does not contain it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Update> {
        self.parameters.iter().find(|update| update.name == name)
    }

    /// Returns whether any weight changed bitwise; biases and normalization parameters do not count. If none did, the
    /// run is [`Verdict::Frozen`](crate::Verdict::Frozen).
    #[must_use]
    pub fn weights_changed(&self) -> bool {
        self.parameters.iter().any(|update| update.changed && matches!(update.role, Role::Weight | Role::Embedding))
    }
}

impl Snapshot {
    /// Copies the parameters of a model.
    ///
    /// # Errors
    /// Returns the errors of [`Parameters::read`].
    pub fn of<P: Parameters + ?Sized>(parameters: &P) -> Result<Self, InitError> {
        let trained = parameters.specs().iter().filter(|spec| spec.role() != Role::Buffer);
        let held = trained.map(|spec| {
            let (name, role) = (spec.name().to_owned(), spec.role());
            Ok(Held { values: parameters.values(&name)?, name, role })
        });
        Ok(Self { parameters: held.collect::<Result<_, InitError>>()? })
    }

    /// Returns the updates since the snapshot.
    ///
    /// # Errors
    /// [`DiagnosticsError::Parameter`] if a parameter no longer exists or cannot be read, [`DiagnosticsError::Length`]
    /// if its number of elements has changed.
    pub fn updates<P: Parameters + ?Sized>(&self, parameters: &P) -> Result<Updates, DiagnosticsError> {
        self.parameters
            .iter()
            .map(|held| held.update(parameters))
            .collect::<Result<_, _>>()
            .map(|parameters| Updates { parameters })
    }
}

impl Held {
    fn update<P: Parameters + ?Sized>(&self, parameters: &P) -> Result<Update, DiagnosticsError> {
        let after = parameters.values(&self.name)?;
        if after.len() != self.values.len() {
            let (name, before) = (self.name.clone(), self.values.len());
            return Err(DiagnosticsError::Length { name, before, after: after.len() });
        }
        let pairs = || self.values.iter().zip(&after);
        Ok(Update {
            name: self.name.clone(),
            role: self.role,
            update_rms: root_mean_square(pairs().map(|(before, after)| after - before)),
            weight_rms: root_mean_square(self.values.iter().copied()),
            changed: pairs().any(|(before, after)| (before + 0.0).to_bits() != (after + 0.0).to_bits()),
        })
    }
}

/// Computes the root mean square, scaled by the largest magnitude so that no square over- or underflows. Returns 0 for
/// no values and NaN if a value is not finite.
fn root_mean_square(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().map(f64::abs).fold(0.0, |a: f64, b| if a.is_nan() || a > b { a } else { b });
    if largest == 0.0 {
        return 0.0;
    }
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        let scaled = value / largest;
        sum += scaled * scaled;
        count += 1;
    }
    largest * (sum / to_f64(count)).sqrt()
}

#[cfg(test)]
mod tests {
    use fanin_core::ParamSpec;
    use half::f16;

    use super::*;
    use crate::held_parameters::Held;

    fn spec(name: &str, len: usize, role: Role) -> ParamSpec {
        ParamSpec::new(name, [len]).unwrap().with_role(role)
    }

    fn model() -> Held<f32> {
        Held::new(&[
            (spec("w", 3, Role::Weight), &[3.0, 4.0, 0.0]),
            (spec("b", 2, Role::Bias), &[0.0, 0.0]),
            (spec("mean", 1, Role::Buffer), &[1.0]),
        ])
    }

    #[test]
    fn counted_by_hand() {
        let mut model = model();
        let before = Snapshot::of(&model).unwrap();
        model.values[0] = vec![3.0, 4.0, 0.5];
        model.values[1] = vec![0.5, -0.5];
        let updates = before.updates(&model).unwrap();
        let w = updates.get("w").unwrap();
        // rms(update) = sqrt(0.25 / 3), rms(before) = sqrt(25 / 3): the ratio is 0.5 / 5.
        assert!((w.ratio().unwrap() - 0.1).abs() < 1e-15, "{w:?}");
        assert!((w.weight_rms - (25.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        let b = updates.get("b").unwrap();
        assert_eq!((b.update_rms, b.weight_rms, b.ratio(), b.changed), (0.5, 0.0, None, true));
        assert_eq!(updates.get("mean"), None);
        assert!(updates.weights_changed());
    }

    #[test]
    fn biases_and_the_sign_of_zero_are_no_change_of_weights() {
        let mut model = model();
        let before = Snapshot::of(&model).unwrap();
        assert!(before.updates(&model).unwrap().parameters.iter().all(|update| !update.changed));
        model.values[0][2] = -0.0;
        model.values[1][0] = 1.0;
        model.values[2][0] = 5.0;
        let updates = before.updates(&model).unwrap();
        assert!(!updates.weights_changed());
        assert_eq!(updates.get("w").and_then(Update::ratio), Some(0.0));
        model.values[0][0] = f32::from_bits(3.0_f32.to_bits() + 1);
        assert!(before.updates(&model).unwrap().weights_changed());
    }

    #[test]
    fn no_square_overflows_or_vanishes() {
        for scale in [1e-300, 1e-3, 1.0, 1e300] {
            let found = root_mean_square([scale, -scale, 0.0, 0.0].into_iter());
            assert!((found / scale - 0.5_f64.sqrt()).abs() < 1e-15, "{scale}: {found}");
        }
        assert_eq!(root_mean_square(std::iter::empty()), 0.0);
        assert_eq!(root_mean_square([0.1].into_iter()), 0.1);
    }

    #[test]
    fn non_finite_values_are_visible() {
        for value in [f64::NAN, f64::INFINITY] {
            for values in [[value, 1.0], [1.0, value]] {
                assert!(root_mean_square(values.into_iter()).is_nan(), "{values:?}");
            }
        }
    }

    #[test]
    fn another_model_is_refused() {
        let before = Snapshot::of(&model()).unwrap();
        let shorter = Held::<f16>::new(&[(spec("w", 1, Role::Weight), &[3.0])]);
        let error = before.updates(&shorter).unwrap_err().to_string();
        assert!(error.contains("'w'") && error.contains('3') && error.contains('1'), "{error}");
        let without = Held::<f16>::new(&[(spec("w", 3, Role::Weight), &[3.0, 4.0, 0.0])]);
        assert!(before.updates(&without).unwrap_err().to_string().contains("'b'"));
    }

    #[test]
    fn half_precision_and_empty_parameters() {
        let mut model = Held::<f16>::new(&[(spec("w", 1, Role::Weight), &[2.0]), (spec("e", 0, Role::Weight), &[])]);
        let before = Snapshot::of(&model).unwrap();
        model.values[0][0] = f16::from_bits(model.values[0][0].to_bits() + 1);
        let updates = before.updates(&model).unwrap();
        // The spacing of f16 at 2 is 2^-9.
        assert_eq!(updates.get("w").and_then(Update::ratio), Some(1.0 / 1024.0));
        let empty = updates.get("e").unwrap();
        assert_eq!((empty.ratio(), empty.changed), (None, false));
    }
}
