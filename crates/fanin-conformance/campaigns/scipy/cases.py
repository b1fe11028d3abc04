"""A case or more for every initializer: what is asked of `fanin sample`, and what must hold of the file. n is 2^20 = 1,048,576 or more
where values are random."""

from dataclasses import dataclass
from typing import Callable

import numpy as np
from scipy import stats

import hypotheses as h
import laws
from tensors import Ask, rounded

ALL = ("f32", "f64", "f16", "bf16")
WIDE = (1024, 1024)


@dataclass(frozen=True)
class Case:
    """`check(report, what, values, ask, sampler)` says what must hold."""

    ask: Ask
    check: Callable


CASES = []


def add(ask, check, dtypes=ALL):
    """A name of its own for each case, so that no two draw the same values and the tests do not depend on each other."""
    for dtype in dtypes:
        CASES.append(Case(ask.also(dtype=dtype, name=f"layers.{len(CASES)}.weight"), check))


def law(of):
    """Independent values of one law, of another seed and another name others."""

    def check(report, what, values, ask, sampler):
        h.follows(report, what, values, of(ask) if callable(of) else of, ask.dtype)
        if ask.dtype == "f32":
            h.independent(report, what, values)
            for other in (ask.also(seed=ask.seed + 1), ask.also(name=f"{ask.name}.other")):
                h.uncorrelated(report, f"{what}: beside seed {other.seed} {other.name}", values, sampler(other))

    return check


def exactly(of):
    def check(report, what, values, ask, _):
        h.equals(report, what, values, of(ask), ask.dtype)

    return check


def constants():
    add(Ask("zeros", (7, 5)), exactly(lambda a: 0.0))
    add(Ask("ones", (7,)), exactly(lambda a: 1.0))
    add(Ask("mamba_d", (64,)), exactly(lambda a: 1.0))
    add(Ask("constant(-0.3)", (2, 3, 4)), exactly(lambda a: -0.3))


def random():
    add(Ask("uniform", WIDE), law(stats.uniform()))
    add(Ask("uniform(low = -0.05, high = 0.05)", (1 << 20,)), law(laws.uniform(0.05)))
    add(Ask("normal", WIDE), law(stats.norm()))
    add(Ask("gaussian(mean = 1, std = 0.02)", (64, 16384)), law(stats.norm(1, 0.02)))
    for low, high in ((-2, 2), (-1, 3), (0, np.inf), (2, 4), (-0.5, 0.5), (-3, 3), (5, 6)):
        for corrected in (True, False):
            text = f"truncated_normal(mean = 0.5, std = 0.1, low = {low}, high = {high}, corrected = {str(corrected).lower()})"
            dtypes = ALL if (low, high) == (-2, 2) else ("f32", "f64")
            add(Ask(text, WIDE), law(laws.truncated(0.5, 0.1, low, high, corrected)), dtypes)
    for std, corrected in ((0.5, True), (0.5, False), (0.02, False), (0.57, True)):
        text = f"truncated_normal(std = {std}, low = -1, high = 1, corrected = {str(corrected).lower()}, bounds = absolute)"
        add(Ask(text, WIDE), law(laws.truncated_within(0, std, -1, 1, corrected)), ("f32", "f64"))
    add(Ask("log_uniform(0.001, 0.1)", WIDE), law(stats.loguniform(0.001, 0.1)))

    def bernoulli(report, what, values, ask, _):
        report.hold(f"{what}: zeros and ones", set(np.unique(values)) == {0.0, 1.0})
        report.p(f"{what}: share", stats.binomtest(int(values.sum()), values.size, 0.1).pvalue)
        h.independent(report, what, values)

    add(Ask("bernoulli(0.1)", WIDE), bernoulli)

    def sparse(axis, fraction, std):
        def check(report, what, values, ask, _):
            lines = values if axis == 0 else values.T
            length, count = lines.shape
            wanted = int(np.ceil(round(fraction * length, 9)))
            zeros = lines == 0
            report.hold(f"{what}: {wanted} zeros a line", bool((zeros.sum(axis=0) == wanted).all()))
            # The places of a line have a negative correlation of 1 / (length - 1), which makes the sum smaller by that.
            seen, mean = zeros.sum(axis=1), count * wanted / length
            spread = count * wanted / length * (1 - wanted / length)
            report.p(f"{what}: places", stats.chi2.sf(((seen - mean) ** 2 / spread).sum() * (length - 1) / length, length - 1))
            h.follows(report, f"{what}: others", values[values != 0], stats.norm(0, std), ask.dtype)

        return check

    add(Ask("sparse(0.75, std = 0.5)", (2048, 2050)), sparse(0, 0.75, 0.5))
    add(Ask("sparse(0.9, axis = in)", (4096, 2563), "oi"), sparse(1, 0.9, 0.01), ("f32", "f64"))
    add(Ask("sparse(0.07, std = 1)", (100, 12000)), sparse(0, 0.07, 1.0), ("f32", "f64"))


GROUPED = [
    Ask("", (1280, 820), "oi"), Ask("", (820, 1280), "io"), Ask("", (512, 228, 3, 3), "oihw", 4), Ask("", (3, 3, 228, 512), "hwio", 4),
    Ask("", (912, 128, 3, 3), "iohw", 4), Ask("", (3, 3, 128, 912), "hwoi", 4), Ask("", (1024, 205, 5), "oik"), Ask("", (64, 128, 5, 5, 6), "oidhw"),
    Ask("", (65536, 1, 4, 4), "oihw", 65536),
]


def by_fan():
    for base in GROUPED:
        for mode in ("fan_in", "fan_out", "fan_avg", "fan_geo_avg"):
            for distribution in ("uniform", "normal", "truncated_normal"):
                text = f"variance_scaling(scale = 1.5, gain = 0.7, mode = {mode}, distribution = {distribution})"
                of = lambda a, m=mode, d=distribution: laws.scaled(d, 0.7 * np.sqrt(1.5 / laws.fan(a, m)))
                add(base.also(init=text), law(of))
    named = {
        "variance_scaling": ("truncated_normal", "fan_in", 1), "glorot_normal": ("normal", "fan_avg", 1), "xavier_normal": ("normal", "fan_avg", 1),
        "glorot_uniform": ("uniform", "fan_avg", 1), "xavier_uniform": ("uniform", "fan_avg", 1), "he_normal": ("normal", "fan_in", 2),
        "kaiming_normal(mode = fan_out)": ("normal", "fan_out", 2), "he_uniform": ("uniform", "fan_in", 2), "kaiming_uniform": ("uniform", "fan_in", 2),
        "lecun_normal": ("normal", "fan_in", 1), "lecun_uniform": ("uniform", "fan_in", 1), "fan_in_uniform": ("uniform", "fan_in", 1 / 3),
        "torch_uniform(gain = 2)": ("uniform", "fan_in", 4 / 3), "mamba_dt_weight": ("uniform", "fan_in", 1 / 3),
    }
    for text, (distribution, mode, scale) in named.items():
        for base in GROUPED[:6]:
            of = lambda a, d=distribution, m=mode, s=scale: laws.scaled(d, np.sqrt(s / laws.fan(a, m)))
            add(base.also(init=text), law(of), ALL if base.layout == "oi" else ("f32",))
    siren = lambda omega: lambda a: laws.uniform(np.sqrt(6 / laws.fans(a)[0]) / omega)
    add(Ask("siren", WIDE, "oi"), law(siren(30)))
    add(Ask("siren(omega = 6)", WIDE, "io"), law(siren(6)), ("f32", "f64"))
    add(Ask("siren(first = true)", (16384, 64), "oi"), law(lambda a: laws.uniform(1 / 64)))


def models():
    gates = lambda count, at, value, h=24: np.repeat(np.eye(count)[at] * value, h)
    add(Ask("lstm_bias", (96,)), exactly(lambda a: gates(4, 1, 1)))
    add(Ask("lstm_bias(forget = 2.5, order = iofg)", (96,)), exactly(lambda a: gates(4, 2, 2.5)))
    add(Ask("lstm_bias(order = igfo)", (2, 96)), exactly(lambda a: gates(4, 2, 1)))
    add(Ask("gru_bias", (72,)), exactly(lambda a: gates(3, 1, 1)))
    add(Ask("gru_bias(update = -1, order = zrn)", (72,)), exactly(lambda a: gates(3, 0, -1)))
    add(Ask("mamba_a_log", (32, 16)), exactly(lambda a: np.log(np.arange(1, 17))))

    def steps(report, what, values, ask, _):
        # By the logarithm: at n of 2^20 an error of f16 in the bias would show.
        h.follows(report, f"{what}: softplus", np.logaddexp(0, values), stats.loguniform(0.001, 0.1), "f64")

    add(Ask("mamba_dt_bias", WIDE), steps, ("f64",))

    def floored(report, what, values, ask, _):
        seen = np.logaddexp(0, values)
        report.hold(f"{what}: floor", bool((seen >= 0.01 * (1 - 1e-5)).all()))
        share = int((seen <= 0.01 * (1 + 1e-5)).sum())
        report.p(f"{what}: at the floor", stats.binomtest(share, seen.size, 0.5).pvalue)

    add(Ask("mamba_dt_bias(floor = 0.01)", WIDE), floored, ("f32", "f64"))


constants()
random()
by_fan()
models()
