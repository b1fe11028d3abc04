//! Human-readable numbers.

/// Formats four significant digits, fewer for very small and very large numbers.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    let whole = value.abs().log10().floor().max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 6")]
    let places = if value.abs() < 1.0 { 4 } else { (3.0 - whole).max(0.0) as usize };
    format!("{value:.places$}")
}

/// `1 tensor`, `5 tensors`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1.000"),
            (-0.01234, "-0.0123"),
            (123.456, "123.5"),
            (123_456.7, "123457"),
            (1e-9, "1.00e-9"),
            (4e10, "4.00e10"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(short(value), text);
        }
        assert_eq!((count(1, "tensor"), count(0, "tensor")), ("1 tensor".to_owned(), "0 tensors".to_owned()));
    }
}
