//! Resolves views of storages to tensors in the file.

use std::collections::HashMap;

use super::super::pickle::{Heap, Pickle, Value};
use super::super::place::{Place, Source};
use super::super::tensor::MOST_AXES;
use super::super::{ElementType, Tensor};
use super::names;
use super::objects::{Objects, Storage, Thing, Unread, View, length};
use super::storage_type;

/// The tensors of a pickle. `place` finds the bytes of a storage; `big_endian` is their byte order.
pub(super) fn tensors(
    pickle: &Pickle<'_>,
    objects: &Objects,
    big_endian: bool,
    place: &mut dyn FnMut(&str, Storage) -> Result<Source, String>,
) -> Result<Vec<Tensor>, String> {
    let heap = &pickle.heap;
    let named = names::of(heap, objects, pickle.root)?;
    if named.is_empty() {
        return Err("contains no tensors (optimizer state is skipped)".to_owned());
    }
    let (mut refusal, mut read) = (None, false);
    let mut sources = HashMap::new();
    let mut tensors = Vec::with_capacity(named.len());
    for (name, thing) in named {
        let view = match thing {
            Thing::Tensor(view) => view,
            Thing::Broken(why) => return Err(format!("'{name}' {why}")),
            Thing::Unread(unread) => {
                refusal.get_or_insert_with(|| format!("'{name}' {}", unread.problem));
                tensors.push(unread_tensor(heap, &name, unread)?);
                continue;
            }
            Thing::Storage(_) => continue,
        };
        let key = heap.text(view.storage.key).unwrap_or_default();
        let source = match sources.get(key) {
            Some(source) => *source,
            None => {
                let source = place(key, view.storage).map_err(|reason| format!("'{name}' {reason}"))?;
                sources.insert(key, source);
                source
            }
        };
        let tensor = tensor(heap, &name, view, source, big_endian);
        tensors.push(tensor.map_err(|reason| format!("'{name}' {reason}"))?);
        read = true;
    }
    // A file without any supported tensor is rejected with the reason.
    match refusal {
        Some(refusal) if !read => Err(refusal),
        _ => Ok(tensors),
    }
}

/// Creates an unsupported tensor, which is only listed.
fn unread_tensor(heap: &Heap<'_>, name: &str, unread: Unread) -> Result<Tensor, String> {
    let shape = unread.shape.and_then(|shape| lengths(heap, shape)).unwrap_or_default();
    let refuse = |reason| format!("'{name}' {reason}");
    Tensor::new(name.to_owned(), shape, ElementType::Unread { how: unread.description }, Place::plain(0, 0))
        .map_err(refuse)
}

fn tensor(heap: &Heap<'_>, name: &str, view: View, source: Source, big_endian: bool) -> Result<Tensor, String> {
    let View { storage, offset, element, .. } = view;
    let held = source.size();
    if storage.element.bytes(storage.len) != Some(held) {
        let stated = format!("{} {}", storage.len, storage.element);
        return Err(format!("is in a storage that declares {stated} but has {held} bytes"));
    }
    let (Some(shape), Some(strides)) = (lengths(heap, view.shape), lengths(heap, view.strides)) else {
        return Err("has an invalid shape or strides".to_owned());
    };
    let start = storage.element.bytes(storage.start).and_then(|start| element.bytes(offset)?.checked_add(start));
    let Some(start) = start else { return Err("starts outside its storage".to_owned()) };
    let reversed = if big_endian { storage_type::number(element) } else { 0 };
    let strides = if row_major(&shape, &strides) { None } else { Some(strides) };
    // A view of a storage may end before the storage.
    let end = storage.element.bytes(storage.start + storage.part).unwrap_or(held).min(held);
    let source = match source {
        Source::Stored { start, .. } => Source::Stored { start, len: end },
        deflated @ Source::Deflated { .. } => deflated,
    };
    Tensor::new(name.to_owned(), shape, element, Place { source, start, strides, reversed })
}

/// A shape or strides, with at most the allowed number of axes.
fn lengths(heap: &Heap<'_>, value: Value) -> Option<Vec<usize>> {
    let items = heap.sequence(value)?;
    if items.len() > MOST_AXES { None } else { items.iter().map(|item| length(*item)).collect() }
}

/// Whether the elements are row-major. Strides of axes of length one are ignored.
fn row_major(shape: &[usize], strides: &[usize]) -> bool {
    if shape.len() != strides.len() {
        return false;
    }
    let mut next = 1_usize;
    shape.contains(&0)
        || shape.iter().zip(strides).rev().all(|(&axis, &stride)| {
            let follows = axis == 1 || stride == next;
            next = next.saturating_mul(axis);
            follows
        })
}
