"""Initializes built models of Keras in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import keras

from fanin import FaninError, Plan, Recipe
from fanin import rules as read_rules
from fanin._fanin import Assignment
from fanin.adapter.facts import Facts
from fanin.adapter.layouts import Layouts
from fanin.adapter.names import Names, check_names, mapped
from fanin.adapter.report import Filled, Report
from fanin.adapter.resolution import assign, label
from fanin.adapter.stored import Stored
from fanin.keras.layouts import stored_in
from fanin.keras.values import values_of
from fanin.plan_or_recipe import Rules

_FLOATS = ("float32", "float64", "float16", "bfloat16")


def init_(
    model: keras.Model | keras.Layer,
    rules: Rules,
    seed: int,
    names: Names | None = None,
    *,
    layouts: Mapping[str, str] | None = None,
    strict: bool = True,
) -> Report:
    """Fill the weights of a built model in place, on any backend.

    Every value is a function of the seed, the weight's name and the element's index. With a recipe, the values are
    those of ``fanin fill --recipe`` for the same names and shapes.

    Names are the paths of the weights, joined by dots, without the name of the model, and with PyTorch's last
    component: kernel, gamma, scale and embeddings are ``weight``, beta is ``bias``, and moving_mean and
    moving_variance are ``running_mean`` and ``running_var``. A recurrent layer has ``weight_ih`` and ``weight_hh``.
    Keras numbers layers without a name by process (dense_7): give layers names, or use `names`.

    Shapes in rules and reports are PyTorch's too: [out, in] for dense layers and [out, in / groups, k...] for
    convolutions, of which Keras's weights hold the transposed values. The projections of a `MultiHeadAttention` are
    matrices of [heads * key_dim, in] and [out, heads * value_dim].

    Parameters
    ----------
    model : keras.Model or keras.Layer
        Built; weights of float32, float64, float16 or bfloat16. With `keras.distribution`, weights keep their layout.
    rules : str, path-like, Plan, Recipe, mapping or iterable of (str, str)
        The name of a recipe, the path of one, a plan, or its rules. A plan knows layouts and fans from the types of
        layers.
    seed : int
        From 0 to 2**64 - 1.
    names : mapping or callable, optional
        The address of a name, where they differ; None leaves the weight unchanged. Names that have the same address are
        tied.
    layouts : mapping of str to str, optional
        By a pattern of names, the order of axes of weights of your own layers, such as ``{"*.kernel": "i o -> o i"}``.
    strict : bool
        If False, weights without a rule stay unchanged, and rules without a weight are ignored.

    Returns
    -------
    Report
        What each address got, and why.

    Raises
    ------
    ValueError
        If an argument is invalid.
    TypeError
        If an argument has a wrong type.
    FaninError
        If the model is not built, the rules do not fit, or a weight cannot be served. Nothing was written.

    Examples
    --------
    >>> import fanin
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="fc")])
    >>> print(init_(model, {"*.weight": "he_normal", "*.bias": "zeros"}, seed=42))
    address    shape   initializer  by
    fc.weight  [2, 3]  he_normal    by rule 1 '*.weight'
    fc.bias    [2]     zeros        by rule 2 '*.bias'
    2 tensors filled by the plan with seed 42, 8 elements here
    >>> weight = fanin.sample("he_normal", (2, 3), seed=42, name="fc.weight", layout="oi")
    >>> bool((keras.ops.convert_to_numpy(model.layers[0].kernel) == weight.T).all())
    True
    """
    given = read_rules(rules)
    collected = _collect(model, names, layouts)
    assigned = assign(given, collected.entries, strict=strict)
    filled, values = [], []
    for address, entry in collected.entries.items():
        one = assigned[address]
        if one is None or one.initializer is None:
            continue
        for slot in entry.slots:
            shape = tuple(slot.variable.shape)
            value = values_of(one.param, one.initializer, seed, slot.stored.axes, shape, slot.variable)
            values.append((slot.variable, value))
        names_ = tuple(slot.name for slot in entry.slots)
        filled.append(Filled.of(one, names_, prod(entry.shape) * len(entry.slots)))
    for variable, value in values:
        variable.assign(value)
    return _report(given, seed, collected, assigned, tuple(filled))


@dataclass(frozen=True)
class _Slot:
    name: str
    variable: Any
    stored: Stored


@dataclass
class _Entry:
    """All weights that have one address."""

    address: str
    shape: tuple[int, ...]
    facts: Facts
    is_buffer: bool
    slots: list[_Slot] = field(default_factory=list)


@dataclass
class _Collected:
    entries: dict[str, _Entry] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


def _collect(model: Any, names: Names | None, layouts: Mapping[str, str] | None) -> _Collected:
    if not isinstance(model, keras.Layer):
        raise TypeError(f"model must be a keras.Model or keras.Layer, not {type(model).__name__}")
    if not model.weights:
        raise FaninError(f"'{model.name}' has no weights; build it first, with keras.Input, model.build or a call")
    stated = Layouts(layouts)
    owners = _owners(model)
    found = []
    for variable in model.weights:
        *parents, last = _path(model, variable)
        shape = tuple(int(length) for length in variable.shape)
        known = stored_in(owners[id(variable)], last, shape)
        name = ".".join([*parents, last if known is None else known.leaf])
        found.append((name, variable, stated.find(name, shape, last, known), shape))
    stated.check_used()
    check_names(names, [name for name, *_ in found])
    collected = _Collected()
    for name, variable, stored, shape in found:
        address = mapped(names, name)
        if address is None:
            collected.skipped.append(name)
            continue
        if stored is None:
            raise FaninError(
                f"'{name}' of shape {shape} is a kernel of a {type(owners[id(variable)]).__name__}, whose order of "
                f"axes is not known; state it, such as layouts={{'{name}': 'i o -> o i'}}"
            )
        if variable.dtype not in _FLOATS:
            raise FaninError(
                f"'{name}' has dtype {variable.dtype}; use float32, float64, float16 or bfloat16, or map it to None "
                "with names="
            )
        _add(collected, _Slot(name, variable, stored), address, names is None)
    return collected


def _add(collected: _Collected, slot: _Slot, address: str, is_default: bool) -> None:
    shape = slot.stored.axes.address_shape(tuple(slot.variable.shape))
    is_buffer = slot.stored.facts.role == "buffer"
    entry = collected.entries.get(address)
    if entry is None:
        entry = collected.entries[address] = _Entry(address, shape, slot.stored.facts, is_buffer)
    elif is_default or (entry.shape, entry.is_buffer) != (shape, is_buffer):
        raise FaninError(
            f"'{entry.slots[0].variable.path}' of shape {entry.shape} and '{slot.variable.path}' of shape {shape} have "
            f"the same address '{address}'; give their layers different names"
        )
    entry.slots.append(slot)


def _owners(model: Any) -> dict[int, Any]:
    """Return the layer of each weight: the innermost that has it."""
    owners: dict[int, Any] = {}
    for layer in model._flatten_layers(include_self=True, recursive=True):
        for variable in layer.weights:
            current = owners.get(id(variable))
            if current is None or len(layer.weights) <= len(current.weights):
                owners[id(variable)] = layer
    return owners


def _path(model: Any, variable: Any) -> list[str]:
    parts = str(variable.path).split("/")
    return parts[1:] if len(parts) > 1 and parts[0] == model.name else parts


def _report(
    rules: Plan | Recipe,
    seed: int,
    collected: _Collected,
    assigned: Mapping[str, Assignment | None],
    filled: tuple[Filled, ...],
) -> Report:
    unchanged = [address for address, one in assigned.items() if one is not None and one.initializer is None]
    unmatched = tuple(address for address, one in assigned.items() if one is None)
    return Report(label(rules), seed, filled, (*unchanged, *collected.skipped), unmatched, ())
