"""Plans and recipes, and what they assign."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import fanin
from fanin import FaninError, Plan, Recipe
from fanin._fanin import Param, resolve

PARAMS = [
    Param("fc.weight", (10, 64), layout="oi"),
    Param("fc.bias", (10,), role="bias"),
    Param("norm.running_var", (10,), role="buffer"),
]


def test_the_first_match_wins_and_buffers_are_left():
    """An assignment says what, by which rule and why."""
    weight, bias, buffer = resolve(Plan({"*.bias": "zeros", "fc.*": "he_normal"}), PARAMS)
    assert (weight.param.name, str(weight.initializer), weight.rule, weight.pattern) == (
        "fc.weight",
        "he_normal",
        2,
        "fc.*",
    )
    assert weight.origin == "by rule 2 'fc.*'" and weight.learning_rate == 1.0 and weight.mean == 0.0
    assert abs(weight.std - (2 / 64) ** 0.5) < 1e-12
    assert str(bias.initializer) == "zeros" and bias.param.role == "bias"
    assert buffer.initializer is None and buffer.origin == "left unchanged" and buffer.rule is None


def test_a_recipe_states_layout_role_and_reason():
    """The parameter as its initializer sees it; plain shapes are enough."""
    params = [Param(f"h.{layer}.attn.c_proj.weight", (64, 64)) for layer in range(8)]
    first = resolve(Recipe("gpt2").set(layers=8), params[:1])[0]
    assert abs(first.std - 0.02 / 16**0.5) < 1e-9 and first.reason
    norms = [Param(f"h.{layer}.ln_1.weight", (64,)) for layer in range(8)]
    assert first.initializer == resolve(Recipe("gpt2"), params + norms)[0].initializer
    assert resolve(Recipe("torch"), [Param("fc.weight", (10, 64))])[0].param.layout == "oi"


@pytest.mark.parametrize(
    ("plan", "words", "problems"),
    [
        ({"*.bias": "zeros"}, "no rule in the plan matches fc.weight", 1),
        ({"*": "zeros", "head.*": "ones", "tail.*": "ones"}, "'head.*' (it matches no name)", 2),
        ({"*": "he_normal"}, "'fc.bias'", 1),
    ],
)
def test_all_problems_at_once(plan, words, problems):
    """In the message the first few, in `problems` all."""
    with pytest.raises(FaninError) as raised:
        resolve(Plan(plan), PARAMS)
    assert words in str(raised.value) and len(raised.value.problems) == problems


def test_without_strictness_the_rest_is_left():
    """Refusals of initializers remain errors."""
    weight, bias, _ = resolve(Plan({"*.bias": "zeros", "head.*": "ones"}), PARAMS, strict=False)
    assert weight.initializer is None and weight.origin == "left unchanged" and str(bias.initializer) == "zeros"
    with pytest.raises(FaninError, match=r"'fc\.bias'"):
        resolve(Plan({"*.bias": "he_normal"}), PARAMS, strict=False)


def test_many_problems_are_all_listed():
    """The message is short, the list is whole."""
    with pytest.raises(FaninError) as raised:
        resolve(Plan({"x": "zeros"}), [Param(f"w.{place}", (2,)) for place in range(100)])
    assert len(raised.value.problems) == 100 and len(str(raised.value)) < 300
    assert FaninError("another").problems == ()


@pytest.mark.parametrize(
    ("rules", "error", "words"),
    [
        ({"a[": "zeros"}, ValueError, "a["),
        ({"*": "he_norml"}, ValueError, "rule 1 '*': "),
        ([("*", "zeros"), ("*.b", "normal(")], ValueError, "rule 2 '*.b'"),
        ({"*": 1}, TypeError, "an initializer must be a str"),
        ({1: "zeros"}, TypeError, "rules must be"),
        ([("*",)], TypeError, "rules must be"),
        (3, TypeError, "rules must be"),
        (None, TypeError, "rules must be"),
    ],
)
def test_an_invalid_plan(rules, error, words):
    """Refused when it is made."""
    with pytest.raises(error) as raised:
        Plan(rules)
    assert words in str(raised.value)


def test_a_plan_in_toml():
    """The same rules in the same order; other keys are refused with their line."""
    text = '[[rules]]\nmatch = "*.bias"\ninit = "zeros"\n\n[[rules]]\nmatch = "*"\ninit = "normal(std = 0.02)"\n'
    plan = Plan.from_toml(text)
    assert plan == Plan([("*.bias", "zeros"), ("*", "normal(std = 0.02)")]) == pickle.loads(pickle.dumps(plan))
    assert plan != Plan(list(reversed(plan.rules))) and len({plan, Plan(plan.rules)}) == 1
    assert fanin.rules(plan) is plan and fanin.rules(dict(plan.rules)) == plan
    for wrong in [
        "[[rules]]\nmatch = 3",
        text + "[[rules]]\nmatch = '*'\ninit = 'zeros'\nwhen = '1'",
        "rules = 1",
        "=",
    ]:
        with pytest.raises(ValueError, match="^line "):
            Plan.from_toml(wrong)
    assert Plan.from_toml("").rules == []


def test_recipes_are_values(tmp_path: Path):
    """Named, in TOML, in a file; with settings; pickled."""
    recipe = Recipe("gpt2")
    assert recipe.title and recipe.source and recipe.variables == ["layers", "std"] and recipe.settings == {}
    again = recipe.set(layers=12)
    assert again.settings == {"layers": 12.0} and again != recipe == Recipe("gpt2")
    assert pickle.loads(pickle.dumps(again)) == again and repr(again) == "<Recipe 'gpt2', layers=12>"
    path = tmp_path / "mine.toml"
    path.write_text(recipe.text)
    assert Recipe.read(path) == Recipe.from_toml(recipe.text) == fanin.rules(path) == fanin.rules(str(path)) == recipe
    with pytest.raises(ValueError, match="did you mean 'gpt2'"):
        Recipe("gpt22")
    with pytest.raises(ValueError, match="no variable 'depth'; it has layers, std"):
        recipe.set(depth=3)
    with pytest.raises(ValueError, match="finite"):
        recipe.set(layers=float("nan"))
    with pytest.raises(ValueError, match="^line 1, column "):
        Recipe.from_toml("x =")
    with pytest.raises(FaninError, match="cannot be read"):
        Recipe.read(tmp_path / "absent.toml")
    path.write_text("name = 3")
    with pytest.raises(FaninError, match=r"mine\.toml: "):
        fanin.rules(path)


def test_rules_of_another_type_are_refused():
    """The native function takes a plan or a recipe."""
    with pytest.raises(TypeError, match="must be a Plan or a Recipe, not dict"):
        resolve({"*": "zeros"}, PARAMS)
    with pytest.raises(TypeError):
        resolve(Plan({"*": "zeros"}), [("w", (2,))])
