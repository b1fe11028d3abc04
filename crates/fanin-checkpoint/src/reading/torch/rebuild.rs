//! The known functions that create tensors in PyTorch pickles. None is called; each entry lists which arguments are the
//! storage, the offset, the shape and the strides.

use super::super::pickle::{Heap, Name, Value};
use super::objects::{Objects, Thing, UNKNOWN, Unread, View, length};
use super::storage_type;

/// The result of a known call.
pub(super) enum CallResult {
    Argument(Value),
    Thing(Thing),
}

/// The value of a known function; `None` for unknown ones.
pub(super) fn call(objects: &Objects, heap: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<CallResult> {
    // A tensor subclass names the function that creates the tensor.
    if let (
        Name { module: "torch._tensor", name: "_rebuild_from_type" | "_rebuild_from_type_v2" },
        [function, _, given, ..],
    ) = (callable, arguments)
    {
        return plain(objects, heap, heap.global(*function)?, heap.sequence(*given)?);
    }
    plain(objects, heap, callable, arguments)
}

fn plain(
    objects: &Objects,
    heap: &Heap<'_>,
    Name { module, name }: Name<'_>,
    arguments: &[Value],
) -> Option<CallResult> {
    let shaped =
        |description, problem, shape| Some(CallResult::Thing(Thing::Unread(Unread { description, problem, shape })));
    let unread = |description, problem| shaped(description, problem, None);
    match (module, name) {
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => tensor(objects, heap, arguments, None),
        ("torch._utils", "_rebuild_tensor_v3") => tensor(objects, heap, arguments, arguments.get(6).copied()),
        (
            "torch._utils",
            "_rebuild_parameter" | "_rebuild_parameter_with_state" | "_rebuild_device_tensor_from_cpu_tensor",
        )
        | ("torch.nn.parameter", "Parameter" | "Buffer")
        | ("torch.autograd.variable" | "torch.autograd", "Variable")
        | ("torch.jit._pickle", "restore_type_tag" | "build_tensorlist") => {
            arguments.first().copied().map(CallResult::Argument)
        }
        ("torch._utils", "_rebuild_qtensor") => {
            shaped("quantized values", "is quantized; dequantize it", arguments.get(2).copied())
        }
        ("torch._utils", "_rebuild_sparse_tensor" | "_rebuild_sparse_csr_tensor") => {
            unread("sparse values", "is sparse; make it dense")
        }
        ("torch._utils", "_rebuild_nested_tensor") => unread("nested values", "is a nested tensor; pad it"),
        ("torch._utils", "_rebuild_meta_tensor_no_storage") => {
            unread("meta values", "is a meta tensor, which has no values")
        }
        ("torch._utils", "_rebuild_wrapper_subclass" | "_rebuild_device_tensor_from_numpy") => {
            unread("wrapped values", "is a wrapper subclass; save it as a plain tensor on the CPU")
        }
        ("torch.storage", "_load_from_bytes") => Some(CallResult::Thing(Thing::Broken(
            "was pickled by Python's pickle module; save it with torch.save or as safetensors",
        ))),
        _ => None,
    }
}

/// A view of a storage, optionally with another element type.
fn tensor(objects: &Objects, heap: &Heap<'_>, arguments: &[Value], dtype: Option<Value>) -> Option<CallResult> {
    let broken = Some(CallResult::Thing(Thing::Broken("has an invalid storage, shape or strides")));
    let [storage, offset, shape, strides, ..] = arguments else { return broken };
    let storage = match objects.thing(*storage) {
        Some(Thing::Storage(storage)) => storage,
        Some(broken @ Thing::Broken(_)) => return Some(CallResult::Thing(broken)),
        Some(Thing::Unread(unread)) => {
            return Some(CallResult::Thing(Thing::Unread(Unread { shape: Some(*shape), ..unread })));
        }
        _ => return broken,
    };
    let Some(offset) = length(*offset) else { return broken };
    let element = match dtype {
        None => storage.element,
        Some(dtype) => match heap.global(dtype).and_then(|dtype| storage_type::element(dtype.name)) {
            Some(element) => element,
            None => return Some(CallResult::Thing(Thing::Unread(Unread { shape: Some(*shape), ..UNKNOWN }))),
        },
    };
    Some(CallResult::Thing(Thing::Tensor(View { storage, offset, shape: *shape, strides: *strides, element })))
}
