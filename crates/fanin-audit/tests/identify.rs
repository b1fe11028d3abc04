//! Tests of every verdict.

use fanin_audit::identify::{self, CandidateKind, Identification, IdentifyOptions, IdentityVerdict, Named};
use fanin_core::{Element, Initializer, InitializerExt, Layout, ParamSpec, Seed, param::Slice, text};
use half::{bf16, f16};

fn parse(text: &str) -> Box<dyn Initializer> {
    text::parse(text).expect("an initializer")
}

fn param(shape: &[usize]) -> ParamSpec {
    ParamSpec::new("layer.weight", shape).expect("a shape").with_layout(Layout::OutIn)
}

fn without_seeds() -> IdentifyOptions {
    IdentifyOptions { seeds: None, ..IdentifyOptions::default() }
}

/// Samples and identifies values, without trying seeds.
fn drawn<T: Element>(text: &str, shape: &[usize]) -> Identification {
    let values: Vec<T> = parse(text).sample(&param(shape), Seed(7)).expect("values");
    identify::values(T::lend(&values), &param(shape), &without_seeds())
}

#[test]
fn structures_are_seen_as_they_are() {
    for (text, shape, told) in [
        ("zeros", &[3, 4][..], "zeros"),
        ("ones", &[5], "ones"),
        ("constant(0.5)", &[2, 2], "constant(0.5)"),
        ("eye", &[6, 6], "eye = zero_hadamard"),
        ("eye(gain = -0.25)", &[4, 6], "eye(gain = -0.25)"),
        ("dirac", &[4, 4, 3, 3], "dirac = zero_hadamard"),
        ("hadamard(gain = 2)", &[8, 8], "hadamard(gain = 2)"),
        ("hadamard", &[8, 5], "hadamard = zero_hadamard"),
        ("zero_hadamard", &[3, 6], "eye = zero_hadamard"),
        ("bernoulli(0.5)", &[50, 40], "bernoulli(0.5055)"),
        ("orthogonal", &[20, 30], "orthogonal"),
        ("orthogonal(gain = 1.5)", &[100, 40], "orthogonal(gain = 1.5)"),
        ("orthogonal", &[16, 8, 3], "orthogonal"),
        ("delta_orthogonal(gain = 2)", &[12, 8, 3, 3], "delta_orthogonal(gain = 2)"),
        ("sparse(0.75, std = 0.1)", &[40, 30], "sparse(0.75, std = 0.1007)"),
        ("sparse(0.5, axis = 1)", &[40, 30], "sparse(0.5, std = 0.009722, axis = 1)"),
    ] {
        for found in [drawn::<f32>(text, shape), drawn::<f64>(text, shape)] {
            assert_eq!(found.verdict(), IdentityVerdict::Known, "{text}: {found}");
            let (name, _) = told.split_once(['(', ' ']).unwrap_or((told, ""));
            assert_eq!(found.best()[0].kind, CandidateKind::Structure, "{text}: {found}");
            // Fitted fractions and stds depend on the draw and have four digits, so only the name is compared.
            if told.contains("std") || name == "bernoulli" {
                assert!(found.to_string().starts_with(name), "{text}: {found}");
            } else {
                assert_eq!(found.to_string(), told);
            }
        }
        let half = drawn::<bf16>(text, shape);
        assert_eq!(half.best()[0].kind, CandidateKind::Structure, "{text} in bf16: {half}");
    }
}

/// The probability that two random rows pass as orthogonal is below one in a million.
#[test]
fn random_matrices_are_not_orthogonal() {
    for seed in 0..200 {
        for shape in [[2, 2], [2, 300], [40, 3]] {
            let values: Vec<f32> = parse("normal").sample(&param(&shape), Seed(seed)).expect("values");
            let found = identify::values(Slice::F32(&values), &param(&shape), &without_seeds());
            assert_ne!(found.candidates[0].kind, CandidateKind::Structure, "{seed} {shape:?}: {found}");
        }
    }
}

#[test]
fn equal_laws_are_ties() {
    let found = drawn::<f32>("glorot_normal", &[48, 48]);
    assert_eq!(found.to_string(), "glorot_normal = lecun_normal");
    // A custom initializer, nearly identical to He's.
    let mut options = without_seeds();
    options.more.push(Named::new(parse("he_normal(gain = 1.001)").into()));
    let values: Vec<f32> = parse("he_normal").sample(&param(&[64, 8]), Seed(7)).expect("values");
    let found = identify::values(Slice::F32(&values), &param(&[64, 8]), &options);
    assert_eq!(found.tied, 2, "{found}");
    assert!(found.to_string().contains(" or "), "{found}");
}

/// Sixty-four values cannot distinguish variances that differ by 5 %.
#[test]
fn many_ties_are_counted_and_nothing_is_claimed() {
    let mut options = without_seeds();
    let gains = (1..=6).map(|step| format!("he_normal(gain = {})", 1.0 + 0.01 * f64::from(step)));
    options.more.extend(gains.map(|text| Named::new(parse(&text).into())));
    for seed in 0..20 {
        let values: Vec<f32> = parse("he_normal").sample(&param(&[8, 8]), Seed(seed)).expect("values");
        let found = identify::values(Slice::F32(&values), &param(&[8, 8]), &options);
        assert_eq!(found.verdict(), IdentityVerdict::Undetermined, "{found}");
        assert!(found.tied > 4 && found.to_string().starts_with("undetermined: "), "{found}");
        assert!(found.to_string().ends_with(&format!(" or {} more", found.tied - 4)), "{found}");
    }
}

/// 12 initializers x 5 shapes x 5 seeds of fewer than 64 values: no claim, except for fanin's own values.
#[test]
fn few_values_are_too_few_to_tell() {
    for text in [
        "he_normal",
        "he_uniform",
        "glorot_normal",
        "glorot_uniform",
        "lecun_normal",
        "lecun_uniform",
        "fan_in_uniform",
        "normal",
        "normal(std = 0.02)",
        "uniform",
        "truncated_normal(std = 0.02)",
        "variance_scaling",
    ] {
        for shape in [&[1, 2][..], &[4, 4], &[7, 9], &[63, 1], &[3, 2, 3, 3]] {
            for seed in 500..505 {
                let values: Vec<f32> = parse(text).sample(&param(shape), Seed(seed)).expect("values");
                let found = identify::values(Slice::F32(&values), &param(shape), &IdentifyOptions::default());
                assert_eq!(found.to_string(), "too few values to tell", "{text} {shape:?}");
                let seeds = IdentifyOptions { seeds: Some(seed..=seed), ..IdentifyOptions::default() };
                let found = identify::values(Slice::F32(&values), &param(shape), &seeds);
                assert!(found.address.is_some_and(|address| address.seed == seed), "{text} {shape:?}");
            }
        }
    }
    // Padding does not count.
    let mut values: Vec<f32> = parse("normal").sample(&param(&[20, 4]), Seed(1)).expect("values");
    values[..32].fill(0.0);
    let found = identify::values(Slice::F32(&values), &param(&[20, 4]), &without_seeds());
    assert_eq!(found.verdict(), IdentityVerdict::TooFew, "{found}");
}

#[test]
fn families_are_fitted() {
    for text in [
        "normal(std = 0.0357)",
        "normal(mean = 3, std = 0.5)",
        "uniform(low = -0.0361, high = 0.0361)",
        "uniform(low = 2, high = 7)",
        "truncated_normal(std = 0.3, corrected = false)",
        "truncated_normal(std = 0.3, low = -3, high = 3, corrected = false)",
        "log_uniform(0.001, 0.1)",
    ] {
        let shape = [200, 100];
        let distribution = parse(text).distribution(&param(&shape));
        for found in [drawn::<f32>(text, &shape), drawn::<f16>(text, &shape), drawn::<bf16>(text, &shape)] {
            assert_eq!(found.verdict(), IdentityVerdict::Fitted, "{text}: {found}");
            let best = &found.best()[0];
            // The same family with nearly the same parameters, and a text that parses to the same distribution.
            assert_eq!(
                std::mem::discriminant(&best.distribution),
                std::mem::discriminant(&distribution),
                "{text}: {found}"
            );
            let told = parse(&best.text).distribution(&param(&shape));
            for fitted in [&best.distribution, &told] {
                let (std, wanted) = (fitted.std().expect("a std"), distribution.std().expect("a std"));
                assert!((std / wanted - 1.0).abs() < 0.03, "{text}: {found}");
                let (mean, wanted) = (fitted.mean().expect("a mean"), distribution.mean().expect("a mean"));
                assert!((mean - wanted).abs() < 0.05 * std, "{text}: {found}");
            }
            assert!(best.fit.is_some_and(|fit| fit.is_plausible()));
        }
    }
}

#[test]
fn the_other_fan_is_found_and_said() {
    let found = drawn::<f32>("he_normal(mode = fan_out)", &[300, 100]);
    assert_eq!(found.to_string(), "he_normal(mode = fan_out)");
    assert_eq!(found.best()[0].note.as_deref(), Some("he_normal if the axes are swapped"));
}

#[test]
fn padding_is_told_and_left_out() {
    let shape = [300, 40];
    for init in ["normal(std = 0.02)", "normal", "uniform(low = -0.05, high = 0.05)"] {
        let mut values: Vec<f32> = parse(init).sample(&param(&shape), Seed(7)).expect("values");
        values[..40].fill(0.0);
        let found = identify::values(Slice::F32(&values), &param(&shape), &without_seeds());
        assert_eq!(found.to_string(), format!("{init}, and a zero row"));
        values[400..440].fill(0.0);
        let found = identify::values(Slice::F32(&values), &param(&shape), &without_seeds());
        assert_eq!(found.to_string(), format!("{init}, and 2 zero rows"));
    }
}

#[test]
fn own_values_are_known_to_the_bit() {
    fn check<T: Element>(text: &str, shape: &[usize]) {
        let param = param(shape);
        let mut values: Vec<T> = parse(text).sample(&param, Seed(42)).expect("values");
        let found = identify::values(T::lend(&values), &param, &IdentifyOptions::default());
        assert_eq!(found.to_string(), format!("exactly fanin's {}, seed 42", identify::spelled_out(text)));
        let only = IdentifyOptions { seeds: Some(43..=43), ..IdentifyOptions::default() };
        assert_eq!(identify::values(T::lend(&values), &param, &only).address, None);
        // After one value is changed, the tensor no longer matches fanin's values.
        let last = values.len() - 1;
        values.swap(0, last);
        assert_eq!(identify::values(T::lend(&values), &param, &IdentifyOptions::default()).address, None, "{text}");
    }
    for text in ["he_normal", "fan_in_uniform", "normal(std = 0.02)", "variance_scaling"] {
        check::<f32>(text, &[40, 20]);
        check::<f64>(text, &[40, 20]);
        check::<f16>(text, &[40, 20]);
        check::<bf16>(text, &[400, 100]);
    }
    check::<f32>("orthogonal", &[20, 30]);
}

#[test]
fn what_cannot_be_told_is_said() {
    let options = IdentifyOptions::default();
    let told =
        |values: &[f32], shape: &[usize]| identify::values(Slice::F32(values), &param(shape), &options).to_string();
    assert_eq!(told(&[], &[0, 3]), "empty");
    assert_eq!(told(&[1.0, f32::NAN, f32::INFINITY], &[3]), "2 values are infinite or NaN");
    assert_eq!(told(&[0.5], &[]), "constant(0.5)");
    // Too few values for the shape: no verdict, and no panic.
    assert_eq!(told(&[0.5], &[2, 2]), "not read");
    // Two thirds of the values are equal and one third vary: no distribution fits.
    let atom: Vec<f32> = (0..4000_u16).map(|i| if i % 3 == 0 { (f32::from(i) * 0.7).sin() } else { 0.125 }).collect();
    assert!(told(&atom, &[4000]).starts_with("none of these; nearest "), "{}", told(&atom, &[4000]));
    // The extreme values of the type cause no panic.
    for values in [[f32::MAX, f32::MIN], [1e-45, 0.0], [f32::MAX, 1e-45]] {
        assert!(identify::values(Slice::F32(&values), &param(&[1, 2]), &options).readable);
    }
}
