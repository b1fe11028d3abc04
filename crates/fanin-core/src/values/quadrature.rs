//! Gauss-Legendre quadrature on [0, 1].

/// A quadrature rule: nodes in (0, 1) with their weights, which add up to 1.
pub(crate) type Rule<const N: usize> = [(f64, f64); N];

/// Integrates `f` over [0, 1] as `Σ weight · f(node)`, summed in the order of the nodes. Exact for polynomials up to
/// degree `2N - 1`.
#[inline(always)]
pub(crate) fn integral<const N: usize>(rule: &Rule<N>, f: impl Fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for &(node, weight) in rule {
        sum += weight * f(node);
    }
    sum
}

/// The three-point rule.
pub(crate) const THREE_POINTS: Rule<3> = [
    (0.112_701_665_379_258_31, 0.277_777_777_777_777_8),
    (0.5, 0.444_444_444_444_444_4),
    (0.887_298_334_620_741_7, 0.277_777_777_777_777_8),
];
/// The ten-point rule.
pub(crate) const TEN_POINTS: Rule<10> = [
    (0.013_046_735_741_414_14, 0.033_335_672_154_344_07),
    (0.067_468_316_655_507_75, 0.074_725_674_575_290_3),
    (0.160_295_215_850_487_8, 0.109_543_181_257_991_02),
    (0.283_302_302_935_376_4, 0.134_633_359_654_998_17),
    (0.425_562_830_509_184_4, 0.147_762_112_357_376_44),
    (0.574_437_169_490_815_6, 0.147_762_112_357_376_44),
    (0.716_697_697_064_623_6, 0.134_633_359_654_998_17),
    (0.839_704_784_149_512_2, 0.109_543_181_257_991_02),
    (0.932_531_683_344_492_2, 0.074_725_674_575_290_3),
    (0.986_953_264_258_585_9, 0.033_335_672_154_344_07),
];

#[cfg(test)]
mod tests {
    use super::{Rule, TEN_POINTS, THREE_POINTS, integral};

    fn check<const N: usize>(rule: &Rule<N>) {
        for degree in 0..2 * N {
            let power = |x: f64| (0..degree).fold(1.0, |product, _| product * x);
            #[allow(clippy::cast_precision_loss, reason = "a small number")]
            let exact = 1.0 / (degree + 1) as f64;
            assert!((integral(rule, power) - exact).abs() < 1e-15, "{N} points, degree {degree}");
        }
    }

    #[test]
    fn exact_for_polynomials() {
        check(&THREE_POINTS);
        check(&TEN_POINTS);
    }
}
