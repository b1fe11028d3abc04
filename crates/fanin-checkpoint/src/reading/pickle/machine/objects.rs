//! Instructions for names, calls and objects. Nothing is called.

use super::super::calls::runs_code;
use super::super::heap::Node;
use super::super::value::{Name, Value};
use super::{Fault, Machine};

impl Machine<'_, '_> {
    /// Runs an instruction that names, creates or fills an object. Returns `false` for other instructions.
    pub(super) fn object(&mut self, instruction: u8) -> Result<bool, Fault> {
        match instruction {
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
                self.heap.count(1)?;
                self.push(value)
            }
            _ => return Ok(false),
        }?;
        Ok(true)
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

    /// Records a call without calling anything. The host may return a value for it; otherwise it becomes an object with
    /// these arguments. `asks` is false for classes that create empty instances, for which the host must not be asked.
    fn call(&mut self, callable: Value, arguments: Value, asks: bool) -> Result<(), Fault> {
        let name = self.heap.global(callable);
        if let Some(name @ Name { module, name: function }) = name {
            if runs_code(name) {
                return Err(format!(
                    "calls {module}.{function}: this pickle would run code if loaded by Python; nothing was run here"
                )
                .into());
            }
            if let Some(entries) = self.dictionary(name, arguments) {
                self.heap.count(2 * entries.len())?;
                return self.push_node(Node::Dict(entries));
            }
            let given = self.heap.sequence(arguments).unwrap_or_default();
            if asks && let Some(value) = self.host.call(&self.heap, name, given) {
                self.heap.count(1)?;
                return self.push(value);
            }
        }
        let object = self.heap.add_object(arguments)?;
        self.push(object)
    }

    /// The result of calling a dictionary type.
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

    /// Sets the attributes of an object. Attributes of containers and host values are ignored.
    fn build(&mut self) -> Result<(), Fault> {
        let state = self.pop()?;
        let top = self.top()?;
        if let Some(Node::Object(object)) = self.heap.node_mut(top) {
            object.state = state;
        }
        Ok(())
    }
}
