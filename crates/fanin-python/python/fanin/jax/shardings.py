"""Shardings: the one of each array, from the caller, the model's metadata, or the array itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax
from jax.sharding import AbstractMesh, Mesh, NamedSharding, PartitionSpec, Sharding, SingleDeviceSharding

from fanin import FaninError
from fanin.jax.leaf import Leaf
from fanin.jax.tree import path_of

Given: TypeAlias = "Sharding | Mesh | Callable[[str, tuple[int, ...]], Sharding] | Mapping[str, Any] | None"


class Shardings:
    """Returns the sharding of each leaf.

    Parameters
    ----------
    given : Sharding, Mesh, callable, tree of Sharding, or None
        As in `fanin.jax.init`.

    Raises
    ------
    TypeError
        If it has another type.
    """

    def __init__(self, given: Given | Any) -> None:
        self._one = given if isinstance(given, (Sharding, Mesh)) or given is None or callable(given) else None
        self._by_path: dict[tuple[str, ...], Sharding] = {}
        if self._one is not None or given is None:
            return
        for keys, sharding in jax.tree_util.tree_flatten_with_path(given)[0]:
            path = _without_value(path_of(keys))
            if not isinstance(sharding, Sharding):
                raise TypeError(
                    f"sharding has a {type(sharding).__name__} at '{'.'.join(path)}'; use a jax.sharding.Sharding, a "
                    "Mesh, a function of name and shape, or a tree of shardings"
                )
            self._by_path[path] = sharding

    def of(self, leaf: Leaf, address: str) -> Sharding:
        """Return the sharding of a leaf.

        Raises
        ------
        TypeError
            If the caller's function does not return a sharding.
        FaninError
            If there is none, or it does not cut the array evenly.
        """
        sharding = self._find(leaf, address)
        try:
            sharding.shard_shape(leaf.shape)
        except ValueError as error:
            raise FaninError(
                f"'{leaf.name}' of shape {leaf.shape} cannot be cut evenly by {_words(sharding)}; replicate an "
                "axis, or pad it to a multiple of the devices"
            ) from error
        return sharding

    def _find(self, leaf: Leaf, address: str) -> Sharding:
        if self._by_path:
            return self._nearest(leaf)
        one = self._one
        if isinstance(one, Sharding):
            return one
        if isinstance(one, Mesh):
            return NamedSharding(one, leaf.spec or _replicated())
        if callable(one):
            sharding = one(address, leaf.shape)
            if not isinstance(sharding, Sharding):
                raise TypeError(f"sharding gives a {type(sharding).__name__} for '{address}'; return a Sharding")
            return sharding
        return _own(leaf)

    def _nearest(self, leaf: Leaf) -> Sharding:
        for length in range(len(leaf.path), -1, -1):
            for path in (leaf.path[:length], ("params", *leaf.path[:length]), ("batch_stats", *leaf.path[:length])):
                if path in self._by_path:
                    return self._by_path[path]
        raise FaninError(f"sharding has nothing for '{'.'.join(leaf.path)}'; add it, or a sharding of a node above it")


def _own(leaf: Leaf) -> Sharding:
    """Return the sharding that the model states; the default device if it states none."""
    own = getattr(leaf.value, "sharding", None)
    if isinstance(own, Sharding) and not _is_abstract(own):
        return own
    if leaf.spec is not None and any(axis is not None for axis in leaf.spec):
        mesh = leaf.mesh or jax.sharding.get_mesh()
        if not isinstance(mesh, Mesh) or mesh.empty:
            raise FaninError(
                f"'{leaf.name}' is annotated with {leaf.spec}, but there is no mesh; pass sharding=mesh, or call init "
                "under jax.set_mesh(mesh)"
            )
        return NamedSharding(mesh, leaf.spec)
    mesh = jax.sharding.get_mesh()
    if isinstance(mesh, Mesh) and not mesh.empty:
        return NamedSharding(mesh, _replicated())
    return SingleDeviceSharding(jax.devices()[0])


def _replicated() -> PartitionSpec:
    return PartitionSpec()  # type: ignore[no-untyped-call,unused-ignore]


def _is_abstract(sharding: Sharding) -> bool:
    return isinstance(getattr(sharding, "mesh", None), AbstractMesh)


def _words(sharding: Sharding) -> str:
    if isinstance(sharding, NamedSharding):
        return f"{sharding.spec} on a mesh of {dict(sharding.mesh.shape)}"
    return str(sharding)


def _without_value(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of a variable, whose value nnx keeps one step deeper."""
    return path[:-1] if path[-1:] == ("value",) else path
