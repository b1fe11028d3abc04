//! The pickle host for PyTorch: turns known calls and persistent ids into storages and tensors.

use super::super::pickle::{Heap, Host, Name, Value};
use super::objects::{Objects, Storage, Thing, UNKNOWN, length};
use super::{rebuild, storage_type};

impl Host for Objects {
    fn call(&mut self, heap: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<Value> {
        match rebuild::call(self, heap, callable, arguments)? {
            rebuild::CallResult::Argument(value) => Some(value),
            rebuild::CallResult::Thing(thing) => self.add(thing),
        }
    }

    fn persistent(&mut self, heap: &Heap<'_>, id: Value) -> Result<Value, String> {
        let parts = heap.sequence(id).unwrap_or_default();
        let kind = parts.first().and_then(|kind| heap.text(*kind));
        // A module, stored with its source code.
        if let (Some("module"), Some(module)) = (kind, parts.get(1)) {
            return Ok(*module);
        }
        let (Some("storage"), [_, class, key, _, len, rest @ ..]) = (kind, parts) else {
            return Err("has a persistent id that is not a PyTorch storage".to_owned());
        };
        let class = heap.global(*class).ok_or("has a storage without a type name")?;
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
                _ => return Err("has a storage view outside its storage".to_owned()),
            },
            _ => (0, len),
        };
        let storage = Storage { key: *key, element, len, start, part };
        self.add(Thing::Storage(storage)).ok_or_else(|| MANY.to_owned())
    }
}

const MANY: &str = "contains more than 2^32 storages";
