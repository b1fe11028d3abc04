//! The machine that runs a pickle.

use super::calls::runs_code;
use super::heap::{Heap, Node};
use super::input::Input;
use super::memo::Memo;
use super::value::{Name, Value};
use super::{Host, Pickle};

/// Reads the pickle that starts at a byte.
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
                format!("has an instruction {:?} at byte {at} for a value that is not there", char::from(instruction))
            }
            Fault::Reason(reason) => reason,
        })?;
    }
}

/// Why an instruction cannot be followed.
enum Fault {
    /// The stack or the memo lacks what it takes.
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
            Fault::Missing => "ends without a value".to_owned(),
            Fault::Reason(reason) => reason,
        }
    }
}

struct Machine<'a, 'h> {
    input: Input<'a>,
    heap: Heap<'a>,
    stack: Vec<Value>,
    /// How high the stack was at each mark that is open.
    marks: Vec<usize>,
    memo: Memo,
    host: &'h mut dyn Host,
}

impl Machine<'_, '_> {
    fn step(&mut self, instruction: u8) -> Result<(), Fault> {
        match instruction {
            // Stack.
            b'(' => {
                self.heap.hold(1)?;
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.drop_one(),
            b'1' => self.pop_to_mark().map(|_| ()),
            b'2' => {
                let top = self.top()?;
                self.push(top)
            }
            // Numbers and constants.
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
            // Texts and bytes. Python 2 wrote its texts as bytes.
            b'X' | b'T' => self.sized::<4>(Self::text),
            b'\x8c' | b'U' => self.sized::<1>(Self::text),
            b'\x8d' => self.sized::<8>(Self::text),
            b'B' => self.sized::<4>(Self::bytes),
            b'C' => self.sized::<1>(Self::bytes),
            b'\x8e' | b'\x96' => self.sized::<8>(Self::bytes),
            b'S' | b'V' => self.text_of_line(instruction == b'S'),
            // Containers.
            b')' => self.push_node(Node::Sequence(Vec::new())),
            b']' | b'\x8f' => self.push_node(Node::Sequence(Vec::new())),
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
            b'p' | b'q' | b'r' | b'\x94' => self.memoise(instruction),
            b'g' | b'h' | b'j' => self.recall(instruction),
            // Names, calls, objects.
            b'c' => self.global(),
            b'\x93' => self.stack_global(),
            b'R' | b'\x81' => {
                let called = self.pop_many(2)?;
                let (Some(callable), Some(arguments)) = (called.first(), called.last()) else {
                    return Err(Fault::Missing);
                };
                self.call(*callable, *arguments, instruction == b'R')
            }
            b'\x92' => {
                let called = self.pop_many(3)?;
                let (Some(callable), Some(arguments)) = (called.first(), called.get(1)) else {
                    return Err(Fault::Missing);
                };
                self.call(*callable, *arguments, false)
            }
            b'o' => {
                let mut items = self.pop_to_mark()?;
                if items.is_empty() {
                    return Err(Fault::Missing);
                }
                let callable = items.remove(0);
                self.push_sequence(items)?;
                let arguments = self.pop()?;
                self.call(callable, arguments, false)
            }
            b'i' => {
                let items = self.pop_to_mark()?;
                self.global()?;
                let callable = self.pop()?;
                self.push_sequence(items)?;
                let arguments = self.pop()?;
                self.call(callable, arguments, false)
            }
            b'b' => self.build(),
            b'Q' => {
                let id = self.pop()?;
                let value = self.host.persistent(&self.heap, id)?;
                self.heap.hold(1)?;
                self.push(value)
            }
            // Frames and protocols say nothing of the values.
            b'\x80' => match self.input.byte()? {
                0..=5 => Ok(()),
                other => Err(format!("is of pickle protocol {other}; 0 to 5 are read").into()),
            },
            b'\x95' => {
                self.input.take(8)?;
                Ok(())
            }
            b'P' | b'\x82'..=b'\x84' | b'\x97' | b'\x98' => {
                Err(format!("has the pickle instruction 0x{instruction:02x}, which torch never writes").into())
            }
            other => {
                let at = self.input.at() - 1;
                Err(format!("has a byte 0x{other:02x} at byte {at}, which is no pickle instruction").into())
            }
        }
    }

    /// The height below which nothing may be taken: the last mark.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn push(&mut self, value: Value) -> Result<(), Fault> {
        self.heap.hold(1)?;
        self.stack.push(value);
        Ok(())
    }

    fn push_node(&mut self, node: Node) -> Result<(), Fault> {
        let value = self.heap.add(node)?;
        self.push(value)
    }

    fn push_sequence(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        self.heap.hold(items.len())?;
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

    /// POP takes a mark where one is on top.
    fn drop_one(&mut self) -> Result<(), Fault> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            self.heap.release(1);
            return Ok(());
        }
        self.pop().map(|_| ())
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

    /// A text in a line: quoted or not. Escapes stay as they are.
    fn text_of_line(&mut self, quoted: bool) -> Result<(), Fault> {
        let mut span = self.input.line()?;
        let words = self.input.words(span)?;
        if quoted && words.len() >= 2 {
            span.start += 1;
            span.len -= 2;
        }
        // A quote may stand beside a longer sign, so that what is between is none.
        let inside = self.input.words(span).is_ok();
        self.push(if inside { Value::Text(span) } else { Value::Other })
    }

    fn append(&mut self, items: &[Value]) -> Result<(), Fault> {
        let target = self.container(false)?;
        self.heap.hold(items.len())?;
        if let Some(Node::Sequence(held)) = self.heap.node_mut(target) {
            held.extend_from_slice(items);
        }
        Ok(())
    }

    fn set(&mut self, items: &[Value]) -> Result<(), Fault> {
        let target = self.container(true)?;
        let (pairs, []) = items.as_chunks::<2>() else { return Err(Fault::Missing) };
        self.heap.hold(items.len())?;
        if let Some(Node::Dict(held)) = self.heap.node_mut(target) {
            held.extend(pairs.iter().map(|[key, value]| (*key, *value)));
        }
        Ok(())
    }

    /// The container on top of the stack: of an object, its items.
    fn container(&mut self, dict: bool) -> Result<Value, Fault> {
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

    fn memoise(&mut self, instruction: u8) -> Result<(), Fault> {
        let number = match instruction {
            b'q' => self.input.byte()?.into(),
            b'r' => self.input.u32()?,
            b'p' => self.number_of_line()?,
            _ => u32::try_from(self.memo.len()).map_err(|_| Fault::Missing)?,
        };
        let top = self.top()?;
        if self.memo.put(number, top) {
            self.heap.hold(1)?;
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

    fn global(&mut self) -> Result<(), Fault> {
        let (module, name) = (self.input.line()?, self.input.line()?);
        self.input.words(module)?;
        self.input.words(name)?;
        let value = self.heap.add_global(module, name)?;
        self.push(value)
    }

    fn stack_global(&mut self) -> Result<(), Fault> {
        let names = self.pop_many(2)?;
        let [Value::Text(module), Value::Text(name)] = names[..] else { return Err(Fault::Missing) };
        let value = self.heap.add_global(module, name)?;
        self.push(value)
    }

    /// Calls nothing. The host may know what the call stands for; else it is an object with those arguments. `asks`: whether
    /// the callable may be the host's, and not a class that makes an empty instance.
    fn call(&mut self, callable: Value, arguments: Value, asks: bool) -> Result<(), Fault> {
        let name = self.heap.global(callable);
        if let Some(name @ Name { module, name: function }) = name {
            if runs_code(name) {
                return Err(format!(
                    "calls {module}.{function}: a pickle that runs code when Python loads it; nothing of it was run here"
                )
                .into());
            }
            if let Some(entries) = self.dictionary(name, arguments) {
                self.heap.hold(2 * entries.len())?;
                return self.push_node(Node::Dict(entries));
            }
            let given = self.heap.sequence(arguments).unwrap_or_default();
            if asks && let Some(value) = self.host.call(&self.heap, name, given) {
                self.heap.hold(1)?;
                return self.push(value);
            }
        }
        let object = self.heap.add_object(arguments)?;
        self.push(object)
    }

    /// What a call of a kind of dictionary gives.
    fn dictionary(&self, name: Name<'_>, arguments: Value) -> Option<Vec<(Value, Value)>> {
        let pairs = match (name.module, name.name) {
            ("collections", "OrderedDict") | ("builtins" | "__builtin__", "dict") => {
                self.heap.sequence(arguments)?.first().copied()
            }
            ("collections", "defaultdict") => None,
            _ => return None,
        };
        let Some(pairs) = pairs else { return Some(Vec::new()) };
        if let Some(entries) = self.heap.dict(pairs) {
            return Some(entries.to_vec());
        }
        let pair = |pair: &Value| match self.heap.sequence(*pair) {
            Some(&[key, value]) => Some((key, value)),
            _ => None,
        };
        self.heap.sequence(pairs)?.iter().map(pair).collect()
    }

    /// Gives an object its attributes. Those of a container or of a host's value say nothing of its content.
    fn build(&mut self) -> Result<(), Fault> {
        let state = self.pop()?;
        let top = self.top()?;
        if let Some(Node::Object(object)) = self.heap.node_mut(top) {
            object.state = state;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
