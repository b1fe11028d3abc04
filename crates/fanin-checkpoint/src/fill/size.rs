//! Human-readable sizes: `5GB`, `500MB`, `2GiB`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A number of bytes. `KB`, `MB`, `GB` and `TB` are powers of 1000, as in Hugging Face's `max_shard_size`; `KiB`,
/// `MiB`, `GiB` and `TiB` are powers of 1024; a number without a unit counts bytes.
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
#[error("invalid size '{given}'; use a positive number and a unit, such as 5GB, 500MB or 2GiB")]
pub struct ParseSizeError {
    /// The text as given.
    pub given: String,
}

/// Sizes from here on are refused: an exabyte is a mistyped number.
const LARGEST: u64 = 1_000_000_000_000_000_000;

impl ByteSize {
    /// Hugging Face's default shard size.
    pub const OF_A_SHARD: Self = Self(5_000_000_000);
}

impl FromStr for ByteSize {
    type Err = ParseSizeError;

    fn from_str(given: &str) -> Result<Self, ParseSizeError> {
        let size = given.parse().map_or(0, |size: bytesize::ByteSize| size.as_u64());
        match size {
            1..LARGEST => Ok(Self(size)),
            _ => Err(ParseSizeError { given: given.to_owned() }),
        }
    }
}

impl fmt::Display for ByteSize {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)];
        match units.into_iter().find(|(_, unit)| self.0 >= *unit) {
            Some((name, unit)) => write!(f, "{:.2} {name}", self.0 as f64 / unit as f64),
            None => write!(f, "{} bytes", self.0),
        }
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
    fn invalid_sizes_are_rejected() {
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
