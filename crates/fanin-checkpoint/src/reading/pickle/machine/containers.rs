//! Instructions for tuples, lists, sets, dictionaries and the memo.

use super::super::heap::Node;
use super::super::value::Value;
use super::{Fault, Machine};

impl Machine<'_, '_> {
    /// Runs an instruction that creates, fills or memoizes a container. Returns `false` for other instructions.
    pub(super) fn container(&mut self, instruction: u8) -> Result<bool, Fault> {
        match instruction {
            b')' | b']' | b'\x8f' => self.push_node(Node::Sequence(Vec::new())),
            b'}' => self.push_node(Node::Dict(Vec::new())),
            b't' | b'l' | b'\x91' => {
                let items = self.pop_to_mark()?;
                self.push_sequence(items)
            }
            b'\x85'..=b'\x87' => {
                let items = self.pop_many(usize::from(instruction - b'\x84'))?;
                self.push_sequence(items)
            }
            b'd' => {
                let items = self.pop_to_mark()?;
                self.push_node(Node::Dict(Vec::new()))?;
                self.set(&items)
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])
            }
            b'e' | b'\x90' => {
                let items = self.pop_to_mark()?;
                self.append(&items)
            }
            b's' => {
                let items = self.pop_many(2)?;
                self.set(&items)
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                self.set(&items)
            }
            // The memo.
            b'p' | b'q' | b'r' | b'\x94' => self.memoize(instruction),
            b'g' | b'h' | b'j' => self.recall(instruction),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn append(&mut self, items: &[Value]) -> Result<(), Fault> {
        let target = self.filled(false)?;
        self.heap.count(items.len())?;
        if let Some(Node::Sequence(held)) = self.heap.node_mut(target) {
            held.extend_from_slice(items);
        }
        Ok(())
    }

    fn set(&mut self, items: &[Value]) -> Result<(), Fault> {
        let target = self.filled(true)?;
        let (pairs, []) = items.as_chunks::<2>() else { return Err(Fault::Missing) };
        self.heap.count(items.len())?;
        if let Some(Node::Dict(held)) = self.heap.node_mut(target) {
            held.extend(pairs.iter().map(|[key, value]| (*key, *value)));
        }
        Ok(())
    }

    /// Returns the container on top of the stack or, for an object, its items.
    fn filled(&mut self, dict: bool) -> Result<Value, Fault> {
        let top = self.top()?;
        let items = match self.heap.node(top) {
            Some(Node::Object(object)) => object.items,
            Some(_) => return Ok(top),
            None => return Err(Fault::Missing),
        };
        if items != Value::None {
            return Ok(items);
        }
        let items = self.heap.add(if dict { Node::Dict(Vec::new()) } else { Node::Sequence(Vec::new()) })?;
        if let Some(Node::Object(object)) = self.heap.node_mut(top) {
            object.items = items;
        }
        Ok(items)
    }

    fn memoize(&mut self, instruction: u8) -> Result<(), Fault> {
        let number = match instruction {
            b'q' => self.input.byte()?.into(),
            b'r' => self.input.u32()?,
            b'p' => self.number_of_line()?,
            _ => u32::try_from(self.memo.len()).map_err(|_| Fault::Missing)?,
        };
        let top = self.top()?;
        if self.memo.put(number, top) {
            self.heap.count(1)?;
        }
        Ok(())
    }

    fn recall(&mut self, instruction: u8) -> Result<(), Fault> {
        let number = match instruction {
            b'h' => self.input.byte()?.into(),
            b'j' => self.input.u32()?,
            _ => self.number_of_line()?,
        };
        let value = self.memo.get(number).ok_or(Fault::Missing)?;
        self.push(value)
    }

    fn number_of_line(&mut self) -> Result<u32, Fault> {
        let line = self.input.line()?;
        self.input.words(line)?.parse().map_err(|_| Fault::Missing)
    }
}
