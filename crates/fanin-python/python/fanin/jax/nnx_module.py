"""Modules of Flax nnx."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from fanin.jax.flax_layouts import by_type
from fanin.jax.leaf import Kind, Leaf, Opened


def is_module(model: Any) -> bool:
    """Whether a model is an nnx module, without importing Flax."""
    nnx = sys.modules.get("flax.nnx")
    return nnx is not None and isinstance(model, nnx.Module)


def open_module(module: Any) -> Opened:
    """Return the variables of a module, which may be abstract; shared ones once, under their first path."""
    from flax import nnx

    definition, state = nnx.split(module)
    flat = list(nnx.to_flat_state(state))
    specs = dict(nnx.to_flat_state(nnx.get_partition_spec(state)))
    owners = dict(nnx.iter_modules(module))
    neighbors: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for path, _ in flat:
        neighbors[path[:-1]].add(str(path[-1]))
    leaves = []
    for path, variable in flat:
        value = variable.get_raw_value()
        stored = by_type(owners.get(path[:-1]), str(path[-1]), tuple(value.shape), neighbors[path[:-1]])
        metadata = variable.get_metadata()
        annotated = any(metadata.get(key) is not None for key in ("out_sharding", "sharding_names", "sharding"))
        leaves.append(
            Leaf(
                path=tuple(str(key) for key in path),
                value=value,
                kind=_kind(variable, value),
                stored=stored,
                spec=_spec(specs[path]) if annotated else None,
                mesh=metadata.get("mesh"),
            )
        )

    def close(values: Sequence[Any]) -> Any:
        filled = [(path, variable.replace(value)) for (path, variable), value in zip(flat, values, strict=True)]
        return nnx.merge(definition, nnx.from_flat_state(filled))

    return Opened(leaves, close)


def _kind(variable: Any, value: Any) -> Kind:
    from flax import nnx

    if not jnp.issubdtype(value.dtype, jnp.floating):
        return Kind.STATE
    if isinstance(variable, nnx.Param):
        return Kind.PARAMETER
    return Kind.BUFFER if isinstance(variable, nnx.BatchStat) else Kind.STATE


def _spec(given: Any) -> jax.sharding.PartitionSpec | None:
    spec = given.get_raw_value() if hasattr(given, "get_raw_value") else given
    return spec if isinstance(spec, jax.sharding.PartitionSpec) else None
