//! Impostor initializers, each with the law that must catch it.

use fanin_core::initializers::he_normal;
use fanin_core::{Initializer, Layout, ParamSpec, param::ShapeError};

use super::{addresses, places, scales, shapes, statements, unstated};
use crate::{Expected, InitializerCase, InitializerLaw, InitializerSuite, SuiteError, Violation, check_wrapper};

/// An impostor initializer.
#[derive(Debug)]
pub struct InitializerImpostor {
    /// The initializer.
    pub initializer: Box<dyn Initializer>,
    /// The text of the initializer it claims to be: one with a case, `orthogonal`, or `nothing` if it has no case of its
    /// own.
    pub claims: &'static str,
    /// The law that must catch it.
    pub law: InitializerLaw,
}

/// Returns every impostor.
#[must_use]
pub fn initializer_impostors() -> Vec<InitializerImpostor> {
    use InitializerLaw as Law;
    let entry = |claims, law, initializer| InitializerImpostor { initializer, claims, law };
    vec![
        entry("he_normal", Law::Std, Box::new(scales::ForgetsFanIn)),
        entry("he_normal", Law::Std, Box::new(scales::SwapsFans)),
        entry("he_normal", Law::Std, Box::new(scales::VarianceAsStd)),
        entry("he_normal", Law::Std, Box::new(scales::AllZeros)),
        entry("truncated_normal", Law::Std, Box::new(scales::UncorrectedTruncation)),
        entry("variance_scaling(scale = 2, mode = fan_out)", Law::Std, Box::new(places::ForgetsGroupsInFanOut)),
        entry("packed(glorot_normal)", Law::Std, Box::new(places::PackedAsOneMatrix)),
        entry("packed(glorot_normal)", Law::Parts, Box::new(places::PartsShareAStream)),
        entry("dirac", Law::Values, Box::new(places::DiracWithoutGroups)),
        entry("lstm_bias", Law::Values, Box::new(places::SwapsGates)),
        entry("sparse(0.75, std = 0.5)", Law::Sparsity, Box::new(places::SparsePerRow)),
        entry("sparse(0.75, std = 0.5)", Law::Sparsity, Box::new(places::SparseOnAverage)),
        entry("he_normal", Law::Mean, Box::new(scales::LosesItsSign)),
        entry("truncated_normal", Law::Tails, Box::new(shapes::ClipsInsteadOfTruncates)),
        entry("truncated_normal", Law::Bounds, Box::new(shapes::ForgetsToTruncate)),
        entry("he_normal", Law::Distribution, Box::new(shapes::UniformForNormal)),
        entry("he_normal", Law::Independence, Box::new(shapes::RepeatsItsTile)),
        entry("orthogonal", Law::Haar, Box::new(shapes::UnsignedQr)),
        entry("orthogonal", Law::Haar, Box::new(shapes::UnsignedQrOfWide)),
        entry("orthogonal", Law::Orthonormal, Box::new(shapes::NearlyOrthogonal)),
        entry("he_normal", Law::Keys, Box::new(addresses::ReusesKey)),
        entry("he_normal", Law::Keys, Box::new(addresses::ForgetsSeed)),
        entry("he_normal", Law::Coverage, Box::new(addresses::SkipsLastElement)),
        entry("he_normal", Law::Memory, Box::new(addresses::ReadsMemory)),
        entry("he_normal", Law::Windows, Box::new(addresses::IgnoresWindowStart)),
        entry("he_normal", Law::Windows, Box::new(addresses::ShortIndex)),
        entry("he_normal", Law::Blocks, Box::new(addresses::CountsFromTheStart)),
        entry("he_normal", Law::Blocks, Box::new(addresses::RowsFromTheWrongOffset)),
        entry("he_normal", Law::Address, Box::<addresses::SharedState>::default()),
        entry("he_normal", Law::Refusal, Box::new(statements::ForgetsCheck)),
        entry("he_normal", Law::Refusal, Box::new(statements::PanicsOnVectors)),
        entry("he_normal", Law::Dtypes, Box::new(statements::RoundsTowardZero)),
        entry("he_normal", Law::Text, Box::new(statements::MisprintsItself)),
        entry("he_normal", Law::Statement, Box::new(statements::MisstatesItsLaw)),
        entry("nothing", Law::Finite, Box::new(unstated::AllNan)),
        entry("nothing", Law::Finite, Box::new(unstated::SomeInfinities)),
        entry("nothing", Law::Keys, Box::new(unstated::ZerosUndeclared)),
        entry("nothing", Law::Keys, Box::new(unstated::IgnoresSeed)),
        entry("nothing", Law::Keys, Box::new(unstated::IgnoresName)),
        entry("nothing", Law::Keys, Box::new(unstated::IgnoresSeedAndName)),
        entry("nothing", Law::Coverage, Box::new(unstated::LeavesOneUnwritten)),
        entry("nothing", Law::Windows, Box::new(unstated::ForgetsWhereItIs)),
        entry("nothing", Law::Refusal, Box::new(unstated::PanicsOnScalars)),
        entry("nothing", Law::Refusal, Box::new(unstated::PanicsOnEmptyAxes)),
        entry("nothing", Law::Refusal, Box::new(unstated::RefusesLate)),
        entry("nothing", Law::Mean, Box::new(unstated::MisstatesMean)),
        entry("nothing", Law::Std, Box::new(unstated::MisstatesStd)),
        entry("nothing", Law::Bounds, Box::new(unstated::MisstatesBounds)),
        entry("he_normal", Law::Wrappers, Box::new(statements::ForgetfulWrapper(he_normal()))),
    ]
}

impl InitializerImpostor {
    /// Returns the case of the initializer it claims to be.
    ///
    /// # Errors
    /// [`SuiteError`] if there is no such case.
    pub fn case(&self) -> Result<InitializerCase, SuiteError> {
        let refuse = |reason: String| SuiteError::Case { case: 0, reason };
        if self.claims == "orthogonal" {
            let square = |name: &str| Ok(ParamSpec::new(name, [6, 6])?.with_layout(Layout::OutIn));
            let param = square("layers.0.weight").map_err(|error: ShapeError| refuse(error.to_string()))?;
            return Ok(InitializerCase::new(param).expecting(Expected::Orthonormal { gain: 1.0 }));
        }
        if self.claims == "nothing" {
            let param = ParamSpec::new("layers.0.weight", [64, 256]);
            let param = param.map_err(|error: ShapeError| refuse(error.to_string()))?;
            return Ok(InitializerCase::new(param.with_layout(Layout::OutIn)));
        }
        let suite = InitializerSuite::embedded()?;
        let case = suite.case(self.claims).cloned();
        case.ok_or_else(|| refuse(format!("'{}' has no case; add one", self.claims)))
    }

    /// Runs the law that must catch it.
    ///
    /// # Errors
    /// Returns the [`Violation`]; there must be one.
    pub fn judge(&self, case: &InitializerCase) -> Result<(), Violation> {
        match self.law {
            InitializerLaw::Wrappers => check_wrapper(&he_normal(), &self.initializer, case),
            law => law.check(&self.initializer, case),
        }
    }
}
