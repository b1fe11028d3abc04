//! Points of the unit circle from correctly rounded operations.

/// `1, -1/3!, 1/5!, …`
const SINE: [f64; 10] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
    -1.0 / 121_645_100_408_832_000.0,
];

/// `1, -1/2!, 1/4!, …`
const COSINE: [f64; 10] = [
    1.0,
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
    -1.0 / 6_402_373_705_728_000.0,
];

/// Returns `(cos, sin)` of `2 pi turns` for finite `turns`, accurate to 4e-16.
///
/// The platform's sine may differ between machines. This one uses only `+ - *`: an exact reduction to at most an eighth
/// of a turn on either side of a quarter, and the Taylor series.
pub(super) fn unit_circle(turns: f64) -> (f64, f64) {
    let quarter = (4.0 * turns + 0.5).floor();
    let x = (4.0 * turns - quarter) * std::f64::consts::FRAC_PI_2;
    let y = x * x;
    let series = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * y + term);
    let (cosine, sine) = (series(&COSINE), x * series(&SINE));
    match quarter.rem_euclid(4.0) {
        1.0 => (-sine, cosine),
        2.0 => (-cosine, -sine),
        3.0 => (sine, -cosine),
        _ => (cosine, sine),
    }
}

#[cfg(test)]
mod tests {
    use super::unit_circle;

    #[test]
    fn quarters_are_exact() {
        for (turns, x, y) in
            [(0.0, 1.0, 0.0), (0.25, 0.0, 1.0), (0.5, -1.0, 0.0), (0.75, 0.0, -1.0), (-1.25, 0.0, -1.0)]
        {
            let (cosine, sine) = unit_circle(turns);
            assert_eq!((cosine + 0.0, sine + 0.0), (x, y), "{turns}");
        }
    }

    #[test]
    fn as_the_platform_has_it() {
        for step in -4000..4000 {
            let turns = f64::from(step) / 1111.0;
            let (cosine, sine) = unit_circle(turns);
            // The platform's function takes rounded radians, off by up to half an ulp of 4 turns, 1.8e-15.
            let (s, c) = (turns * std::f64::consts::TAU).sin_cos();
            assert!((cosine - c).abs() < 5e-15 && (sine - s).abs() < 5e-15, "{turns}");
            assert!((cosine * cosine + sine * sine - 1.0).abs() < 8e-16, "{turns}");
        }
    }
}
