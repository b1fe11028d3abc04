//! The initializers of fanin-core pass every law in every case of `laws/initializers.toml`.

use std::collections::HashSet;

use fanin_conformance::{Expected, InitializerLaw, InitializerSuite, SuiteError, report};
use fanin_core::text::catalog;
use fanin_core::{Distribution, Dtype};

/// The sample size for the laws about the values themselves.
const MANY: usize = 1 << 20;

/// One test per law, so that they run in parallel.
macro_rules! laws {
    ($($test:ident $law:ident,)*) => {
        const _: () = assert!([$(InitializerLaw::$law),*].len() == InitializerLaw::ALL.len());
        $(
            #[test]
            fn $test() {
                let (suite, law) = (InitializerSuite::embedded().unwrap(), InitializerLaw::$law);
                let suite = if OF_VALUES.contains(&law) { suite.sampling(MANY) } else { suite };
                let violations = suite.run_law(law);
                assert!(violations.is_empty(), "{}", report(&violations));
            }
        )*
    };
}

/// The Kolmogorov-Smirnov test and the moments.
const OF_VALUES: [InitializerLaw; 3] = [InitializerLaw::Mean, InitializerLaw::Std, InitializerLaw::Distribution];

laws! {
    address Address, finite Finite, coverage Coverage, memory Memory, windows Windows, blocks Blocks, refusal Refusal, wrappers Wrappers, keys Keys,
    dtypes Dtypes, text Text, statement Statement, mean Mean, std Std, bounds Bounds, distribution Distribution,
    tails Tails, independence Independence, values Values, parts Parts, sparsity Sparsity, orthonormal Orthonormal, haar Haar,
}

/// The first word of a case's name.
fn word(name: &str) -> &str {
    name.split(['(', ' ']).next().unwrap_or_default()
}

#[test]
fn every_entry_of_the_catalog_has_cases_in_every_dtype() {
    let suite = InitializerSuite::embedded().unwrap();
    for entry in catalog() {
        let named = |name: &str| entry.name == name || entry.aliases.contains(&name);
        let cases = suite.cases().filter(|(_, case)| named(word(case.name())));
        let accepted = cases.filter(|(_, case)| !matches!(case.expected(), Expected::Refusal(_)));
        let dtypes: HashSet<Dtype> = accepted.flat_map(|(_, case)| case.dtypes().to_vec()).collect();
        let missing: Vec<_> = Dtype::ALL.into_iter().filter(|dtype| !dtypes.contains(dtype)).collect();
        assert!(missing.is_empty(), "{} has no case in {missing:?}; add one to laws/initializers.toml", entry.name);
    }
}

/// The scipy campaign has its own cases, and derives others from those in `laws/initializers.toml` that list values or
/// a distribution that scipy also has.
#[test]
fn every_entry_of_the_catalog_has_a_case_for_scipy() {
    const CASES: &str =
        concat!(include_str!("../campaigns/scipy/cases.py"), include_str!("../campaigns/scipy/structured.py"));
    let suite = InitializerSuite::embedded().unwrap();
    for entry in catalog() {
        let named = |name: &str| entry.names().any(|known| known == name);
        let written = entry.names().any(|name| ['(', '"'].iter().any(|end| CASES.contains(&format!("\"{name}{end}"))));
        let derived = suite.cases().filter(|(_, case)| named(word(case.name()))).any(|(_, case)| {
            use Distribution::{Constant, LogUniform, Normal, TruncatedNormal, Uniform};
            match case.expected() {
                Expected::Values(_) => true,
                Expected::Distribution(expectation) => matches!(
                    expectation.law,
                    Constant(_) | Uniform { .. } | Normal { .. } | TruncatedNormal { .. } | LogUniform { .. }
                ),
                _ => false,
            }
        });
        let name = entry.name;
        assert!(
            written || derived,
            "scipy has no case of {name}; add one to laws/initializers.toml or campaigns/scipy"
        );
    }
}

#[test]
fn every_mode_distribution_and_layout_has_a_case() {
    let suite = InitializerSuite::embedded().unwrap();
    let names: Vec<&str> = suite.cases().map(|(_, case)| case.name()).collect();
    for mode in ["fan_out", "fan_avg", "fan_geo_avg"] {
        for start in ["variance_scaling(", "he_"] {
            let covered = names.iter().any(|name| {
                (name.starts_with(start) || name.starts_with("kaiming_")) && name.contains(&format!("mode = {mode}"))
            });
            assert!(covered, "no case of {start} with {mode}");
        }
    }
    for layout in ["oi", "io", "oihw", "hwio", "oik", "transposed", "iohw", "hwoi"] {
        assert!(names.iter().any(|name| name.ends_with(&format!("] {layout}"))), "no case in {layout}");
    }
    let laws: HashSet<_> = suite
        .cases()
        .filter_map(|(_, case)| match case.expected() {
            Expected::Distribution(expectation) => Some(std::mem::discriminant(&expectation.law)),
            _ => None,
        })
        .collect();
    for law in [
        Distribution::Constant(0.0),
        Distribution::Uniform { low: 0.0, high: 1.0 },
        Distribution::Normal { mean: 0.0, std: 1.0 },
    ] {
        assert!(laws.contains(&std::mem::discriminant(&law)), "no case of {law:?}");
    }
}

#[test]
fn all_violations_are_reported_together() {
    // Two wrong numbers in two cases: 0.1 for sqrt(1 / 64) = 0.125, 3 for 2.
    let suite = InitializerSuite::from_toml(
        r#"
        [[case]]
        initializer = "lecun_normal"
        shape = [100, 64]
        layout = "oi"
        dtypes = ["f32"]
        expect.normal = { mean = 0.0, std = 0.1 }
        [[case]]
        initializer = "constant(2)"
        shape = [5]
        expect.constant = { value = 3.0 }
        "#,
    );
    let violations = suite.unwrap().run();
    let of = |case: &str| -> Vec<&str> {
        violations.iter().filter(|violation| violation.case.starts_with(case)).map(|violation| violation.law).collect()
    };
    assert_eq!(of("lecun_normal"), ["statement", "std", "distribution", "tails"]);
    assert_eq!(of("constant"), ["statement", "mean", "bounds", "distribution"]);
    let text = report(&violations);
    assert!(text.starts_with("8 violations") && text.contains("0.125, not 0.1"), "{text}");
}

#[test]
fn invalid_cases_are_named() {
    let case = |text: &str| InitializerSuite::from_toml(&format!("[[case]]\n{text}")).map(|_| ()).unwrap_err();
    let expect = "expect.constant = { value = 0.0 }";
    let unknown = case(&format!("initializer = \"zerros\"\nshape = [2]\n{expect}"));
    assert!(matches!(unknown, SuiteError::Text { case: 1, .. }) && unknown.to_string().contains("zeros"), "{unknown}");
    let layout = case(&format!("initializer = \"zeros\"\nshape = [2]\nlayout = \"xy\"\n{expect}"));
    assert!(layout.to_string().contains("unknown layout 'xy'"), "{layout}");
    let huge = case(&format!("initializer = \"zeros\"\nshape = [9000000000000000000]\n{expect}"));
    assert!(huge.to_string().contains("use smaller axes"), "{huge}");
    let law = case("initializer = \"zeros\"\nshape = [2]\nexpect.cauchy = {}");
    assert!(matches!(law, SuiteError::Toml(_)), "{law}");
}
