"""The laws, written down from the papers and not from fanin's code: fans by counting connections, laws as scipy has them."""

import itertools

import numpy as np
from scipy import optimize, stats


def axes(ask):
    """Outputs, inputs and kernel positions of all groups, from the letters of the layout."""
    letters = ask.layout
    size = dict(zip(letters, ask.shape))
    first_is_output = letters.endswith("o") or letters.startswith("o")
    outputs = size["o"] * (1 if first_is_output else ask.groups)
    inputs = size["i"] * (ask.groups if first_is_output else 1)
    positions = int(np.prod([n for letter, n in zip(letters, ask.shape) if letter not in "oi"]))
    return outputs, inputs, positions


def fans(ask):
    """Connections counted one by one: the inputs that output 0 reads, the outputs that input 0 reaches, at every position."""
    outputs, inputs, positions = axes(ask)
    joined = lambda o, i: o // (outputs // ask.groups) == i // (inputs // ask.groups)
    return sum(joined(0, i) for i in range(inputs)) * positions, sum(joined(o, 0) for o in range(outputs)) * positions


def fan(ask, mode):
    fan_in, fan_out = fans(ask)
    return {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2, "fan_geo_avg": np.sqrt(fan_in * fan_out)}[mode]


def uniform(limit):
    return stats.uniform(-limit, 2 * limit)


def truncated(mean, std, low, high, corrected):
    """Cut at low and high sigma; corrected, std is that of the values after the cut."""
    scale = std / stats.truncnorm(low, high).std() if corrected else std
    return stats.truncnorm(low, high, mean, scale)


def truncated_within(mean, std, low, high, corrected):
    """Cut at values."""
    law = lambda scale: stats.truncnorm((low - mean) / scale, (high - mean) / scale, mean, scale)
    return law(optimize.brentq(lambda s: law(s).std() - std, std / 2, 1e3 * std, xtol=1e-15)) if corrected else law(std)


def scaled(distribution, std):
    """A law of mean 0 and this std after whatever cut."""
    if distribution == "uniform":
        return uniform(np.sqrt(3) * std)
    return stats.norm(0, std) if distribution == "normal" else truncated(0, std, -2, 2, True)


def sylvester(rows, columns):
    """Hadamard's matrix by Kronecker products, cut to the shape, with orthonormal rows where nothing is cut."""
    matrix = np.ones((1, 1))
    while len(matrix) < max(rows, columns):
        matrix = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), matrix)
    return matrix[:rows, :columns] / np.sqrt(len(matrix))


def kernel(ask, values):
    """Values of any layout as [output, input of its group, kernel...]."""
    letters, (outputs, inputs, _) = ask.layout, axes(ask)
    spatial = [at for at, letter in enumerate(letters) if letter not in "oi"]
    o, i = letters.index("o"), letters.index("i")
    if values.shape[o] == outputs:
        return values.transpose([o, i, *spatial])
    groups = ask.groups
    # Stored as [inputs of all groups, outputs of one, kernel...].
    stored = values.transpose([i, o, *spatial])
    split = stored.reshape(groups, inputs // groups, outputs // groups, *stored.shape[2:])
    return np.swapaxes(split, 1, 2).reshape(outputs, inputs // groups, *stored.shape[2:])


def stored(ask, weight):
    """The inverse of `kernel`."""
    letters, (outputs, inputs, _) = ask.layout, axes(ask)
    groups = ask.groups
    o, i = letters.index("o"), letters.index("i")
    spatial = [at for at, letter in enumerate(letters) if letter not in "oi"]
    if ask.shape[o] != outputs:
        split = weight.reshape(groups, outputs // groups, inputs // groups, *weight.shape[2:])
        weight, o, i = np.swapaxes(split, 1, 2).reshape(inputs, outputs // groups, *weight.shape[2:]), i, o
    out = np.empty(ask.shape)
    np.copyto(out, weight.transpose(np.argsort([o, i, *spatial])))
    return out


def convolve(ask, values, signal):
    """A convolution of stride 1, padded by half the kernel, as scipy has it; transposed where the layout is."""
    from scipy import ndimage

    weight, (outputs, inputs, _) = kernel(ask, values), axes(ask)
    transposed = ask.layout.startswith("i") or ask.layout.endswith("i")
    out = np.zeros((outputs, *signal.shape[1:]))
    for o, i in itertools.product(range(outputs), range(inputs // ask.groups)):
        source = signal[o // (outputs // ask.groups) * (inputs // ask.groups) + i]
        # For kernels of odd lengths a transposed convolution is the one whose kernel is turned.
        run = ndimage.convolve if transposed else ndimage.correlate
        out[o] += run(source, weight[o, i], mode="constant")
    return out
