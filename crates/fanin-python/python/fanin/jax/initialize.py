"""Initializes models of jax, the same bits under any sharding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import jax
from jax.sharding import Sharding

from fanin import FaninError, Plan, Recipe
from fanin import rules as read_rules
from fanin._fanin import Assignment
from fanin.adapter.facts import Facts
from fanin.adapter.layouts import Layouts
from fanin.adapter.names import Names, check_names, mapped
from fanin.adapter.report import Filled, Report
from fanin.adapter.resolution import assign, label
from fanin.adapter.stored import Stored
from fanin.jax.array import local_rectangles, make_array
from fanin.jax.leaf import Kind, Leaf, Opened
from fanin.jax.nnx_module import is_module, open_module
from fanin.jax.shardings import Given, Shardings
from fanin.jax.tree import open_tree
from fanin.plan_or_recipe import Rules

_FLOATS = ("float32", "float64", "float16", "bfloat16")


def init(
    model: Any,
    rules: Rules,
    seed: int,
    sharding: Given | Any = None,
    names: Names | None = None,
    *,
    layouts: Mapping[str, str] | None = None,
    strict: bool = True,
) -> Any:
    """Return a model with new arrays, the same bits under any sharding.

    Every value is a function of the seed, the parameter's name and the element's index. Each process makes the parts of
    its own devices, once each, and does not communicate. With a recipe, the values are those of ``fanin fill --recipe``
    for the same names and shapes. Call it outside of `jax.jit`.

    Names are paths joined by dots, with PyTorch's last component: kernel, scale and embedding are ``weight``, and the
    statistics of a normalization ``running_mean`` and ``running_var``. Shapes in rules and reports are PyTorch's too:
    [out, in] for dense layers and [out, in / groups, k...] for convolutions, of which Flax's arrays hold the transposed
    values.

    Parameters
    ----------
    model : nnx.Module, variables of linen, or tree of jax.ShapeDtypeStruct
        Abstract, as from `nnx.eval_shape` or `jax.eval_shape`, or with arrays, of which only shapes and types are read.
        Parameters are float32, float64, float16 or bfloat16.
    rules : str, path-like, Plan, Recipe, mapping or iterable of (str, str)
        The name of a recipe, the path of one, a plan, or its rules.
    seed : int
        From 0 to 2**64 - 1.
    sharding : Sharding, Mesh, callable or tree of Sharding, optional
        One sharding for all arrays; a mesh for the axes in the model's metadata; a function of name and array shape; or
        a tree with a sharding for each array or for nodes above them. Without it, that of each array or the model's
        metadata, or the default device.
    names : mapping or callable, optional
        The address of a name, where they differ; None leaves the array unchanged. Names that have the same address are
        tied.
    layouts : mapping of str to str, optional
        By a pattern of names, the order of axes of arrays that the model does not determine, such as
        ``{"*.conv.kernel": "k i o -> o i k", "*.proj.kernel": "i h d -> (h d) i"}``.
    strict : bool
        If False, parameters without a rule stay unchanged, and rules without a parameter are ignored.

    Returns
    -------
    nnx.Module or tree
        New, of the structure of the model. Random keys, caches, and buffers that no rule names are taken over.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If an argument has a wrong type.
    FaninError
        If the rules do not fit, the order of axes is not known, or a sharding is uneven. No array was made.

    Examples
    --------
    >>> import fanin
    >>> shapes = {"fc": {"kernel": jax.ShapeDtypeStruct((3, 2), "float32")}}
    >>> params = init(shapes, {"*.weight": "he_normal"}, seed=42)
    >>> weight = fanin.sample("he_normal", (2, 3), seed=42, name="fc.weight", layout="oi")
    >>> bool((params["fc"]["kernel"] == weight.T).all())
    True
    """
    given = read_rules(rules)
    collected = _collect(model, names, layouts)
    shardings = Shardings(sharding)
    placed = {slot.leaf.path: shardings.of(slot.leaf, slot.address) for slot in collected.slots()}
    assigned = assign(given, collected.entries, strict=strict)
    _refuse_abstract(collected, assigned)
    made: dict[tuple[str, ...], jax.Array] = {}
    for entry in collected.entries.values():
        assignment = assigned[entry.address]
        if assignment is None or assignment.initializer is None:
            continue
        for slot in entry.slots:
            made[slot.leaf.path] = make_array(
                assignment.param,
                assignment.initializer,
                seed,
                slot.stored.axes,
                slot.leaf.shape,
                placed[slot.leaf.path],
                slot.leaf.dtype,
            )
    return collected.opened.close([made.get(leaf.path, leaf.value) for leaf in collected.opened.leaves])


def explain(
    model: Any,
    rules: Rules,
    sharding: Given | Any = None,
    names: Names | None = None,
    *,
    layouts: Mapping[str, str] | None = None,
    strict: bool = True,
) -> Report:
    """Return what `init` would give each parameter, and why; no array is made.

    Parameters
    ----------
    model, rules, sharding, names, layouts, strict
        As in `init`.

    Raises
    ------
    ValueError, TypeError, FaninError
        As in `init`.

    Examples
    --------
    >>> shapes = {"fc": {"kernel": jax.ShapeDtypeStruct((3, 2), "float32")}}
    >>> print(explain(shapes, {"*.weight": "he_normal"}))
    address    shape   initializer  by
    fc.weight  [2, 3]  he_normal    by rule 1 '*.weight'
    1 tensors assigned by the plan, 6 elements here
    """
    given = read_rules(rules)
    collected = _collect(model, names, layouts)
    shardings = Shardings(sharding)
    placed = {slot.leaf.path: shardings.of(slot.leaf, slot.address) for slot in collected.slots()}
    return _report(given, collected, assign(given, collected.entries, strict=strict), placed)


@dataclass(frozen=True)
class _Slot:
    leaf: Leaf
    stored: Stored
    address: str


@dataclass
class _Entry:
    """All arrays that have one address."""

    address: str
    shape: tuple[int, ...]
    facts: Facts
    is_buffer: bool
    slots: list[_Slot] = field(default_factory=list)


@dataclass
class _Collected:
    opened: Opened
    entries: dict[str, _Entry] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def slots(self) -> list[_Slot]:
        return [slot for entry in self.entries.values() for slot in entry.slots]


def _collect(model: Any, names: Names | None, layouts: Mapping[str, str] | None) -> _Collected:
    opened = open_module(model) if is_module(model) else open_tree(model)
    collected = _Collected(opened)
    stated = Layouts(layouts)
    slots = []
    for leaf in opened.leaves:
        if leaf.kind is not Kind.STATE:
            stored = stated.find(leaf.name, leaf.shape, leaf.path[-1] if leaf.path else "", leaf.stored)
            slots.append((leaf, stored))
    stated.check_used()
    check_names(names, [leaf.name for leaf, _ in slots])
    for leaf, stored in slots:
        address = mapped(names, leaf.name)
        if address is None:
            collected.skipped.append(leaf.name)
            continue
        if stored is None:
            raise FaninError(
                f"'{leaf.name}' of shape {leaf.shape} may be of a convolution or of a dense layer with several axes; "
                f"state its order of axes, such as layouts={{'{leaf.name}': 'k i o -> o i k'}}"
            )
        _refuse_dtype(leaf)
        _add(collected, leaf, stored, address)
    return collected


def _add(collected: _Collected, leaf: Leaf, stored: Stored, address: str) -> None:
    shape = stored.axes.address_shape(leaf.shape)
    is_buffer = leaf.kind is Kind.BUFFER
    entry = collected.entries.get(address)
    if entry is None:
        entry = collected.entries[address] = _Entry(address, shape, stored.facts, is_buffer)
    elif (entry.shape, entry.is_buffer) != (shape, is_buffer):
        raise FaninError(
            f"'{entry.slots[0].leaf.name}' of shape {entry.shape} and '{leaf.name}' of shape {shape} have the same "
            f"address '{address}'; map them to different addresses with names="
        )
    entry.slots.append(_Slot(leaf, stored, address))


def _refuse_dtype(leaf: Leaf) -> None:
    if leaf.dtype.name not in _FLOATS:
        raise FaninError(
            f"'{leaf.name}' has dtype {leaf.dtype}; use float32, float64, float16 or bfloat16, or map it to None with "
            "names="
        )
    if jax.dtypes.canonicalize_dtype(leaf.dtype) != leaf.dtype:
        raise FaninError(f"'{leaf.name}' is float64, which jax has disabled; set jax_enable_x64, or use float32")


def _refuse_abstract(collected: _Collected, assigned: Mapping[str, Assignment | None]) -> None:
    """Refuse to return a model with buffers that have no values."""
    for slot in collected.slots():
        one = assigned[slot.address]
        if slot.leaf.kind is Kind.BUFFER and slot.leaf.is_abstract and one is not None and one.initializer is None:
            raise FaninError(
                f"buffer '{slot.address}' has no values and no rule; add a rule such as '*.running_mean' = 'zeros' or "
                "'*.running_var' = 'ones', or pass a model with arrays"
            )


def _report(
    rules: Plan | Recipe,
    collected: _Collected,
    assigned: Mapping[str, Assignment | None],
    placed: Mapping[tuple[str, ...], Sharding],
) -> Report:
    filled, unchanged, unmatched = [], [], []
    for address, entry in collected.entries.items():
        one = assigned[address]
        if one is None:
            unmatched.append(address)
        elif one.initializer is None:
            unchanged.append(address)
        else:
            held = [
                sum(
                    prod(count for _, count in part)
                    for part in local_rectangles(placed[slot.leaf.path], slot.leaf.shape)
                )
                for slot in entry.slots
            ]
            filled.append(Filled.of(one, tuple(slot.leaf.name for slot in entry.slots), sum(held)))
    state = [".".join(leaf.path) for leaf in collected.opened.leaves if leaf.kind is Kind.STATE]
    return Report(label(rules), None, tuple(filled), (*unchanged, *collected.skipped), tuple(unmatched), tuple(state))
