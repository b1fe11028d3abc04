//! Number formatting.

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "counts of neurons, steps and pixels stay far below 2^53")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// Converts an integer to `f64`.
#[expect(clippy::cast_precision_loss, reason = "only the height of a bar depends on it")]
pub(super) fn real64(count: u64) -> f64 {
    count as f64
}

/// Converts a fraction of `count` to an index, clamped: 1 is the last index.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the indices first")]
pub(super) fn index(share: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    (share * real(count)).clamp(0.0, real(last)) as usize
}

/// Formats about three digits: `2.30`, `0.081`, `1,204`, `3.1e-7`.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "no number".to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    let text = match size {
        _ if !(0.000_95..99_999.5).contains(&size) => return scientific(value),
        _ if size < 0.009_5 => format!("{size:.4}"),
        _ if size < 0.995 => format!("{size:.3}"),
        _ if size < 9.995 => format!("{size:.2}"),
        _ if size < 99.95 => format!("{size:.1}"),
        _ => thousands(&format!("{size:.0}")),
    };
    signed(value, &text)
}

/// Formats a number as short as possible: `2`, `0.5`, `−1`, `1e-7`. For round numbers and axis ends.
pub(super) fn short(value: f64) -> String {
    let text = number(value);
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{}e{exponent}", trimmed(mantissa)),
        None => trimmed(&text).to_owned(),
    }
}

/// Removes trailing zeros of a fraction.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Formats a count with thousands separators: `1,797`.
pub(super) fn count(value: usize) -> String {
    thousands(&value.to_string())
}

/// Formats a fraction as a percentage: `97.8 %`, `10 %`.
pub(super) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return number(share);
    }
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// `3.1e-7`
fn scientific(value: f64) -> String {
    signed(value, &format!("{:.1e}", value.abs()))
}

/// Adds a minus sign, which is longer than a hyphen.
fn signed(value: f64, size: &str) -> String {
    if value < 0.0 { format!("−{size}") } else { size.to_owned() }
}

fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well_at_every_size() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (2.298_4, "2.30"),
            (0.0812, "0.081"),
            (0.004_21, "0.0042"),
            (0.999_9, "1.00"),
            (9.999, "10.0"),
            (12.34, "12.3"),
            (1204.4, "1,204"),
            (99_999.9, "1.0e5"),
            (3.14e-7, "3.1e-7"),
            (-5.0, "−5.00"),
            (1e-300, "1.0e-300"),
            (-1e30, "−1.0e30"),
            (f64::NAN, "no number"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn round_numbers_are_short() {
        for (value, text) in [(1.0, "1"), (0.5, "0.5"), (-20.0, "−20"), (100.0, "100"), (1e-7, "1e-7"), (2e9, "2e9")]
        {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn shares_and_counts() {
        assert_eq!(percent(0.977_8), "97.8 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(count(1797), "1,797");
        assert_eq!(count(797), "797");
        assert_eq!((index(0.0, 4), index(0.26, 4), index(1.0, 4), index(f64::NAN, 4), index(0.5, 0)), (0, 1, 3, 0, 0));
    }
}
