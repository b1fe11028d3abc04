//! Every parameter of every model follows the distribution that its recipe states.

use candle_core::{DType, Device};
use candle_nn::{VarBuilder, VarMap};
use fanin_conformance::statistics::{ALPHA, Moments, ks_critical, ks_distance, two_sided_z};
use fanin_core::{Distribution, Dtype};

use super::expected;
use super::models::{FAMILIES, values};

/// The maximum number of values tested per parameter.
const MOST: usize = 1 << 17;
/// With fewer values than this, only the distribution is tested, not the moments.
const FEW: usize = 256;

/// Checks that values follow a distribution: constants bitwise in `f32`; otherwise mean and std by z-tests and the
/// distribution by a Kolmogorov-Smirnov test with Massart's bound, each with alpha = 1e-6 over up to 2^17 values.
fn follows(law: &Distribution, values: &[f64]) -> Result<(), String> {
    let values = &values[..values.len().min(MOST)];
    let (Some(mean), Some(std)) = (law.mean(), law.std()) else { return Err("it states no law".to_owned()) };
    if let Distribution::Constant(constant) = law {
        let wanted = f64::from(*constant as f32);
        let other = values.iter().find(|value| value.to_bits() != wanted.to_bits());
        return other.map_or(Ok(()), |value| Err(format!("{value} is not {wanted}")));
    }
    let seen = Moments::of(values);
    if values.len() >= FEW {
        let limit = two_sided_z(ALPHA) * std / seen.n.sqrt();
        if (seen.mean - mean).abs() > limit {
            return Err(format!("the mean of {} values is {}, not {mean} +- {limit}", seen.n, seen.mean));
        }
        let limit = two_sided_z(ALPHA) * seen.variance_error();
        if (seen.variance - std * std).abs() > limit {
            return Err(format!("the std of {} values is {}, not {std}", seen.n, seen.variance.sqrt()));
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let distance = ks_distance(&sorted, Dtype::F32, |x| law.cdf(x).unwrap_or(f64::NAN));
    let limit = ks_critical(sorted.len(), ALPHA);
    if distance <= limit { Ok(()) } else { Err(format!("{} values are {distance} away, limit {limit}", sorted.len())) }
}

/// Whether both are the same kind of distribution with the same numbers, to 1e-12.
fn is_same(a: &Distribution, b: &Distribution) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 1e-12 * b.abs());
    std::mem::discriminant(a) == std::mem::discriminant(b) && near(a.mean(), b.mean()) && near(a.std(), b.std())
}

#[test]
fn every_parameter_follows_its_recipe() {
    for family in FAMILIES {
        let built = family.built();
        assert!(built.variables.len() > 10);
        for variable in built.variables.iter() {
            let (name, shape) = (variable.name(), variable.param().shape());
            let wanted = expected::distribution(family.name, name, shape);
            assert!(
                is_same(&variable.distribution(), &wanted),
                "{}: {name}: {:?}, not {wanted:?}",
                family.name,
                variable.distribution()
            );
            let followed = follows(&wanted, &values(variable.tensor()));
            assert!(followed.is_ok(), "{}: {name} {shape:?}: {followed:?}", family.name);
        }
    }
}

/// The std of candle's own initialization of a kernel, `sqrt(2 / fan_in)`, which equals the recipe's if there are as
/// many inputs as outputs; 0 for other parameters.
fn candle_std(shape: &[usize]) -> f64 {
    if let [_, inputs, height, width] = shape { (2.0 / (inputs * height * width) as f64).sqrt() } else { 0.0 }
}

/// candle's own initialization, and fanin's with a std 10 % too large, are detected for every parameter with at least
/// 4096 values.
#[test]
fn impostors_are_caught() {
    for family in FAMILIES {
        let map = VarMap::new();
        (family.build)(VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu)).unwrap();
        let (theirs, built) = (map.data().lock().unwrap(), family.built());
        for variable in built.variables.iter().filter(|variable| variable.param().len() >= 4096) {
            let (name, ours) = (variable.name(), values(variable.tensor()));
            let wanted = expected::distribution(family.name, name, variable.param().shape());
            let std = candle_std(variable.param().shape());
            if wanted.std().is_some_and(|wanted| (wanted / std - 1.0).abs() > 0.1) {
                assert!(follows(&wanted, &values(&theirs[name])).is_err(), "{}: candle's {name} passes", family.name);
            }
            let wide: Vec<f64> = ours.iter().map(|value| 1.1 * value).collect();
            assert!(follows(&wanted, &wide).is_err(), "{}: {name} a tenth too wide passes", family.name);
        }
        let seen = built.variables.iter().filter(|variable| variable.param().len() >= 4096).count();
        assert!(seen >= 5, "{}: {seen}", family.name);
    }
}
