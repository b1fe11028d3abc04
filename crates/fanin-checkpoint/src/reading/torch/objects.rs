//! The storages and tensors of a pickle, as it makes them.

use super::super::ElementType;
use super::super::pickle::Value;

/// What a call or a persistent id stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing {
    Storage(Storage),
    Tensor(View),
    /// A tensor that is not read, and is passed over where another one is.
    Unread(Unread),
    /// A tensor that makes no sense: why.
    Broken(&'static str),
}

/// A tensor that is not read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unread {
    /// What its values are.
    pub(super) how: &'static str,
    /// What it is, and what is to be done, in words.
    pub(super) told: &'static str,
    /// The shape, if it is known.
    pub(super) shape: Option<Value>,
}

/// Elements of a type that is younger than this reader.
pub(super) const UNKNOWN: Unread =
    Unread { how: "values of an unknown type", told: "has elements of a type that is not known", shape: None };

/// Elements that lie beside the pickle, by their key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage {
    pub(super) key: Value,
    pub(super) element: ElementType,
    pub(super) len: usize,
    /// Where it is a part of another one: from this element on.
    pub(super) start: usize,
    /// How many elements of it there are.
    pub(super) part: usize,
}

/// A view of a storage. Shape and strides stay in the pickle until the tensor is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) storage: Storage,
    pub(super) offset: usize,
    pub(super) shape: Value,
    pub(super) strides: Value,
    pub(super) element: ElementType,
}

/// The host of torch's pickles.
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

    /// The storages, in the order of the pickle.
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
