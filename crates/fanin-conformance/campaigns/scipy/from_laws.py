"""Cases for initializers that have none here: those of laws/initializers.toml, whose numbers were worked out apart from fanin's code."""

import pathlib
import re
import tomllib

import numpy as np
from scipy import stats

import hypotheses as h
from cases import ALL, add
from tensors import Ask

LAWS = pathlib.Path(__file__).parents[2] / "laws" / "initializers.toml"
# Random values of a small shape come from as many seeds, 256 at most.
WANTED = 1 << 20


def word(text):
    return re.match(r"\w+", text)[0]


def random(law):
    def check(report, what, values, ask, sampler):
        seeds = range(1, min(256, -(-WANTED // values.size)))
        values = np.concatenate([values.ravel(), *(sampler(ask.also(seed=ask.seed + seed)).ravel() for seed in seeds)])
        h.follows(report, what, values, law, ask.dtype)

    return check


def fixed(wanted):
    return lambda report, what, values, ask, _: h.equals(report, what, values.ravel(), wanted, ask.dtype)


def check_of(expect, size):
    """What must hold; None for a law that only fanin's own suite tests."""
    ((kind, law),) = expect.items()
    match kind:
        case "constant":
            return fixed(np.full(size, law["value"]))
        case "values":
            return fixed(np.array(law, dtype=float))
        case "uniform":
            return random(stats.uniform(law["low"], law["high"] - law["low"]))
        case "normal" if law["std"] > 0:
            return random(stats.norm(law["mean"], law["std"]))
        case "truncated_normal" if law["scale"] > 0:
            return random(stats.truncnorm(*law["cut"], law["center"], law["scale"]))
        case "log_uniform":
            return random(stats.loguniform(law["low"], law["high"]))
    return None


def add_missing(names, tested):
    """Adds the cases of every name that is not tested yet."""
    for case in tomllib.loads(LAWS.read_text())["case"]:
        name = word(case["initializer"])
        size = int(np.prod(case["shape"]))
        check = check_of(case["expect"], size) if name in names and name not in tested else None
        if check and size:
            layout, groups = case.get("layout", ""), case.get("groups", 1)
            add(Ask(case["initializer"], tuple(case["shape"]), layout, groups), check, case.get("dtypes", ALL))
