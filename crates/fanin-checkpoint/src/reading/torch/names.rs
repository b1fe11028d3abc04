//! The names of the tensors in a pickle: the path from the root, joined by dots.
//!
//! A state dict provides the names of its tensors. Enclosing dictionaries, lists and objects add keys, indices and
//! attributes as prefixes. A pickled module yields the names of its state dict, without the aliases in `_flat_weights`.
//! Optimizer state, a dictionary with `state` and `param_groups`, is skipped. If all tensors lie under one of
//! [`WRAPPERS`], that prefix is dropped. From Lightning checkpoints, which contain a version key, only the `state_dict`
//! is read.

use super::super::pickle::{Heap, Node, Value};
use super::objects::{Objects, Thing};

/// Keys under which training programs store the state dict.
const WRAPPERS: &[&str] = &[
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "module",
    "net",
    "network",
    "weights",
    "params",
    "state",
];

/// The maximum nesting depth.
const DEEPEST: usize = 200;

/// The longest name, in bytes.
const LONGEST: usize = 4096;

/// The maximum total length of all names, in bytes.
const LONGEST_TOGETHER: usize = 256 << 20;

/// The attributes of a module that contain tensors. They are not part of tensor names.
const OF_MODULES: [&str; 3] = ["_parameters", "_buffers", "_modules"];

/// A name and its tensor.
pub(super) type Named = (String, Thing);

/// The tensors below a value, in pickle order. Each container is visited once.
pub(super) fn of(heap: &Heap<'_>, objects: &Objects, root: Value) -> Result<Vec<Named>, String> {
    let mut root = root;
    for _ in 0..4 {
        match unwrapped(heap, objects, root)? {
            Some(inner) => root = inner,
            None => break,
        }
    }
    let mut found = Vec::new();
    let mut bytes = 0_usize;
    Walk::new(heap, objects, &mut |name, thing| {
        bytes = bytes.saturating_add(name.len());
        if bytes > LONGEST_TOGETHER {
            return Err(format!("has names of more than {LONGEST_TOGETHER} bytes in total"));
        }
        found.push((name.to_owned(), thing));
        Ok(())
    })
    .value(root, 0, false)?;
    Ok(found)
}

/// Returns the only entry of a dictionary that contains tensors, if its key is a wrapper; for Lightning checkpoints,
/// the weights.
fn unwrapped(heap: &Heap<'_>, objects: &Objects, root: Value) -> Result<Option<Value>, String> {
    if heap.entry(root, "pytorch-lightning_version").is_some() {
        return Ok(heap.entry(root, "state_dict"));
    }
    let mut holder = None;
    for &(key, value) in heap.dict(root).unwrap_or_default() {
        let Some(key) = heap.text(key) else { return Ok(None) };
        if !holds_a_tensor(heap, objects, value)? {
            continue;
        }
        if holder.is_some() || objects.thing(value).is_some() || !WRAPPERS.contains(&key) {
            return Ok(None);
        }
        holder = Some(value);
    }
    Ok(holder)
}

fn holds_a_tensor(heap: &Heap<'_>, objects: &Objects, value: Value) -> Result<bool, String> {
    // An empty error ends the traversal at the first tensor.
    let mut first = |_: &str, _| Err(String::new());
    match Walk::new(heap, objects, &mut first).value(value, 1, false) {
        Ok(()) => Ok(false),
        Err(found) if found.is_empty() => Ok(true),
        Err(error) => Err(error),
    }
}

struct Walk<'w> {
    heap: &'w Heap<'w>,
    objects: &'w Objects,
    found: &'w mut dyn FnMut(&str, Thing) -> Result<(), String>,
    /// The containers visited so far.
    followed: Vec<bool>,
    name: String,
}

impl<'w> Walk<'w> {
    fn new(
        heap: &'w Heap<'_>,
        objects: &'w Objects,
        found: &'w mut dyn FnMut(&str, Thing) -> Result<(), String>,
    ) -> Self {
        Self { heap, objects, found, followed: vec![false; heap.len()], name: String::new() }
    }

    /// Visits a value; `attributes` is true for the attribute dictionary of an object.
    fn value(&mut self, value: Value, depth: usize, attributes: bool) -> Result<(), String> {
        match self.objects.thing(value) {
            Some(Thing::Storage(_)) => return Ok(()),
            Some(thing) => return (self.found)(&self.name, thing),
            None => {}
        }
        let Some(node) = self.heap.node(value) else { return Ok(()) };
        if let Value::Node(number) = value
            && let Some(followed) = self.followed.get_mut(number as usize)
        {
            if *followed {
                return Ok(());
            }
            *followed = true;
        }
        if depth > DEEPEST {
            return Err(format!(
                "is nested more than {DEEPEST} levels deep, at '{}'",
                self.name.get(..80).unwrap_or(&self.name)
            ));
        }
        match node {
            Node::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.entry(&at.to_string(), *item, depth)?;
                }
            }
            Node::Dict(entries) => {
                if is_of_an_optimizer(self.heap, entries) {
                    return Ok(());
                }
                for (at, (key, value)) in entries.iter().enumerate() {
                    match (self.heap.text(*key), key) {
                        // Aliases of the parameters of a recurrent module.
                        (Some("_flat_weights"), _) if attributes => {}
                        (Some(key), _) if attributes && OF_MODULES.contains(&key) => {
                            self.value(*value, depth + 1, false)?;
                        }
                        (Some(key), _) => self.entry(key, *value, depth)?,
                        (None, Value::Int(key)) => self.entry(&key.to_string(), *value, depth)?,
                        (None, _) => self.entry(&format!("#{at}"), *value, depth)?,
                    }
                }
            }
            Node::Object(object) => {
                self.value(object.arguments, depth + 1, false)?;
                self.value(object.items, depth + 1, false)?;
                self.value(object.state, depth + 1, true)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, key: &str, value: Value, depth: usize) -> Result<(), String> {
        if !matches!(value, Value::Node(_) | Value::Host(_)) {
            return Ok(());
        }
        let before = self.name.len();
        if before + key.len() > LONGEST {
            return Err(format!("has a name of more than {LONGEST} bytes"));
        }
        if before > 0 {
            self.name.push('.');
        }
        self.name.push_str(key);
        self.value(value, depth + 1, false)?;
        self.name.truncate(before);
        Ok(())
    }
}

fn is_of_an_optimizer(heap: &Heap<'_>, entries: &[(Value, Value)]) -> bool {
    let has = |name: &str| entries.iter().any(|(key, _)| heap.text(*key) == Some(name));
    entries.len() <= 16 && has("state") && has("param_groups")
}
