"""What healthy checkpoints say of the scale that a layer without peers should have.

`evidence.py CACHE` reads the checkpoints that `fetch` left in CACHE and prints, in Markdown, how far each kind of evidence spreads among
healthy weights, and how many layers at fault it would tell at so many false alarms. Peers are three or more others of the same name but for
its numbers and of the same shape, that agree within 20 %: weights that have them are left out.
"""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

ROOT_SIX = 0.5 * math.log(6)
LEAST, SPREAD = 3, 0.2  # peers that agree
FLOOR, FEW = 0.08, 2.0  # the least deviation of a group, and what it grows by where the group is small


class Weight:
    """A layer's weight: its axes, and the logarithm of its root mean square times the root of its fan-in."""

    def __init__(self, name, values, layout):
        self.name, self.values, self.shape = name, values, values.shape
        rank = values.ndim
        out, into = {"in_out": (rank - 1, rank - 2), "transposed": (1, 0)}.get(layout, (0, 1))
        self.outputs, self.inputs = self.shape[out], self.shape[into]
        self.kernel = self.shape[2:]
        self.depthwise = self.inputs == 1 and rank > 2
        self.stem = re.sub(r"\d+", "#", name)
        self.rms = math.sqrt(np.mean(values.astype(np.float64) ** 2))
        self.scale = math.log(self.rms) + 0.5 * math.log(values.size / self.outputs)

    def swap(self):
        """The logarithm of the factor by which exchanged fans are off; nothing where they are within 4 of each other."""
        ends = (self.inputs, self.outputs)
        return 0.5 * math.log(self.inputs / self.outputs) if max(ends) >= 4 * min(ends) else None

    def is_like(self, other):
        """In which of eight ways another weight is like this one."""
        ratio = abs(math.log(self.inputs / self.outputs * other.outputs / other.inputs)) < 0.1
        kernel = (other.kernel, other.depthwise) == (self.kernel, self.depthwise)
        yield other.shape == self.shape
        yield {other.outputs, other.inputs} == {self.outputs, self.inputs} and math.prod(other.kernel) == math.prod(self.kernel)
        yield other.stem == self.stem and ratio
        yield other.stem == self.stem
        yield kernel and other.inputs == self.inputs
        yield kernel and ratio
        yield kernel
        yield True


def robust(values):
    """The median, and the median absolute deviation as that of a normal law."""
    center = np.median(values)
    return center, 1.4826 * np.median(np.abs(values - center))


def weights(entry, tensors):
    for name, values in sorted(tensors.items()):
        layout = entry["layouts"].get(name, "out_in")
        if values.dtype == np.float32 and values.ndim >= 2 and values.size >= 64 and layout != "none":
            yield Weight(name, values, layout)


def has_peers(weight, all_weights):
    """Whether others of its name and shape agree."""
    others = [w for w in all_weights if w is not weight and (w.stem, w.shape) == (weight.stem, weight.shape)]
    return len(others) >= LEAST and robust(np.log([w.rms for w in others]))[1] <= SPREAD


def residual(weight, all_weights):
    """How far the scale is from that of the group of like weights that agrees best, and that group's deviation."""
    groups = {}
    for other in all_weights:
        if other is not weight:
            for number, like in enumerate(weight.is_like(other)):
                if like:
                    groups.setdefault(number, []).append(other.scale)
    found = []
    for scales in groups.values():
        if len(scales) >= 2:
            center, spread = robust(np.array(scales))
            found.append((max(spread, FLOOR) * (1 + FEW / len(scales)), weight.scale - center))
    deviation, off = min(found)
    return off, deviation


def recall(rows, shift, scores, alarms):
    """The best share of faults that any of the scores tells at so many false alarms."""
    best = 0.0
    for score in scores:
        healthy = sorted(score(off, deviation, factor) for off, deviation, factor in rows)
        threshold = healthy[-alarms - 1]
        told = [score(off + shift(factor), deviation, factor) > threshold for off, deviation, factor in rows]
        best = max(best, float(np.mean(told)))
    return f"{100 * best:.0f} %"


def nearer(width, freedom):
    """The log likelihood of exchanged fans over that of right ones: Student's law about either."""

    def score(off, deviation, factor):
        def log(z):
            return -(freedom + 1) / 2 * math.log1p((z / (deviation + width)) ** 2 / freedom)

        return log(off - factor) - log(off)

    return score


def is_power_of_two(factor):
    power = factor / math.log(2)
    return abs(power - round(power)) < 1e-9


def is_product(values, factor):
    """Of the values that could tell: how many are no products by the factor, a number of 24 bits."""
    wholes = np.unique(np.abs(values[np.abs(values) > 1e-30]).view(np.uint32) & 0x7FFFFF).astype(np.float64) + 2**23
    leading = 2 * math.frexp(factor)[0]
    wholes = wholes[wholes >= leading * (2**23 + 1)]
    before = np.round(wholes / leading)
    made = np.any([np.round((before + step) * leading) == wholes for step in (-1, 0, 1)], axis=0)
    return int(np.sum(~made))


def past_relu(gain, bias):
    """The variance of a normal value of this mean and deviation past a ReLU."""
    gain = np.abs(gain) + 1e-9
    at = bias / gain
    density = np.exp(-at * at / 2) / math.sqrt(2 * math.pi)
    share = 0.5 * (1 + np.vectorize(math.erf)(at / math.sqrt(2)))
    return (gain**2 + bias**2) * share + bias * gain * density - (bias * share + gain * density) ** 2


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def normalized(tensors):
    """PyTorch's convolutions with the normalization that follows, in the order of their names: the name before or beside."""
    for name in sorted((name for name in tensors if name.endswith(".running_var")), key=natural):
        norm = name.removesuffix(".running_var")
        number = re.search(r"(\d+)$", norm)
        before = [f"{norm[: number.start()]}{int(number[1]) - 1}.weight"] if number else []
        for weight in [*before, norm.replace("_BN", "") + ".weight", norm.replace("bn", "conv") + ".weight"]:
            found = tensors.get(weight)
            if found is not None and found.ndim >= 2 and len(found) == len(tensors[name]):
                yield found.astype(np.float64).reshape(*found.shape[:2], -1), norm
                break


def variances(tensors):
    """Of each layer the logarithm of the running variance over the norm of the rows, and over what comes past the norm before."""
    alone, chained, last = [], [], None
    for weight, norm in normalized(tensors):
        variance = tensors[f"{norm}.running_var"].astype(np.float64)
        rows = (weight**2).sum((1, 2))
        sound = (variance > 1e-9) & (rows > 1e-12)
        alone.append(np.median(np.log(variance[sound] / rows[sound])))
        if last is not None:
            power = past_relu(*(tensors[f"{last}.{part}"].astype(np.float64) for part in ("weight", "bias")))
            if weight.shape[1] == len(power):
                expected = (weight**2).sum(2) @ power
            elif weight.shape[1] == 1 and len(weight) == len(power):
                expected = rows * power
            else:
                expected = np.zeros(len(weight))
            sound = (variance > 1e-9) & (expected > 1e-12)
            if sound.any():
                chained.append(np.median(np.log(variance[sound] / expected[sound])))
        last = norm
    return np.array(alone), np.array(chained)


def biases(all_weights, tensors):
    """The logarithms of the norm of a row over the bias beside it."""
    for weight in all_weights:
        for part, bias in (("weight", "bias"), (".w_0", ".b_0"), ("kernel", "bias")):
            head, found, tail = weight.name.rpartition(part)
            beside = tensors.get(head + bias + tail) if found else None
            if beside is not None and np.any(np.abs(beside) > 1e-8):
                yield weight.scale - 0.5 * math.log(np.mean(beside.astype(np.float64) ** 2))
                break


def main():
    cache = Path(sys.argv[1])
    rows, untold, kept, short, count = [], 0, 0, 0, 0
    norms, ratios = [], []
    entries = json.loads((cache / "manifest.json").read_text())
    for entry in (entry for entry in entries if entry["set"] == "tuning"):
        tensors = load_file(cache / entry["file"])
        found = list(weights(entry, tensors))
        rows += [(*residual(w, found), w.swap()) for w in found if not has_peers(w, found)]
        for weight in found:
            values, factor = weight.values.ravel(), np.float32(math.sqrt(6))
            count += 1
            untold += is_product(values, factor) == 0
            kept += is_product(values * factor, factor) > 0
            short += int(np.bitwise_or.reduce(values.view(np.uint32))) & 3 == 0
        alone, chained = variances(tensors)
        if len(alone):
            spread = robust(chained)[1] if len(chained) > 2 else None
            norms.append((entry["name"], len(alone), robust(alone)[1], spread))
        logs = np.array(list(biases(found, tensors)))
        if len(logs) >= 5:
            ratios.append(robust(logs)[1])

    off = np.abs([row[0] for row in rows])
    swaps = [row for row in rows if row[2] is not None]
    powers = [row for row in swaps if is_power_of_two(row[2])]
    print(f"# What healthy weights say of their scales\n\n    crates/fanin-audit/campaigns/calibration/weigh\n\n{count} weights of 64 values or more, {len(rows)} of them without peers that agree.\n")
    print("## The scale of like weights\n")
    half, tenth = np.exp(np.quantile(off, [0.5, 0.9]))
    print(f"Beside the group that agrees best, of eight, half of them are off by a factor of {half:.2f} or less, a tenth by {tenth:.2f} or more.\n")
    print("The share of faults that the best of some scores tells:\n")
    print("| fault | weights | at 1 % false alarms | at 5 % | at 10 % |\n|---|---:|---:|---:|---:|")
    plain = [lambda off, dev, _, a=a: abs(off) / (dev + a) for a in (0.0, 0.1, 0.3, 1e6)]
    exchanged = [nearer(width, freedom) for width in (0.05, 0.1, 0.2, 0.3) for freedom in (2, 3, 5)]
    for name, some, shift, scores in [
        ("times sqrt 6", rows, lambda _: ROOT_SIX, plain),
        ("fans exchanged", swaps, lambda factor: factor, exchanged),
        ("fans exchanged, by a power of two", powers, lambda factor: factor, exchanged),
    ]:
        shares = [recall(some, shift, scores, round(len(some) * rate)) for rate in (0.01, 0.05, 0.1)]
        print(f"| {name} | {len(some)} | {' | '.join(shares)} |")
    print("\n## Rounding\n")
    print(f"Weights whose every value is a product by sqrt 6 as they are: {untold} of {count}; of which some value is none after the product: {kept}.")
    print(f"Weights whose values have two zeros or more at their ends, from a shorter type: {short}.\n")
    print("## The normalization that follows\n")
    print("The median absolute deviation, over the layers of a file, of the logarithm of the running variance; times sqrt 6 adds 1.79, times 2 adds 1.39.\n")
    print("| checkpoint | layers | over the norm of the rows | over what comes past the norm before |\n|---|---:|---:|---:|")
    for name, layers, alone, chained in norms:
        print(f"| {name} | {layers} | {alone:.2f} | {'-' if chained is None else f'{chained:.2f}'} |")
    print("\n## The bias beside the weight\n")
    low, middle, high = np.exp(np.quantile(ratios, [0, 0.5, 1]))
    print(f"The norm of a row over the bias spreads within a file by a factor of {middle:.2f} (median of {len(ratios)} files; {low:.2f} to {high:.2f}).")


if __name__ == "__main__":
    main()
