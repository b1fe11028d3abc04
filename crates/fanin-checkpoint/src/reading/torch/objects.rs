//! The storages and tensors of a pickle, as it makes them.

use super::super::ElementType;
use super::super::pickle::{Heap, Host, Name, Value};
use super::rebuild;
use super::storage_type;

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

    fn add(&mut self, thing: Thing) -> Option<Value> {
        let number = u32::try_from(self.things.len()).ok()?;
        self.things.push(thing);
        Some(Value::Host(number))
    }
}

impl Host for Objects {
    fn call(&mut self, heap: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<Value> {
        match rebuild::call(self, heap, callable, arguments)? {
            rebuild::Given::Argument(value) => Some(value),
            rebuild::Given::Thing(thing) => self.add(thing),
        }
    }

    fn persistent(&mut self, heap: &Heap<'_>, id: Value) -> Result<Value, String> {
        let parts = heap.sequence(id).unwrap_or_default();
        let kind = parts.first().and_then(|kind| heap.text(*kind));
        // A module's source code beside the module.
        if let (Some("module"), Some(module)) = (kind, parts.get(1)) {
            return Ok(*module);
        }
        let (Some("storage"), [_, class, key, _, len, rest @ ..]) = (kind, parts) else {
            return Err("has a persistent id that is no storage of torch's".to_owned());
        };
        let class = heap.global(*class).ok_or("has a storage whose type has no name")?;
        let element = match storage_type::of_storage(class) {
            Err(_) if class.module == "torch" => {
                return self.add(Thing::Unread(UNKNOWN)).ok_or_else(|| MANY.to_owned());
            }
            element => element?,
        };
        let (Some(_), Some(len)) = (heap.text(*key), length(*len)) else {
            return Err("has a storage without a key or a length".to_owned());
        };
        let view = rest.first().and_then(|view| heap.sequence(*view));
        let (start, part) = match view {
            Some([_, start, part]) => match (length(*start), length(*part)) {
                (Some(start), Some(part)) if start.checked_add(part).is_some_and(|end| end <= len) => (start, part),
                _ => return Err("has a part of a storage that lies outside of it".to_owned()),
            },
            _ => (0, len),
        };
        let storage = Storage { key: *key, element, len, start, part };
        self.add(Thing::Storage(storage)).ok_or_else(|| MANY.to_owned())
    }
}

const MANY: &str = "holds more than 2^32 storages";

/// A length or an offset.
pub(super) fn length(value: Value) -> Option<usize> {
    match value {
        Value::Int(int) => usize::try_from(int).ok(),
        _ => None,
    }
}
