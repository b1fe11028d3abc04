//! Element types in `NumPy` notation: byte order, kind and size.

use fanin_core::values::Dtype;

use super::super::ElementType;

/// The description of arrays of Python objects, which are pickled.
pub(super) const OBJECTS: &str = "pickled Python objects (dtype object)";

/// The description of arrays of records.
pub(super) const RECORDS: &str = "records (a structured array)";

/// Returns the element type, and the size of the numbers to byte-swap (0 if none).
///
/// `NumPy` has no bfloat16. `numpy.save` writes the bfloat16 of `ml_dtypes` as two raw bytes, `V2`, which is read as
/// bfloat16.
pub(super) fn element(descr: &str) -> Result<(ElementType, usize), String> {
    let other = |name, bits| ElementType::Other { name, bits };
    let unknown = || format!("has elements of type {descr:?}, which is not a NumPy number");
    if descr == "bfloat16" {
        return Ok((ElementType::Float(Dtype::BF16), 0));
    }
    if descr.starts_with(['[', '(']) {
        return Ok((ElementType::Unread { how: RECORDS }, 0));
    }
    let (order, kind) = match descr.split_at_checked(1) {
        Some((order @ ("<" | ">" | "|" | "="), kind)) => (order, kind),
        _ => ("=", descr),
    };
    let (kind, size) = kind.split_at_checked(1).ok_or_else(unknown)?;
    // A date has its unit after the size: M8[ns].
    let size = size.split_once('[').map_or(size, |(size, _)| size);
    if kind == "O" {
        return Ok((ElementType::Unread { how: OBJECTS }, 0));
    }
    let size: usize = size.parse().map_err(|_| unknown())?;
    let bits = |unit: usize| size.checked_mul(unit).ok_or_else(unknown);
    let (element, number) = match (kind, size) {
        ("f", 2) => (ElementType::Float(Dtype::F16), 2),
        ("f", 4) => (ElementType::Float(Dtype::F32), 4),
        ("f", 8) => (ElementType::Float(Dtype::F64), 8),
        ("f", 12 | 16) => (other("long double", bits(8)?), size),
        ("V", 2) => (ElementType::Float(Dtype::BF16), 2),
        ("b" | "?", 1) => (other("bool", 8), 1),
        ("i", 1) => (other("i8", 8), 1),
        ("i", 2) => (other("i16", 16), 2),
        ("i", 4) => (other("i32", 32), 4),
        ("i", 8) => (other("i64", 64), 8),
        ("u", 1) => (other("u8", 8), 1),
        ("u", 2) => (other("u16", 16), 2),
        ("u", 4) => (other("u32", 32), 4),
        ("u", 8) => (other("u64", 64), 8),
        ("c", 8) => (other("c64", 64), 4),
        ("c", 16) => (other("c128", 128), 8),
        ("c", 24 | 32) => (other("long complex", bits(8)?), size / 2),
        ("m" | "M", 8) => (other("date", 64), 8),
        ("U", _) => (other("text", bits(32)?), 4),
        ("S" | "a", _) => (other("text", bits(8)?), 1),
        ("V", _) => (other("bytes", bits(8)?), 1),
        _ => return Err(unknown()),
    };
    Ok((element, if order == ">" && number > 1 { number } else { 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_width_and_order() {
        for (descr, name, bits, reversed) in [
            ("<f4", "f32", 32, 0),
            (">f8", "f64", 64, 8),
            ("<f2", "f16", 16, 0),
            ("|V2", "bf16", 16, 0),
            ("bfloat16", "bf16", 16, 0),
            (">i2", "i16", 16, 2),
            ("|b1", "bool", 8, 0),
            (">c16", "c128", 128, 8),
            (">U5", "text", 160, 4),
            ("<M8[ns]", "date", 64, 0),
        ] {
            let (element, order) = element(descr).expect(descr);
            assert_eq!(
                (element.to_string().as_str(), element.bytes(8), order),
                (name, Some(bits), reversed),
                "{descr}"
            );
        }
        for descr in ["|O", "[('a', '<f4')]"] {
            assert!(matches!(element(descr), Ok((ElementType::Unread { .. }, 0))), "{descr}");
        }
        for (descr, part) in [("<f3", "<f3"), ("", "type"), ("é", "type"), ("<U99999999999999999999", "U9")] {
            let reason = element(descr).expect_err(part);
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
}
