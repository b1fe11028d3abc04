//! The storages and tensors of a pickle.

use super::super::ElementType;
use super::super::pickle::Value;

/// The value of a call or a persistent id.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing {
    Storage(Storage),
    Tensor(View),
    /// An unsupported tensor, which is skipped if others are supported.
    Unread(Unread),
    /// An invalid tensor, with the reason.
    Broken(&'static str),
}

/// An unsupported tensor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unread {
    /// A description of its values.
    pub(super) description: &'static str,
    /// The problem and what to do.
    pub(super) problem: &'static str,
    /// The shape, if known.
    pub(super) shape: Option<Value>,
}

/// Elements of an unknown type, probably a newer one.
pub(super) const UNKNOWN: Unread =
    Unread { description: "values of an unknown type", problem: "has elements of an unknown type", shape: None };

/// A storage outside the pickle, identified by a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage {
    pub(super) key: Value,
    pub(super) element: ElementType,
    pub(super) len: usize,
    /// The first element, if it is a view of another storage.
    pub(super) start: usize,
    /// The number of its elements.
    pub(super) part: usize,
}

/// A strided view of a storage. Shape and strides stay in the pickle until the tensor is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) storage: Storage,
    pub(super) offset: usize,
    pub(super) shape: Value,
    pub(super) strides: Value,
    pub(super) element: ElementType,
}

/// The storages and tensors that calls and persistent ids have created.
#[derive(Debug, Default)]
pub(super) struct Objects {
    things: Vec<Thing>,
}

impl Objects {
    pub(super) fn thing(&self, value: Value) -> Option<Thing> {
        match value {
            Value::Host(number) => self.things.get(number as usize).copied(),
            _ => None,
        }
    }

    /// The storages, in pickle order.
    pub(super) fn storages(&self) -> impl Iterator<Item = Storage> {
        self.things.iter().filter_map(|thing| match thing {
            Thing::Storage(storage) => Some(*storage),
            _ => None,
        })
    }

    pub(super) fn add(&mut self, thing: Thing) -> Option<Value> {
        let number = u32::try_from(self.things.len()).ok()?;
        self.things.push(thing);
        Some(Value::Host(number))
    }
}

/// A length or an offset.
pub(super) fn length(value: Value) -> Option<usize> {
    match value {
        Value::Int(int) => usize::try_from(int).ok(),
        _ => None,
    }
}
