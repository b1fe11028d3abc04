//! The header of an array: a Python dictionary with three entries.

/// The maximum length of a header, including the bytes before it. `NumPy` itself rejects more than 10,000 bytes.
pub(super) const LONGEST: usize = 1 << 16;

/// A parsed header.
#[derive(Debug, PartialEq)]
pub(super) struct Header<'a> {
    /// The element type, or the fields of a structured array.
    pub(super) descr: &'a str,
    /// Whether the array is column-major.
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
    /// The offset of the values.
    pub(super) end: usize,
}

/// Parses the header at the start of an array.
pub(super) fn read(bytes: &[u8]) -> Result<Header<'_>, String> {
    let cut = || "is truncated in its header".to_owned();
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or("is not a .npy array: it does not start with \\x93NUMPY")?;
    let ([major, _minor], rest) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
    let (length, rest) = match major {
        1 => {
            let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
            (usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX), rest)
        }
        other => return Err(format!("has .npy format version {other}; the supported versions are 1, 2 and 3")),
    };
    if length > LONGEST - 12 {
        return Err(format!("has a header of {length} bytes, more than {}", LONGEST - 12));
    }
    let start = bytes.len() - rest.len();
    let text = rest.get(..length).ok_or_else(cut)?;
    let text = str::from_utf8(text).map_err(|_| "has a header that is not UTF-8")?;
    let (descr, fortran_order, shape) = Words(text).dictionary()?;
    Ok(Header { descr, fortran_order, shape, end: start + length })
}

/// The unparsed remainder of a Python literal.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn dictionary(mut self) -> Result<(&'a str, bool, Vec<usize>), String> {
        let (mut descr, mut order, mut shape) = (None, None, None);
        self.expect('{')?;
        while !self.take('}') {
            let key = self.quoted()?;
            self.expect(':')?;
            let new = match key {
                "descr" => descr.replace(self.descr()?).is_none(),
                "fortran_order" => order.replace(self.truth()?).is_none(),
                "shape" => shape.replace(self.shape()?).is_none(),
                other => return Err(format!("has a header with an unknown entry {other:?}")),
            };
            if !new {
                return Err(format!("has a header with two entries {key:?}"));
            }
            if !self.take(',') {
                self.expect('}')?;
                break;
            }
        }
        if !self.0.trim_matches([' ', '\n', '\t', '\r', '\0']).is_empty() {
            return Err("has trailing characters after its header".to_owned());
        }
        let lacks = |key: &str| format!("has a header without {key:?}");
        Ok((
            descr.ok_or_else(|| lacks("descr"))?,
            order.ok_or_else(|| lacks("fortran_order"))?,
            shape.ok_or_else(|| lacks("shape"))?,
        ))
    }

    fn take(&mut self, sign: char) -> bool {
        match self.0.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        let found: String = self.0.trim_start().chars().take(12).collect();
        Err(format!("has a header with {found:?} where '{sign}' is expected"))
    }

    fn quoted(&mut self) -> Result<&'a str, String> {
        let quote = if self.take('"') {
            '"'
        } else {
            self.expect('\'')?;
            '\''
        };
        let (text, rest) = self.0.split_once(quote).ok_or("has a header with an unterminated string")?;
        self.0 = rest;
        Ok(text)
    }

    /// A type, or the unparsed list of the fields of a structured array.
    fn descr(&mut self) -> Result<&'a str, String> {
        let text = self.0.trim_start();
        if !text.starts_with(['[', '(']) {
            return self.quoted();
        }
        let (mut depth, mut quote) = (0_usize, None);
        for (at, sign) in text.char_indices() {
            match (quote, sign) {
                (Some(open), _) if sign == open => quote = None,
                (None, '\'' | '"') => quote = Some(sign),
                (None, '[' | '(') => depth += 1,
                (None, ']' | ')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let (descr, rest) = text.split_at(at + sign.len_utf8());
                self.0 = rest;
                return Ok(descr);
            }
        }
        Err("has a header with an unterminated list of fields".to_owned())
    }

    fn truth(&mut self) -> Result<bool, String> {
        let text = self.0.trim_start();
        for (word, truth) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.0 = rest;
                return Ok(truth);
            }
        }
        Err("has a header whose fortran_order is neither True nor False".to_owned())
    }

    fn shape(&mut self) -> Result<Vec<usize>, String> {
        let mut shape = Vec::new();
        self.expect('(')?;
        while !self.take(')') {
            let text = self.0.trim_start();
            let digits = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
            let (axis, rest) = text.split_at(digits);
            let axis = axis.parse().map_err(|_| {
                let found: String = text.chars().take(24).collect();
                format!("has a header with an invalid axis: {found:?}")
            })?;
            shape.push(axis);
            // Python 2 wrote long integers with a trailing L.
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(version: u8, header: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        let length = u32::try_from(header.len()).expect("a short header").to_le_bytes();
        bytes.extend(if version == 1 { &length[..2] } else { &length });
        bytes.extend(header.as_bytes());
        bytes
    }

    #[test]
    fn all_versions_are_read() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4L), }   \n";
        for (version, start) in [(1, 10), (2, 12), (3, 12)] {
            let bytes = array(version, header);
            let expected = Header { descr: "<f4", fortran_order: false, shape: vec![3, 4], end: start + header.len() };
            assert_eq!(read(&bytes), Ok(expected), "version {version}");
        }
        let short = array(1, "{\"shape\":(),\"descr\":\"<f8\",\"fortran_order\":True}");
        assert_eq!(read(&short).expect("a header").shape, [0_usize; 0]);
    }

    #[test]
    fn the_fields_of_a_structured_array_are_taken_as_they_are() {
        let header = "{'descr': [('a)]', '<f4'), ('b', '<f4', (2, 2))], 'fortran_order': False, 'shape': (3,)}";
        let descr = "[('a)]', '<f4'), ('b', '<f4', (2, 2))]";
        let bytes = array(1, header);
        assert_eq!(read(&bytes).map(|header| (header.descr, header.shape)), Ok((descr, vec![3])));
    }

    #[test]
    fn errors_name_the_problem() {
        for (version, header, part) in [
            (9, "", "version 9"),
            (1, "{'descr': [('a', '<f4'), 'fortran_order': False, 'shape': (1,)}", "unterminated list of fields"),
            (1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "-1"),
            (1, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "99999"),
            (1, "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}", "fortran_order"),
            (1, "{'descr': '<f4', 'shape': (1,)}", "without \"fortran_order\""),
            (1, "{'descr': '<f4', 'descr': '<f8'}", "two entries \"descr\""),
            (1, "{'kind': 1}", "\"kind\""),
            (1, "{'descr': '<f4", "unterminated string"),
            (1, "((((((", "'{' is expected"),
            (1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", "trailing characters"),
        ] {
            let reason = read(&array(version, header)).expect_err(part);
            assert!(reason.contains(part), "{part}: {reason}");
        }
        assert!(read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff").expect_err("long").contains("4294967295 bytes"));
        assert!(read(b"\x93NUMPY\x01\x00\xff").expect_err("cut").contains("truncated"));
    }
}
