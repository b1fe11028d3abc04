//! New values for parts of a module.

use burn_core::tensor::Device;
use fanin_burn::Blueprint;
use fanin_core::Seed;
use fanin_recipes::Recipe;

use super::models::{Classifier, SEED, bits};

fn blueprint() -> Blueprint {
    Recipe::named("torch").unwrap().into()
}

#[test]
fn unmatched_parameters_keep_their_bits() {
    let (whole, _) = fanin_burn::init(Classifier::new(&Device::flex()), blueprint(), SEED).unwrap();
    let (other, _) = fanin_burn::init(Classifier::new(&Device::flex()), blueprint(), Seed(7)).unwrap();
    let (mixed, report) = blueprint().reinitialize(other.clone(), SEED, &["head.*", "*.mha.query.*"]).unwrap();
    let names: Vec<_> = report.iter().map(|one| one.name().to_owned()).collect();
    assert_eq!(names.len(), 2 + 2 * 2);
    let (whole, other, mixed) = (bits(&whole), bits(&other), bits(&mixed));
    for (name, values) in &mixed {
        let wanted = if names.contains(name) { &whole[name] } else { &other[name] };
        assert!(values == wanted, "{name}");
    }
    // The whole module becomes what `init` makes.
    let (all, _) = blueprint().reinitialize(Classifier::new(&Device::flex()), SEED, &["*"]).unwrap();
    assert!(bits(&all) == whole);
}

#[test]
fn patterns_are_checked() {
    let model = || Classifier::new(&Device::flex());
    let error = blueprint().reinitialize(model(), SEED, &["head.*", "tail.*"]).unwrap_err().to_string();
    assert!(error.contains("'tail.*' matches no parameter") && error.contains("embedding.weight"), "{error}");
    assert!(blueprint().reinitialize(model(), SEED, &["["]).unwrap_err().to_string().contains("'['"));
}

/// Parameters that are not chosen are not initialized.
#[test]
fn the_rest_stays_lazy() {
    let (model, _) = blueprint().reinitialize(Classifier::new(&Device::flex()), SEED, &["head.*"]).unwrap();
    assert!(model.head.weight.is_initialized() && !model.embedding.weight.is_initialized());
}
