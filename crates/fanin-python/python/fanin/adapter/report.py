"""Reports of initialized models."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from fanin._fanin import Assignment


@dataclass(frozen=True)
class Filled:
    """An address that was filled.

    Attributes
    ----------
    address : str
        The name that determines the values.
    names : tuple of str
        The names in the model; more than one if tied.
    shape : tuple of int
        The shape of the whole parameter, in the order of the address.
    local : int
        The number of elements on this process.
    initializer : str
    origin : str
        The rule that applied.
    reason : str or None
        The rule's reason.
    mean, std : float or None
        Of the distribution, if stated.
    learning_rate : float
        The recipe's factor of the learning rate.
    """

    address: str
    names: tuple[str, ...]
    shape: tuple[int, ...]
    local: int
    initializer: str
    origin: str
    reason: str | None
    mean: float | None
    std: float | None
    learning_rate: float

    @classmethod
    def of(cls, assignment: Assignment, names: tuple[str, ...], local: int) -> Filled:
        """Return the report of an assignment."""
        return cls(
            address=assignment.param.name,
            names=names,
            shape=assignment.param.shape,
            local=local,
            initializer=str(assignment.initializer),
            origin=assignment.origin,
            reason=assignment.reason,
            mean=assignment.mean,
            std=assignment.std,
            learning_rate=assignment.learning_rate,
        )


@dataclass(frozen=True)
class Report:
    """What each parameter of a model got, and why.

    ``print(report)`` prints a table; `to_json` has everything.

    Attributes
    ----------
    rules : str
        The plan or recipe.
    seed : int or None
        None if nothing was filled.
    filled : tuple of Filled
    unchanged : tuple of str
        Buffers that no rule names, parameters that a recipe leaves out, and names mapped to None.
    unmatched : tuple of str
        Parameters without a rule, with ``strict=False``.
    non_persistent : tuple of str
        State that checkpoints do not have, such as random keys: the framework's own initialization makes it.
    """

    rules: str
    seed: int | None
    filled: tuple[Filled, ...]
    unchanged: tuple[str, ...]
    unmatched: tuple[str, ...]
    non_persistent: tuple[str, ...]

    @property
    def learning_rates(self) -> dict[str, float]:
        """The factor of the learning rate of each name in the model, for the groups of an optimizer."""
        return {name: one.learning_rate for one in self.filled for name in one.names}

    def __str__(self) -> str:
        """Return a table of what was filled, and lists of what was not."""
        head = ("address", "shape", "initializer", "by")
        rows = [(one.address, str(list(one.shape)), one.initializer, one.origin) for one in self.filled]
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
        lines = [_row(row, widths) for row in ([head, *rows] if rows else [])]
        ties = [f"{', '.join(one.names[1:])} (tied to {one.names[0]})" for one in self.filled if len(one.names) > 1]
        elements = sum(one.local for one in self.filled)
        done = "assigned" if self.seed is None else "filled"
        seed = "" if self.seed is None else f" with seed {self.seed}"
        lines.append(f"{len(self.filled)} tensors {done} by {self.rules}{seed}, {elements} elements here")
        for title, names in [
            ("tied", ties),
            ("unchanged", self.unchanged),
            ("no rule", self.unmatched),
            ("not in checkpoints, unchanged", self.non_persistent),
        ]:
            if names:
                lines.append(f"{title}: {', '.join(names)}")
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything in JSON."""
        return json.dumps(asdict(self), indent=2)


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[-1]])
