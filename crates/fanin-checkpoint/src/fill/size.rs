//! Human-readable sizes: `5GB`, `500MB`, `2GiB`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A number of bytes. `KB`, `MB`, `GB` and `TB` are powers of 1000, as in Hugging Face's `max_shard_size`; `KiB`, `MiB`, `GiB` and
/// `TiB` are powers of 1024; a number alone counts bytes.
///
/// ```
/// use fanin_checkpoint::fill::ByteSize;
///
/// assert_eq!("5GB".parse(), Ok(ByteSize(5_000_000_000)));
/// assert_eq!("1.5 GiB".parse(), Ok(ByteSize(3 << 29)));
/// assert_eq!(ByteSize(1_234_567).to_string(), "1.23 MB");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// An invalid size.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid size '{given}'; give a positive number and a unit, such as 5GB, 500MB or 2GiB")]
pub struct ParseSizeError {
    /// The text as given.
    pub given: String,
}

const UNITS: [(&str, u64); 10] = [
    ("tib", 1 << 40),
    ("gib", 1 << 30),
    ("mib", 1 << 20),
    ("kib", 1 << 10),
    ("tb", 1_000_000_000_000),
    ("gb", 1_000_000_000),
    ("mb", 1_000_000),
    ("kb", 1000),
    ("b", 1),
    ("", 1),
];

impl ByteSize {
    /// Hugging Face's default shard size.
    pub const OF_A_SHARD: Self = Self(5_000_000_000);
}

impl FromStr for ByteSize {
    type Err = ParseSizeError;

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a unit is rounded down to a byte; what is out of range is refused before"
    )]
    fn from_str(given: &str) -> Result<Self, ParseSizeError> {
        let refuse = || ParseSizeError { given: given.to_owned() };
        let text = given.trim().to_lowercase();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?.trim_end(), *unit)))
            .ok_or_else(refuse)?;
        if !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return Err(refuse());
        }
        let bytes = match number.parse::<u64>() {
            Ok(whole) => whole.checked_mul(unit).ok_or_else(refuse)?,
            Err(_) => {
                let bytes = number.parse::<f64>().map_err(|_| refuse())? * unit as f64;
                if !(1.0..1e18).contains(&bytes) {
                    return Err(refuse());
                }
                bytes as u64
            }
        };
        if bytes == 0 { Err(refuse()) } else { Ok(Self(bytes)) }
    }
}

impl fmt::Display for ByteSize {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().filter(|(name, _)| !name.contains('i')).find(|(_, unit)| self.0 >= *unit);
        let (name, unit) = unit.copied().unwrap_or(("b", 1));
        if unit == 1 {
            return write!(f, "{} bytes", self.0);
        }
        write!(f, "{:.2} {}", self.0 as f64 / unit as f64, name.to_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_in_any_case() {
        for (text, bytes) in [
            ("5GB", 5_000_000_000),
            ("500mb", 500_000_000),
            ("2GiB", 2 << 30),
            ("64 KiB", 65_536),
            ("0.5kb", 500),
            ("1TB", 1_000_000_000_000),
            ("17", 17),
            ("17B", 17),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in
            ["", "GB", "0", "0GB", "-1GB", "5XB", "5 G B", "1e3MB", "nan", "inf", "99999999999TB", "1.2.3MB", "0.1"]
        {
            let error = text.parse::<ByteSize>().expect_err(text);
            assert!(error.to_string().contains("such as 5GB"), "{error}");
        }
    }

    #[test]
    fn sizes_are_printed_short() {
        for (bytes, text) in [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 KB"), (4_000_000_123, "4.00 GB")] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }
}
