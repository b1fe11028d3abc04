//! Compares gains with numbers computed independently to many digits.

use fanin_core::gain::{self, Convention};
use fanin_core::{Activation, gain::GainError};

/// The rows of a table: an activation with its forward, backward and standardized gains.
fn rows(table: &str) -> Vec<(Activation, [f64; 3])> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let row = |line: &str| {
        let mut cells = line.split(';');
        let activation = cells.next().unwrap().parse().unwrap();
        let gains: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
        (activation, gains.try_into().unwrap())
    };
    lines.map(row).collect()
}

const REFERENCE: &str = include_str!("gains/reference.csv");
const GIVEN: &str = include_str!("gains/given.csv");
const COLUMNS: [Convention; 3] = [Convention::Forward, Convention::Backward, Convention::Standardized];

fn worst(table: &str, ours: impl Fn(Activation, Convention) -> f64) -> (f64, String) {
    let compare = |activation, convention, gain: f64| {
        let error = (ours(activation, convention) / gain - 1.0).abs();
        (error, format!("{activation} {convention}: {} and {gain}, {error:e}", ours(activation, convention)))
    };
    let errors = rows(table).into_iter().flat_map(|(activation, gains)| {
        COLUMNS.into_iter().zip(gains).map(move |(convention, gain)| compare(activation, convention, gain))
    });
    errors.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

#[test]
fn gains_of_every_activation() {
    let names: Vec<&str> = rows(REFERENCE).into_iter().map(|(activation, _)| activation.name()).collect();
    assert!(Activation::ALL.iter().all(|activation| names.contains(&activation.name())), "{names:?}");
    let (error, what) = worst(REFERENCE, |activation, convention| activation.gain(convention).unwrap());
    assert!(error < 1e-12, "{what}");
}

#[test]
fn gains_of_the_given_table() {
    let (error, what) = worst(GIVEN, |activation, convention| activation.gain(convention).unwrap());
    // Twelve decimals or twelve significant digits.
    assert!(error < 1e-12, "{what}");
}

/// The same functions as closures with unknown kinks, with and without a derivative.
#[test]
fn gains_of_closures() {
    let bare = |activation: Activation, convention| gain::of(|z| activation.value(z)).gain(convention).unwrap();
    let (error, what) = worst(REFERENCE, bare);
    assert!(error < 1e-10, "{what}");
    let stated = |activation: Activation, convention| {
        let function = gain::of(|z| activation.value(z)).with_derivative(|z| activation.derivative(z));
        function.gain(convention).unwrap()
    };
    let (error, what) = worst(REFERENCE, stated);
    assert!(error < 1e-11, "{what}");
}

/// Moments with a known closed form.
#[test]
fn closed_forms() {
    let near = |ours: f64, exact: f64| assert!((ours / exact - 1.0).abs() < 1e-13, "{ours} and {exact}");
    let e = std::f64::consts::E;
    near(Activation::Sin.second_moment(), 0.5 * (1.0 - 1.0 / (e * e)));
    near(Activation::Cos.second_moment(), 0.5 * (1.0 + 1.0 / (e * e)));
    near(Activation::Cos.mean_and_variance().0, (-0.5_f64).exp());
    // E erf^2 = 2 / pi asin(2 / 3), Williams 1998.
    near(Activation::Erf.second_moment(), (2.0_f64 / 3.0).asin() / std::f64::consts::FRAC_PI_2);
    near(Activation::ReluSquared.second_moment(), 1.5);
    near(Activation::ReluSquared.slope_moment(), 2.0);
    near(Activation::Arctan.slope_moment(), 0.5);
}

/// The table in the documentation of `torch.nn.init.calculate_gain`.
#[test]
fn the_table_of_pytorch() {
    let table = |text: &str| text.parse::<Activation>().unwrap().gain(Convention::Pytorch);
    for (text, gain) in [
        ("identity", 1.0),
        ("sigmoid", 1.0),
        ("tanh", 5.0 / 3.0),
        ("relu", std::f64::consts::SQRT_2),
        ("leaky_relu", (2.0_f64 / 1.0001).sqrt()),
        ("leaky_relu(slope = 0.5)", 1.6_f64.sqrt()),
        ("selu", 0.75),
    ] {
        assert!((table(text).unwrap() - gain).abs() < 1e-15, "{text}");
    }
    let known = |activation: &&Activation| activation.gains().unwrap().pytorch.is_some();
    assert_eq!(Activation::ALL.iter().filter(known).count(), 6);
    let error = table("elu(alpha = 2)").unwrap_err();
    assert!(error.to_string().contains("elu(alpha = 2)"), "{error}");
}

#[test]
fn an_argument_beyond_reason_has_no_gain() {
    for activation in [Activation::LeakyRelu { slope: f64::MAX }, Activation::Elu { alpha: f64::NAN }] {
        assert!(matches!(activation.gains(), Err(GainError::Infinite { .. })), "{activation}");
    }
}

/// The scale of `for_activation` affects values, so its bits are pinned, as part of values v1, on every machine.
#[test]
fn scales_that_enter_values_keep_their_bits() {
    for (text, bits) in [
        ("identity", 0x3ff0_0000_0000_0000_u64),
        ("sigmoid", 0x3fd2_c6b8_dd15_ebda),
        ("tanh", 0x3fd9_3c1e_f550_1c19),
        ("relu", 0x3fe0_0000_0000_0000),
        ("leaky_relu", 0x3fe0_0068_db8b_ac71),
        ("leaky_relu(slope = 0.2)", 0x3fe0_a3d7_0a3d_70a4),
        ("softplus", 0x3fed_7ad8_b343_fbd8),
        ("silu", 0x3fd6_c506_af95_4eaf),
        ("gelu", 0x3fdb_36d4_2a4c_8c5d),
    ] {
        assert_eq!(text.parse::<Activation>().unwrap().second_moment().to_bits(), bits, "{text}");
    }
}
