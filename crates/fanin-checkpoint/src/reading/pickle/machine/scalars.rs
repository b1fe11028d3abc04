//! Instructions for numbers, constants, strings and bytes.

use super::super::value::Value;
use super::{Fault, Machine};

impl Machine<'_, '_> {
    /// Runs an instruction that pushes a scalar. Returns `false` for other instructions.
    pub(super) fn scalar(&mut self, instruction: u8) -> Result<bool, Fault> {
        match instruction {
            b'N' => self.push(Value::None),
            b'\x88' => self.push(Value::Bool(true)),
            b'\x89' => self.push(Value::Bool(false)),
            b'J' => {
                let int = i32::from_le_bytes(self.input.array()?);
                self.push(Value::Int(int.into()))
            }
            b'K' => {
                let int = self.input.byte()?;
                self.push(Value::Int(int.into()))
            }
            b'M' => {
                let int = u16::from_le_bytes(self.input.array()?);
                self.push(Value::Int(int.into()))
            }
            b'I' | b'L' => self.int_of_line(),
            b'\x8a' => self.sized::<1>(Self::long),
            b'\x8b' => self.sized::<4>(Self::long),
            b'F' => {
                self.input.line()?;
                self.push(Value::Other)
            }
            b'G' => {
                self.input.take(8)?;
                self.push(Value::Other)
            }
            // Strings and bytes. Python 2 wrote strings as bytes.
            b'X' | b'T' => self.sized::<4>(Self::text),
            b'\x8c' | b'U' => self.sized::<1>(Self::text),
            b'\x8d' => self.sized::<8>(Self::text),
            b'B' => self.sized::<4>(Self::bytes),
            b'C' => self.sized::<1>(Self::bytes),
            b'\x8e' | b'\x96' => self.sized::<8>(Self::bytes),
            b'S' | b'V' => self.text_of_line(instruction == b'S'),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn sized<const N: usize>(&mut self, read: fn(&mut Self, usize) -> Result<Value, Fault>) -> Result<(), Fault> {
        let length = self.input.length::<N>()?;
        let value = read(self, length)?;
        self.push(value)
    }

    fn text(&mut self, length: usize) -> Result<Value, Fault> {
        Ok(self.input.text(length)?)
    }

    fn bytes(&mut self, length: usize) -> Result<Value, Fault> {
        self.input.take(length)?;
        Ok(Value::Other)
    }

    fn long(&mut self, length: usize) -> Result<Value, Fault> {
        if length > 8 {
            return Ok(Value::Long(self.input.span(length)?));
        }
        let bytes = self.input.take(length)?;
        let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
        let mut wide = [sign; 8];
        wide.iter_mut().zip(bytes).for_each(|(wide, byte)| *wide = *byte);
        Ok(Value::Int(i64::from_le_bytes(wide)))
    }

    fn int_of_line(&mut self) -> Result<(), Fault> {
        let line = self.input.line()?;
        let value = match self.input.words(line)?.trim_end_matches('L') {
            "00" => Value::Bool(false),
            "01" => Value::Bool(true),
            number => number.parse().map_or(Value::Other, Value::Int),
        };
        self.push(value)
    }

    /// Takes a quoted or unquoted string in a line. Escapes are kept.
    fn text_of_line(&mut self, quoted: bool) -> Result<(), Fault> {
        let mut span = self.input.line()?;
        let words = self.input.words(span)?;
        if quoted && words.len() >= 2 {
            span.start += 1;
            span.len -= 2;
        }
        // The quotes may cut a multi-byte character.
        let inside = self.input.words(span).is_ok();
        self.push(if inside { Value::Text(span) } else { Value::Other })
    }
}
