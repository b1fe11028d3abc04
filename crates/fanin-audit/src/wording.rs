//! Numbers and counts in findings.

/// The first few numbers of a list: `3, 5, 8, 9 and 12 more`.
pub(crate) fn few(numbers: &[usize]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = numbers.iter().take(SHOWN).map(ToString::to_string).collect();
    match numbers.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The verb for a count.
pub(crate) fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// Formats a number of any magnitude with `significant` significant digits.
pub(crate) fn digits(value: f64, significant: usize) -> String {
    let size = value.abs();
    if size == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-3..1e6).contains(&size) {
        return format!("{value:.*e}", significant.saturating_sub(1));
    }
    #[expect(clippy::cast_possible_truncation, reason = "from -3 to 5")]
    let before = size.log10().floor() as i32 + 1;
    let places = i32::try_from(significant).unwrap_or(i32::MAX).saturating_sub(before).max(0);
    format!("{value:.*}", places.unsigned_abs() as usize)
}

/// A ratio as a factor: `2.45x above`, `170x below`.
pub(crate) fn apart(ratio: f64) -> String {
    if ratio < 1.0 { format!("{}x below", digits(1.0 / ratio, 3)) } else { format!("{}x above", digits(ratio, 3)) }
}
