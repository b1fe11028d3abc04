//! The objects of a pickle.

use super::value::{Name, Span, Value};

/// The maximum number of values in stack, objects, items and memo together: 2^23.
const MOST: usize = 1 << 23;

/// An object.
#[derive(Debug)]
pub(in super::super) enum Node {
    /// A tuple, a list or a set.
    Sequence(Vec<Value>),
    /// A dictionary, in insertion order.
    Dict(Vec<(Value, Value)>),
    /// An instance of a class, or the result of a call.
    Object(Box<Object>),
}

/// An opaque object; only its contents are used.
#[derive(Debug)]
pub(in super::super) struct Object {
    /// The arguments of its call: a tuple.
    pub(in super::super) arguments: Value,
    /// Its attributes, usually a dictionary.
    pub(in super::super) state: Value,
    /// Its items, if it is a container: a list or a dictionary.
    pub(in super::super) items: Value,
}

/// All objects of a pickle, in order of creation.
#[derive(Debug)]
pub(in super::super) struct Heap<'a> {
    input: &'a [u8],
    nodes: Vec<Node>,
    globals: Vec<(Span, Span)>,
    held: usize,
}

impl<'a> Heap<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { input, nodes: Vec::new(), globals: Vec::new(), held: 0 }
    }

    /// Returns the string, if the value is one.
    pub(in super::super) fn text(&self, value: Value) -> Option<&'a str> {
        match value {
            Value::Text(span) => self.span(span),
            _ => None,
        }
    }

    /// Returns the bytes of an integer longer than 8 bytes.
    pub(in super::super) fn long(&self, value: Value) -> Option<&'a [u8]> {
        let Value::Long(Span { start, len }) = value else { return None };
        let start = start as usize;
        self.input.get(start..start.checked_add(len as usize)?)
    }

    /// Returns the object, if the value is one.
    pub(in super::super) fn node(&self, value: Value) -> Option<&Node> {
        match value {
            Value::Node(number) => self.nodes.get(number as usize),
            _ => None,
        }
    }

    /// The items of a tuple, list or set.
    pub(in super::super) fn sequence(&self, value: Value) -> Option<&[Value]> {
        match self.node(value) {
            Some(Node::Sequence(items)) => Some(items),
            _ => None,
        }
    }

    /// The entries of a dictionary.
    pub(in super::super) fn dict(&self, value: Value) -> Option<&[(Value, Value)]> {
        match self.node(value) {
            Some(Node::Dict(entries)) => Some(entries),
            _ => None,
        }
    }

    /// Returns the value of a string key; the last one wins, as in Python.
    pub(in super::super) fn entry(&self, value: Value, key: &str) -> Option<Value> {
        let entries = self.dict(value)?;
        entries.iter().rev().find(|(found, _)| self.text(*found) == Some(key)).map(|(_, value)| *value)
    }

    /// The name of a class or function.
    pub(in super::super) fn global(&self, value: Value) -> Option<Name<'a>> {
        let Value::Global(number) = value else { return None };
        let (module, name) = *self.globals.get(number as usize)?;
        Some(Name { module: self.span(module)?, name: self.span(name)? })
    }

    /// The number of objects.
    pub(in super::super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node_mut(&mut self, value: Value) -> Option<&mut Node> {
        match value {
            Value::Node(number) => self.nodes.get_mut(number as usize),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, node: Node) -> Result<Value, String> {
        self.count(1)?;
        let number = u32::try_from(self.nodes.len()).map_err(|_| full())?;
        self.nodes.push(node);
        Ok(Value::Node(number))
    }

    pub(super) fn add_global(&mut self, module: Span, name: Span) -> Result<Value, String> {
        self.count(1)?;
        let number = u32::try_from(self.globals.len()).map_err(|_| full())?;
        self.globals.push((module, name));
        Ok(Value::Global(number))
    }

    pub(super) fn add_object(&mut self, arguments: Value) -> Result<Value, String> {
        self.count(3)?;
        self.add(Node::Object(Box::new(Object { arguments, state: Value::None, items: Value::None })))
    }

    /// Counts values that are about to be added.
    pub(super) fn count(&mut self, values: usize) -> Result<(), String> {
        self.held = self.held.saturating_add(values);
        if self.held > MOST { Err(full()) } else { Ok(()) }
    }

    /// Counts values removed.
    pub(super) fn release(&mut self, values: usize) {
        self.held = self.held.saturating_sub(values);
    }

    fn span(&self, Span { start, len }: Span) -> Option<&'a str> {
        let start = start as usize;
        str::from_utf8(self.input.get(start..start.checked_add(len as usize)?)?).ok()
    }
}

fn full() -> String {
    format!("contains more than {MOST} objects")
}
