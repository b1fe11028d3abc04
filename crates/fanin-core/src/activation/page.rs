//! The page of an activation.

/// The page of an activation. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its density.
///
/// ```
/// use fanin_core::Activation;
///
/// let page = Activation::HardSwish.page();
/// assert_eq!((page.name, page.kinks), ("hard_swish", &[-3.0, 3.0][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActivationPage {
    /// The name in the text form.
    pub name: &'static str,
    /// Aliases.
    pub aliases: &'static [&'static str],
    /// `f(z)`.
    pub formula: &'static str,
    /// `f'(z)`.
    pub derivative: &'static str,
    /// The points where `f` or one of its derivatives jumps.
    pub kinks: &'static [f64],
    /// The derivative at the kinks; empty if there are no kinks.
    pub at_kinks: &'static str,
    /// The range of `f`.
    pub range: &'static str,
    /// Uses and pitfalls.
    pub purpose: &'static str,
    /// The paper, with equation or section if it has any.
    pub source: &'static str,
}

#[cfg(test)]
mod tests {
    use crate::activation::Activation;

    /// Near a kink some derivative jumps: the third differences of `f`, over `h^3`, differ from those farther away.
    #[test]
    fn kinks_are_where_the_function_is_not_smooth() {
        const H: f64 = 1e-3;
        for activation in Activation::ALL {
            let third = |z: f64| {
                // Off center: the third differences of |z| around 0 are 0.
                let f = |steps: f64| activation.value(z + (steps + 0.3) * H);
                (f(1.5) - 3.0 * f(0.5) + 3.0 * f(-0.5) - f(-1.5)) / (H * H * H)
            };
            for tenths in -80..=80 {
                let z = f64::from(tenths) / 10.0;
                let rough = (third(z) - third(z - 4.0 * H)).abs() > 1.0 && (third(z) - third(z + 4.0 * H)).abs() > 1.0;
                assert_eq!(rough, activation.page().kinks.contains(&z), "{activation} at {z}");
            }
        }
    }

    #[test]
    fn kinks_are_described_if_there_are_any() {
        for page in Activation::ALL.map(Activation::page) {
            assert_eq!(page.kinks.is_empty(), page.at_kinks.is_empty(), "{}", page.name);
        }
    }
}
