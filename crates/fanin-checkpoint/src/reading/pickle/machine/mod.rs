//! The pickle machine.

mod containers;
mod objects;
mod scalars;

use super::heap::{Heap, Node};
use super::input::Input;
use super::memo::Memo;
use super::value::Value;
use super::{Host, Pickle};

/// Reads the pickle that starts at a byte offset.
pub(in super::super) fn run<'a>(bytes: &'a [u8], start: usize, host: &mut dyn Host) -> Result<Pickle<'a>, String> {
    let mut machine = Machine {
        input: Input::new(bytes, start),
        heap: Heap::new(bytes),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Memo::default(),
        host,
    };
    loop {
        let at = machine.input.at();
        let instruction = machine.input.byte()?;
        if instruction == b'.' {
            let root = machine.pop()?;
            return Ok(Pickle { heap: machine.heap, root, end: machine.input.at() });
        }
        machine.step(instruction).map_err(|fault| match fault {
            Fault::Missing => {
                format!("has an instruction {:?} at byte {at} that needs a missing value", char::from(instruction))
            }
            Fault::Reason(reason) => reason,
        })?;
    }
}

/// The reason why an instruction fails.
enum Fault {
    /// A value is missing from the stack or the memo.
    Missing,
    Reason(String),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Reason(reason)
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing => "ends without a result".to_owned(),
            Fault::Reason(reason) => reason,
        }
    }
}

struct Machine<'a, 'h> {
    input: Input<'a>,
    heap: Heap<'a>,
    stack: Vec<Value>,
    /// The stack height at each open mark.
    marks: Vec<usize>,
    memo: Memo,
    host: &'h mut dyn Host,
}

impl Machine<'_, '_> {
    fn step(&mut self, instruction: u8) -> Result<(), Fault> {
        let followed = self.scalar(instruction)?
            || self.container(instruction)?
            || self.object(instruction)?
            || self.on_stack(instruction)?
            || self.frame(instruction)?;
        if followed {
            return Ok(());
        }
        let at = self.input.at() - 1;
        Err(format!("has an invalid pickle instruction 0x{instruction:02x} at byte {at}").into())
    }

    /// Runs a stack instruction. Returns `false` for other instructions.
    fn on_stack(&mut self, instruction: u8) -> Result<bool, Fault> {
        match instruction {
            b'(' => {
                self.heap.count(1)?;
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.drop_one(),
            b'1' => self.pop_to_mark().map(|_| ()),
            b'2' => {
                let top = self.top()?;
                self.push(top)
            }
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    /// Handles frames and protocol versions, and rejects instructions that PyTorch never writes. Returns `false` for
    /// other instructions.
    fn frame(&mut self, instruction: u8) -> Result<bool, Fault> {
        match instruction {
            b'\x80' => match self.input.byte()? {
                0..=5 => Ok(true),
                other => Err(format!("uses pickle protocol {other}; the supported protocols are 0 to 5").into()),
            },
            b'\x95' => {
                self.input.take(8)?;
                Ok(true)
            }
            b'P' | b'\x82'..=b'\x84' | b'\x97' | b'\x98' => {
                Err(format!("has the pickle instruction 0x{instruction:02x}, which PyTorch never writes").into())
            }
            _ => Ok(false),
        }
    }

    /// The stack height at the last mark, below which nothing may be popped.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn push(&mut self, value: Value) -> Result<(), Fault> {
        self.heap.count(1)?;
        self.stack.push(value);
        Ok(())
    }

    fn push_node(&mut self, node: Node) -> Result<(), Fault> {
        let value = self.heap.add(node)?;
        self.push(value)
    }

    fn push_sequence(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        self.heap.count(items.len())?;
        self.push_node(Node::Sequence(items))
    }

    fn top(&self) -> Result<Value, Fault> {
        if self.stack.len() > self.floor() {
            self.stack.last().copied().ok_or(Fault::Missing)
        } else {
            Err(Fault::Missing)
        }
    }

    fn pop(&mut self) -> Result<Value, Fault> {
        let top = self.top()?;
        self.stack.pop();
        self.heap.release(1);
        Ok(top)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Value>, Fault> {
        let start = self.stack.len().checked_sub(count).filter(|start| *start >= self.floor()).ok_or(Fault::Missing)?;
        self.heap.release(count);
        Ok(self.stack.split_off(start))
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, Fault> {
        let mark = self.marks.pop().ok_or(Fault::Missing)?;
        let items = self.stack.split_off(mark.min(self.stack.len()));
        self.heap.release(items.len() + 1);
        Ok(items)
    }

    /// POP also removes a mark.
    fn drop_one(&mut self) -> Result<(), Fault> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            self.heap.release(1);
            return Ok(());
        }
        self.pop().map(|_| ())
    }
}
