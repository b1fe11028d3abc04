//! The backends pass every law in every case of `laws/backends.toml`.

use fanin_conformance::reference::Perceptron;
use fanin_conformance::{BackendSuite, SuiteError, backend_laws, check_parameters, report};
use fanin_core::{
    Activation,
    network::{FromMlpSpec, Loss},
};

backend_laws!(reference, Perceptron);

#[test]
fn every_activation_meets_every_loss() {
    let suite = BackendSuite::embedded().unwrap();
    for activation in Activation::ALL {
        for loss in Loss::ALL {
            let met = suite.cases().iter().any(|case| {
                let same = |layer: &fanin_core::network::Layer| layer.activation.name() == activation.name();
                case.spec().loss() == loss && case.spec().layers().iter().any(|layer| layer.is_hidden() && same(layer))
            });
            assert!(met, "no case of {activation} under {loss}");
        }
    }
    assert!(suite.cases().iter().any(|case| case.spec().layers().len() == 1), "no linear model");
    let layers = || suite.cases().iter().flat_map(|case| case.spec().layers());
    assert!(layers().any(|layer| layer.skip.is_some() && layer.norm.is_some()), "no residual block with a norm");
    assert!(layers().any(|layer| layer.input_bias.is_some()), "no input bias");
}

#[test]
fn a_model_with_parameters_alone_has_its_laws() {
    let suite = BackendSuite::embedded().unwrap();
    let mut model: Perceptron = Perceptron::from_spec(suite.cases().first().unwrap().spec()).unwrap();
    let violations = check_parameters(&mut model);
    assert!(violations.is_empty(), "{}", report(&violations));
}

#[test]
fn invalid_cases_are_named() {
    let wrong = |loss: &str, weights: &str, samples: usize| {
        let text = format!(
            "tolerance.f64 = {{ pass = 1e-13, training = 1e-11 }}\n[[case]]\nwidths = [2, 1]\nloss = \"{loss}\"\n\
             targets = \"classes\"\nsamples = {samples}\nweights = \"{weights}\"\nbiases = \"zeros\""
        );
        BackendSuite::from_toml(&text).map(|suite| suite.cases().len())
    };
    assert_eq!(wrong("binary_cross_entropy", "he_normal", 3).ok(), Some(1));
    let message = |result: Result<usize, SuiteError>| result.unwrap_err().to_string();
    assert!(message(wrong("hinge", "he_normal", 3)).contains("unknown loss 'hinge'"));
    assert!(message(wrong("softmax_cross_entropy", "he_normal", 3)).contains("two outputs"));
    assert!(message(wrong("binary_cross_entropy", "he_norml", 3)).contains("did you mean 'he_normal'?"));
    assert!(message(wrong("binary_cross_entropy", "he_normal", 0)).contains("use at least one"));
    assert!(message(wrong("mean_squared_error", "he_normal", 3)).contains("use values"));
}

#[test]
fn an_unknown_element_type_is_said() {
    // The reference is f64, so a suite for f32 only cannot test it.
    let text = "tolerance.f32 = { pass = 1e-5, training = 1e-4 }\n[[case]]\nwidths = [2, 1]\n\
                loss = \"mean_squared_error\"\ntargets = \"values\"\nsamples = 3\nweights = \"zeros\"\nbiases = \
                \"zeros\"";
    let suite = BackendSuite::from_toml(text).unwrap();
    let violations = fanin_conformance::BackendLaw::Forward.check_all::<Perceptron>(suite.cases());
    assert!(violations.iter().any(|violation| violation.reason.contains("no tolerance for f64")), "{violations:?}");
}
