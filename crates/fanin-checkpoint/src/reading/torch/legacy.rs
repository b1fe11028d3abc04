//! The format before PyTorch 1.6: five pickles, followed by the storages.

use std::collections::HashMap;

use super::super::pickle::{self, Heap, Host, Name, Value};
use super::super::place::Source;
use super::super::{Tensor, foreign};
use super::objects::Objects;
use super::views;

/// The number in the first pickle, little-endian: 0x1950a86a20f9469cfc6c.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// The number in the second pickle.
const PROTOCOL: i64 = 1001;

/// Reads the tensors of a file.
pub(in super::super) fn of_pickles(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let refused = |reason: &str| foreign::by_pickle(bytes).unwrap_or(reason).to_owned();
    // joblib writes raw arrays between the instructions, which are not valid instructions.
    let magic = pickle::run(bytes, 0, &mut Nobody).map_err(|reason| refused(&reason))?;
    if magic.heap.long(magic.root) != Some(&MAGIC) {
        return Err(refused(
            "is a pickle not written by torch.save; save the state_dict with torch.save or as safetensors",
        ));
    }
    let protocol = pickle::run(bytes, magic.end, &mut Nobody)?;
    if protocol.root != Value::Int(PROTOCOL) {
        return Err("has an unknown version of PyTorch's legacy format".to_owned());
    }
    // Information about the system that wrote the file. Storages are always little-endian.
    let system = pickle::run(bytes, protocol.end, &mut Nobody)?;
    let mut objects = Objects::default();
    let content = pickle::run(bytes, system.end, &mut objects)?;
    let keys = pickle::run(bytes, content.end, &mut Nobody)?;

    let mut elements = HashMap::new();
    for storage in objects.storages() {
        if let Some(key) = content.heap.text(storage.key) {
            elements.insert(key, storage.element);
        }
    }
    let mut places = HashMap::new();
    let mut at = keys.end;
    let listed = keys.heap.sequence(keys.root).ok_or("has no list of storages")?;
    for key in listed {
        let key = keys.heap.text(*key).ok_or("has a storage whose key is not a string")?;
        let element = *elements.get(key).ok_or_else(|| format!("has a storage '{key}' that no tensor uses"))?;
        let cut = || format!("is truncated in its storage '{key}'");
        let length = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()).ok_or_else(cut)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
        let len = element.bytes(length).ok_or_else(cut)?;
        let start = at + 8;
        at = start.checked_add(len).filter(|end| *end <= bytes.len()).ok_or_else(cut)?;
        if places.insert(key, Source::Stored { start, len }).is_some() {
            return Err(format!("contains the storage '{key}' twice"));
        }
    }
    views::tensors(&content, &objects, false, &mut |key, _| {
        places.get(key).copied().ok_or_else(|| format!("is in the missing storage '{key}'"))
    })
}

/// The host of pickles without tensors.
struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _: &Heap<'_>, _: Name<'_>, _: &[Value]) -> Option<Value> {
        None
    }

    fn persistent(&mut self, _: &Heap<'_>, _: Value) -> Result<Value, String> {
        Err("has an unexpected storage".to_owned())
    }
}
