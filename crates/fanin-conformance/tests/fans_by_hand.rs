//! Tests every mode, distribution, layout and element type against stds computed by hand from counted fans, at n =
//! 2^17. `campaigns/scipy` does the same at 2^20.

use std::sync::Mutex;

use fanin_conformance::{Expectation, Expected, InitializerCase, InitializerLaw, report};
use fanin_core::values::TruncatedUnitNormal;
use fanin_core::{Distribution, Layout, ParamSpec, text};

/// Layout, shape and groups, with `fan_in` and `fan_out` counted by hand: a matrix, kernels in four groups of 16 inputs
/// and 24 outputs, and a depthwise kernel.
const PARAMS: [(Layout, &[usize], usize, f64, f64); 7] = [
    // 64 inputs, 256 outputs.
    (Layout::OutIn, &[256, 64], 1, 64.0, 256.0),
    (Layout::InOut, &[64, 256], 1, 64.0, 256.0),
    // Each output uses 16 inputs at 9 positions; each input is used by 24 outputs at 9 positions.
    (Layout::OutIn, &[96, 16, 3, 3], 4, 144.0, 216.0),
    (Layout::InOut, &[3, 3, 16, 96], 4, 144.0, 216.0),
    (Layout::Transposed, &[64, 24, 3, 3], 4, 144.0, 216.0),
    (Layout::KernelOutIn, &[3, 3, 24, 64], 4, 144.0, 216.0),
    (Layout::OutIn, &[512, 1, 5], 512, 5.0, 5.0),
];

const LAWS: [InitializerLaw; 6] = [
    InitializerLaw::Statement,
    InitializerLaw::Mean,
    InitializerLaw::Std,
    InitializerLaw::Bounds,
    InitializerLaw::Distribution,
    InitializerLaw::Tails,
];

fn expected(distribution: &str, std: f64) -> Distribution {
    match distribution {
        "uniform" => Distribution::Uniform { low: -3.0_f64.sqrt() * std, high: 3.0_f64.sqrt() * std },
        "normal" => Distribution::Normal { mean: 0.0, std },
        _ => {
            // The std of a unit normal truncated at ±2.
            let scale = std / 0.879_625_661_034_239_8;
            Distribution::TruncatedNormal { mean: 0.0, scale, unit: TruncatedUnitNormal::new(-2.0, 2.0).unwrap() }
        }
    }
}

#[test]
fn every_mode_in_every_layout_and_element_type() {
    let violations = Mutex::new(Vec::new());
    let check = |mode: &str| {
        for distribution in ["uniform", "normal", "truncated_normal"] {
            let text = format!("variance_scaling(scale = 1.5, mode = {mode}, distribution = {distribution})");
            let initializer = text::parse(&text).unwrap();
            for (layout, shape, groups, fan_in, fan_out) in PARAMS {
                let n = match mode {
                    "fan_in" => fan_in,
                    "fan_out" => fan_out,
                    "fan_avg" => f64::midpoint(fan_in, fan_out),
                    _ => (fan_in * fan_out).sqrt(),
                };
                let expected = Expectation::of(expected(distribution, (1.5_f64 / n).sqrt())).unwrap();
                let param = ParamSpec::new("w", shape).unwrap().with_layout(layout).with_groups(groups);
                let case = InitializerCase::new(param).named(format!("{text} {shape:?} {layout}"));
                let case = case.expecting(Expected::Distribution(expected));
                let found = LAWS.iter().filter_map(|law| law.check(&initializer, &case).err());
                violations.lock().unwrap().extend(found);
            }
        }
    };
    std::thread::scope(|scope| {
        for mode in ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"] {
            scope.spawn(|| check(mode));
        }
    });
    let violations = violations.into_inner().unwrap();
    assert!(violations.is_empty(), "{}", report(&violations));
}

/// The same with PyTorch's fans, which ignore groups in `fan_out` and swap the axes of a transposed kernel. All
/// differences are detected.
#[test]
fn fans_of_torch_are_detected() {
    for (layout, shape, groups, mode, fan) in [
        (Layout::OutIn, &[96, 16, 3, 3][..], 4, "fan_out", 864.0),
        (Layout::Transposed, &[64, 24, 3, 3], 4, "fan_in", 216.0),
        (Layout::Transposed, &[64, 24, 3, 3], 4, "fan_out", 576.0),
        (Layout::OutIn, &[512, 1, 5], 512, "fan_out", 2560.0),
    ] {
        let initializer = text::parse(&format!("he_normal(mode = {mode})")).unwrap();
        let expected = Expectation::of(expected("normal", (2.0_f64 / fan).sqrt())).unwrap();
        let param = ParamSpec::new("w", shape).unwrap().with_layout(layout).with_groups(groups);
        let case = InitializerCase::new(param).expecting(Expected::Distribution(expected));
        assert!(InitializerLaw::Std.check(&initializer, &case).is_err(), "{layout} {shape:?} {mode}");
    }
}
