"""Plans: name patterns with initializers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fanin import _fanin

if TYPE_CHECKING:
    from fanin.reports.explanation import Explanation


class Plan(_fanin.Plan):
    """An ordered list of name patterns, each with an initializer. The first pattern that matches a name applies.

    A parameter without a rule and a rule without a parameter are errors. A buffer stays unchanged unless the last part
    of a pattern names it: ``*`` does not, ``*.running_var`` does.

    Parameters
    ----------
    rules : mapping or iterable of (str, str)
        Patterns with initializers in text form, in order.

    Raises
    ------
    ValueError
        If a pattern or an initializer is invalid.
    TypeError
        If the rules are neither a mapping nor pairs.

    Examples
    --------
    >>> plan = Plan({"*.bias": "zeros", "*.weight": "he_normal(gain = 0.5)"})
    >>> plan.rules[1]
    ('*.weight', 'he_normal(gain = 0.5)')
    """

    __slots__ = ()

    def __new__(cls, rules: Mapping[str, str] | Iterable[tuple[str, str]]) -> Plan:
        """Check the rules."""
        return super().__new__(cls, rules)

    @classmethod
    def from_toml(cls, text: str) -> Plan:
        """Read a plan in TOML: a table ``[[rules]]`` with ``match`` and ``init`` for each rule, as in a recipe.

        Parameters
        ----------
        text : str

        Raises
        ------
        ValueError
            If the text is not a plan.

        Examples
        --------
        >>> Plan.from_toml('''
        ... [[rules]]
        ... match = "*.weight"
        ... init = "orthogonal"
        ... ''')
        Plan([('*.weight', 'orthogonal')])
        """
        return cls(_fanin.Plan.pairs(text))

    def explain(self, shapes: Mapping[str, Sequence[int] | Mapping[str, Any]]) -> Explanation:
        """Explain which initializer each parameter of a model gets, and why, as `fanin.explain` does.

        Parameters
        ----------
        shapes : mapping
            Names with shapes, or with mappings of ``shape``, ``role`` and ``tied_to``.

        Raises
        ------
        FaninError
            If the plan does not fit the model.
        """
        from fanin.reports.explanation import explain

        return explain(self, shapes=shapes)

    def __repr__(self) -> str:
        """Return the rules."""
        return f"Plan({self.rules!r})"

    def __eq__(self, other: object) -> bool:
        """Whether the rules are equal."""
        return isinstance(other, Plan) and self.rules == other.rules

    def __hash__(self) -> int:
        """Hash the rules."""
        return hash(tuple(self.rules))

    def __reduce__(self) -> tuple[type[Plan], tuple[list[tuple[str, str]]]]:
        """Pickle the rules."""
        return (Plan, (self.rules,))
