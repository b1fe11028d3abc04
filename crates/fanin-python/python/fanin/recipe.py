"""Recipes: published initializations of whole models."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fanin import _fanin

if TYPE_CHECKING:
    from fanin.reports.explanation import Explanation


class Recipe(_fanin.Recipe):
    """An initialization recipe for a family of models, such as GPT-2's.

    Its rules are name patterns whose numbers may depend on depth and width.

    Parameters
    ----------
    name : str
        A built-in recipe; ``fanin list recipes`` lists them. `Recipe.from_toml` and `Recipe.read` take your own.

    Raises
    ------
    ValueError
        If no recipe has this name.

    Examples
    --------
    >>> recipe = Recipe("gpt2").set(layers=12)
    >>> recipe.name, recipe.variables, recipe.settings
    ('gpt2', ['layers', 'std'], {'layers': 12.0})
    """

    __slots__ = ()

    def __new__(cls, name: str) -> Recipe:
        """Find the recipe."""
        return cls.from_toml(_fanin.Recipe.shipped(name))

    @classmethod
    def from_toml(cls, text: str) -> Recipe:
        """Read a recipe in TOML.

        Parameters
        ----------
        text : str

        Raises
        ------
        ValueError
            If the text is not a recipe; the message has line and column.
        """
        return super().__new__(cls, text)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Recipe:
        """Read a recipe from a TOML file.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        FaninError
            If the file cannot be read, or is not a recipe.
        """
        return cls.from_toml(_fanin.Recipe.file(path))

    def set(self, **variables: float) -> Recipe:
        """Return the recipe with these values of its variables, which are otherwise derived from the shapes.

        Parameters
        ----------
        **variables : float

        Raises
        ------
        ValueError
            If the recipe has no variable of a name, or a value is not finite.
        """
        return super().__new__(type(self), self.text, {**self.settings, **variables})

    def explain(
        self,
        *,
        like: str | os.PathLike[str] | None = None,
        shapes: str | os.PathLike[str] | Mapping[str, Sequence[int] | Mapping[str, Any]] | None = None,
    ) -> Explanation:
        """Explain the recipe, or which initializer each parameter of a model gets, and why, as `fanin.explain` does.

        Parameters
        ----------
        like : path-like, optional
            A checkpoint of the model.
        shapes : path-like or mapping, optional
            Names with shapes, or a list of shapes in JSON.

        Raises
        ------
        FaninError
            If the recipe does not fit the model.
        """
        from fanin.reports.explanation import explain

        return explain(self, like=like, shapes=shapes)

    def __repr__(self) -> str:
        """Return name and settings."""
        settings = "".join(f", {name}={value:g}" for name, value in self.settings.items())
        return f"<Recipe {self.name!r}{settings}>"

    def __eq__(self, other: object) -> bool:
        """Whether text and settings are equal."""
        return isinstance(other, Recipe) and (self.text, self.settings) == (other.text, other.settings)

    def __hash__(self) -> int:
        """Hash text and settings."""
        return hash((self.text, tuple(self.settings.items())))

    def __reduce__(self) -> tuple[object, tuple[str, dict[str, float]]]:
        """Pickle text and settings."""
        return (_restore, (self.text, self.settings))


def _restore(text: str, settings: dict[str, float]) -> Recipe:
    return Recipe.from_toml(text).set(**settings)
