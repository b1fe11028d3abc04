"""Trees of shapes or arrays, and variables of linen."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from fanin.jax.flax_layouts import by_path
from fanin.jax.leaf import Kind, Leaf, Opened

_KINDS = {"params": Kind.PARAMETER, "batch_stats": Kind.BUFFER}
"""The collections of linen's variables that have addresses; they are not part of it."""


def open_tree(tree: Any) -> Opened:
    """Return the leaves of a tree.

    Raises
    ------
    TypeError
        If a leaf is neither an array nor a shape with a type.
    """
    entries, structure = jax.tree_util.tree_flatten_with_path(tree, is_leaf=_is_box)
    collections = isinstance(tree, Mapping) and "params" in tree
    paths = [path_of(keys) for keys, _ in entries]
    children: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for path in paths:
        for length in range(len(path)):
            children[path[:length]].add(path[length])
    leaves = []
    for path, (_, box) in zip(paths, entries):
        value = box.unbox(apply_constraint=False) if _is_box(box) else box
        if not hasattr(value, "shape") or not hasattr(value, "dtype"):
            raise TypeError(
                f"'{'.'.join(path)}' is of type {type(value).__name__}; use arrays or jax.ShapeDtypeStruct, as from "
                "jax.eval_shape"
            )
        kind = _KINDS.get(path[0], Kind.STATE) if collections else Kind.PARAMETER
        if not jnp.issubdtype(value.dtype, jnp.floating):
            kind = Kind.STATE
        stored = by_path(path, tuple(value.shape), children[path[:-1]], children[path[:-2]] if len(path) > 1 else set())
        leaves.append(
            Leaf(
                path=path[1:] if collections and kind is not Kind.STATE else path,
                value=value,
                kind=kind,
                stored=stored,
                spec=box.get_partition_spec() if hasattr(box, "get_partition_spec") else None,
                mesh=getattr(box, "mesh", None),
            )
        )

    def close(values: Sequence[Any]) -> Any:
        boxed = [
            box.replace_boxed(value) if _is_box(box) else value for (_, box), value in zip(entries, values, strict=True)
        ]
        return jax.tree_util.tree_unflatten(structure, boxed)

    return Opened(leaves, close)


def path_of(keys: Sequence[Any]) -> tuple[str, ...]:
    """Return the components of a path of a tree.

    Examples
    --------
    >>> path_of(jax.tree_util.tree_flatten_with_path({"layers": [1.0]})[0][0][0])
    ('layers', '0')
    """
    parts = []
    for key in keys:
        for attribute in ("key", "idx", "name"):
            if hasattr(key, attribute):
                parts.append(str(getattr(key, attribute)))
                break
        else:
            parts.append(str(key))
    return tuple(parts)


def _is_box(value: Any) -> bool:
    """Whether a leaf is one of linen's boxes with metadata, without importing Flax."""
    meta = sys.modules.get("flax.core.meta")
    return meta is not None and isinstance(value, meta.AxisMetadata)
