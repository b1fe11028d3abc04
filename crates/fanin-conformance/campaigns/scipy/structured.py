"""The cases of what is made by place, of orthogonal matrices, and of initializers made of others."""

import numpy as np
from scipy import stats

import hypotheses as h
import laws
from cases import ALL, WIDE, add, exactly
from tensors import Ask

KERNELS = [
    Ask("", (12, 6, 3), "oik", 2), Ask("", (12, 6, 3, 5), "oihw", 2), Ask("", (3, 5, 6, 12), "hwio", 2), Ask("", (12, 6, 3, 3, 5), "oidhw", 2),
    Ask("", (12, 6, 3, 5), "iohw", 2), Ask("", (3, 5, 6, 12), "hwoi", 2), Ask("", (12, 1, 3, 3), "oihw", 12),
]
SIGNAL = np.random.default_rng(0)


def middle(ask, matrix):
    """A weight that is this matrix [output, input of its group] at the middle of the kernel, as it is stored."""
    spatial = [n for letter, n in zip(ask.layout, ask.shape) if letter not in "oi"]
    weight = np.zeros((*matrix.shape, *spatial))
    weight[(..., *(n // 2 for n in spatial))] = matrix
    return laws.stored(ask, weight)


def by_place():
    add(Ask("eye", (5, 9)), exactly(lambda a: np.eye(5, 9)))
    add(Ask("identity(gain = 0.3)", (9, 5)), exactly(lambda a: 0.3 * np.eye(9, 5)))
    add(Ask("hadamard", (64, 64)), exactly(lambda a: laws.sylvester(64, 64)))
    add(Ask("hadamard(gain = 3)", (5, 12)), exactly(lambda a: 3 * laws.sylvester(5, 12)))
    add(Ask("triangle", (7, 7)), exactly(lambda a: np.tril(np.ones((7, 7)))))
    add(Ask("triangle(part = upper)", (4, 7)), exactly(lambda a: np.triu(np.ones((4, 7)))))
    add(Ask("linspace(low = -1, high = 1)", (3, 7)), exactly(lambda a: -1 + (2.0 * np.arange(21) / 20).reshape(3, 7)))
    add(Ask("ramp(start = 2, step = -0.5)", (3, 7)), exactly(lambda a: 2 - 0.5 * np.arange(21.0).reshape(3, 7)))
    for base in KERNELS:
        outputs, inputs, _ = laws.axes(base)
        rows, columns = outputs // base.groups, inputs // base.groups
        dirac = lambda a, m=np.tile(np.eye(rows, columns), (base.groups, 1)): middle(a, 0.5 * m)
        add(base.also(init="dirac(gain = 0.5)"), exactly(dirac))

        def convolution(report, what, values, ask, _):
            spatial = [7] * (len(ask.shape) - 2)
            o, i, _ = laws.axes(ask)
            signal = SIGNAL.normal(size=(i, *spatial))
            seen = laws.convolve(ask, values, signal).reshape(ask.groups, -1, *spatial)
            both = min(o, i) // ask.groups
            wanted = signal.reshape(ask.groups, -1, *spatial)[:, :both]
            report.hold(f"{what}: a convolution gives its input back", bool(np.abs(seen[:, :both] - wanted).max() < 1e-12))
            report.hold(f"{what}: other channels are dark", not seen[:, both:].any())

        add(base.also(init="dirac"), convolution, ("f64",))
        zero = np.eye(rows, columns) if rows <= columns else laws.sylvester(rows, rows)[:, :columns]
        add(base.also(init="zero_hadamard"), exactly(lambda a, m=np.tile(zero, (base.groups, 1)): middle(a, m)))
    wide = np.kron([[1, 1], [1, -1]], [[1, 1], [1, -1]])[:, :2] / 2
    add(Ask("zero_hadamard", (4, 2), "oi"), exactly(lambda a: wide))


def orthogonal():
    def is_orthonormal(gain):
        def check(report, what, values, ask, _):
            rows = values.reshape(-1, values.shape[-1]) if ask.layout.startswith(("h", "k", "io")) else values.reshape(values.shape[0], -1)
            h.orthonormal(report, what, rows, gain, ask.dtype)

        return check

    for shape, layout in (((512, 512), "oi"), ((300, 700), "oi"), ((700, 300), "io"), ((64, 32, 3, 3), "oihw"), ((3, 3, 32, 64), "hwio"), ((1, 9), "oi")):
        add(Ask("orthogonal(gain = 1.5)", shape, layout), is_orthonormal(1.5))
    add(Ask("orthogonal(-0.5)", (1024, 1024)), is_orthonormal(-0.5), ("f32", "f64"))

    # Many small matrices in one file: 5 files of 4000.
    def haar(rows, columns):
        def check(report, what, values, ask, sampler):
            more = [sampler(ask.also(seed=seed)) for seed in range(1, 5)]
            h.haar(report, what, np.concatenate([values, *more]).reshape(-1, rows, columns))

        return check

    parts = f"packed(orthogonal, parts = [{', '.join(['1'] * 4000)}], axis = 0)"
    for rows, columns in ((2, 2), (3, 3), (6, 6), (1, 4), (2, 5), (3, 7)):
        add(Ask(parts, (4000 * rows, columns)), haar(rows, columns), ("f32", "f64"))

    def haar_tall(report, what, values, ask, sampler):
        more = [sampler(ask.also(seed=seed)) for seed in range(1, 5)]
        h.haar(report, what, np.concatenate([values, *more]).reshape(-1, 7, 3).transpose(0, 2, 1))

    add(Ask(parts, (4000 * 7, 3)), haar_tall, ("f64",))

    def delta(report, what, values, ask, _):
        weight = laws.kernel(ask, values)
        at = tuple(n // 2 for n in weight.shape[2:])
        h.orthonormal(report, what, weight[(..., *at)], 0.5, ask.dtype)
        weight = weight.copy()
        weight[(..., *at)] = 0
        report.hold(f"{what}: 0 beside the middle", not weight.any())
        if ask.dtype == "f64":
            signal = SIGNAL.normal(size=(laws.axes(ask)[1], *[7] * (values.ndim - 2)))
            length = np.linalg.norm(laws.convolve(ask, values, signal)) / np.linalg.norm(signal)
            report.hold(f"{what}: a convolution keeps lengths", abs(length - 0.5) < 1e-12, str(length))

    for shape, layout in (((48, 32, 3), "oik"), ((32, 32, 3, 5), "oihw"), ((3, 3, 24, 32), "hwio"), ((24, 32, 3, 3), "iohw"), ((16, 8, 3, 3, 3), "oidhw")):
        add(Ask("delta_orthogonal(gain = 0.5)", shape, layout), delta)

    def convolution_aware(gain, noise):
        def check(report, what, values, ask, _):
            weight = laws.kernel(ask, values)
            positions = weight[0, 0].size
            variance = gain**2 * 2 / laws.fans(ask)[0]
            report.p(f"{what}: mean", h.two_sided(values.mean() / np.sqrt(variance / values.size)))
            square = values.ravel() ** 2
            report.p(f"{what}: variance", h.two_sided((square.mean() - variance) / (square.std() / np.sqrt(values.size)))) if noise else None
            # By frequencies: the kernels of an output's inputs, in blocks of as many as there are positions, are orthogonal.
            spectra = np.fft.fftn(weight, axes=range(2, weight.ndim), norm="ortho").reshape(len(weight), -1, positions)
            for first in range(0, spectra.shape[1], positions):
                block = spectra[:, first : first + positions]
                product = (block @ block.conj().transpose(0, 2, 1)) / (positions * variance)
                error = np.abs(product - np.eye(block.shape[1])).max()
                if not noise:
                    limit = {"f32": 2e-6, "f64": 1e-13, "f16": 2e-2, "bf16": 1e-1}[ask.dtype]
                    report.hold(f"{what}: orthogonal frequencies from input {first}", error <= limit, f"error {error:.1e}")

        return check

    for shape, layout, groups in (((256, 460, 3, 3), "oihw", 2), ((3, 3, 460, 256), "hwio", 2), ((920, 128, 3, 3), "iohw", 2), ((3, 3, 128, 920), "hwoi", 2), ((512, 410, 5), "oik", 1)):
        add(Ask("convolution_aware", shape, layout, groups), convolution_aware(1, 0.05), ("f32", "f64"))
    add(Ask("convolution_aware(gain = 0.5, noise = 0)", (16, 12, 3, 3), "oihw", 2), convolution_aware(0.5, 0))
    add(Ask("convolution_aware(noise = 0)", (24, 8, 3, 3), "iohw", 2), convolution_aware(1, 0), ("f32", "f64"))


def parts(of):
    """Parts with laws of their own, not correlated where they are equally long. `of(ask, values)` gives names, values and laws."""

    def check(report, what, values, ask, _):
        found = of(ask, values)
        for name, part, law in found:
            if law is None:
                report.hold(f"{what}, {name}: zeros", not part.any())
            else:
                h.follows(report, f"{what}, {name}", part, law, ask.dtype)
        random = [(name, part) for name, part, law in found if law is not None]
        for (a, left), (b, right) in zip(random, random[1:]):
            if left.size == right.size:
                h.uncorrelated(report, f"{what}: {a} and {b}", left, right)

    return check


def made_of_others():
    glorot = lambda rows, columns: stats.norm(0, np.sqrt(2 / (rows + columns)))
    split = lambda values, at, axis, law: [(f"part {p}", v, law(v)) for p, v in enumerate(np.split(values, at, axis))]
    of_shape = lambda v: glorot(*v.shape)
    add(Ask("packed(glorot_normal)", (3 * 640, 640), "oi"), parts(lambda a, v: split(v, 3, 0, of_shape)))
    unequal = lambda a, v: split(v, [1024, 1280], 1, of_shape)
    add(Ask("packed(glorot_normal, parts = [4, 1, 1])", (1024, 1536), "io"), parts(unequal), ("f32", "f64"))

    def heads(ask, values):
        by_head = values.reshape(4, 3, -1, values.shape[1])
        return [(f"part {p}", by_head[:, p], glorot(by_head[:, p].size // values.shape[1], values.shape[1])) for p in range(3)]

    add(Ask("packed(glorot_normal, repeat = 4)", (3 * 512, 1024), "oi"), parts(heads), ("f32", "f64"))
    limit = lambda v: laws.uniform(np.sqrt(6 / sum(v.shape)))
    add(Ask("lstm_gates(glorot_uniform)", (4 * 512, 600), "oi"), parts(lambda a, v: split(v, 4, 0, limit)))
    add(Ask("gru_gates(glorot_uniform)", (700, 3 * 512), "io"), parts(lambda a, v: split(v, 3, 1, limit)))

    def gates(report, what, values, ask, _):
        for gate, matrix in enumerate(np.split(values, 4)):
            h.orthonormal(report, f"{what}, gate {gate}", matrix, 1, ask.dtype)

    add(Ask("lstm_gates(orthogonal)", (4 * 128, 128), "oi"), gates)
    slices = lambda a, v: [("first", v[:768], stats.norm(0, 0.5)), ("second", v[768:], None)]
    add(Ask("per_slice(normal(std = 0.5), zeros, parts = [3, 1], axis = 0)", (1024, 1400)), parts(slices))
    own = lambda a, v: [("first", v[:, :512], stats.uniform(-1, 2)), ("second", v[:, 512:], stats.norm(0, np.sqrt(2 / 512)))]
    add(Ask("per_slice(uniform(-1, 1), he_normal, axis = in)", (1024, 1024), "oi"), parts(own), ("f32", "f64"))

    def blocks(ask, values):
        a, b = values[:1024, :700], values[1024:, 700:]
        law = stats.norm(0, np.sqrt(1 / 700))
        return [("block 0", a, law), ("block 1", b, law), ("above", values[:1024, 700:], None), ("below", values[1024:, :700], None)]

    add(Ask("block_diagonal(lecun_normal)", (2048, 1400), "oi"), parts(blocks))
    add(Ask("block_diagonal(eye, blocks = 4)", (8, 12)), exactly(lambda a: np.kron(np.eye(4), np.eye(2, 3))))

    law = lambda of: lambda report, what, values, ask, _: h.follows(report, what, values, of, ask.dtype)
    he = lambda n: stats.norm(0, np.sqrt(2 / n))
    add(Ask("scaled(he_normal, gain = 0.25)", WIDE, "oi"), law(stats.norm(0, 0.25 * np.sqrt(2 / 1024))))
    add(Ask("sum(normal(std = 0.3), normal(mean = 1, std = 0.4))", WIDE), law(stats.norm(1, 0.5)))
    add(Ask("sum(uniform(-1, 1), constant(2))", WIDE), law(stats.uniform(1, 2)), ("f32", "f64"))
    add(Ask("sum(eye, scaled(ones, gain = 0.5))", (3, 4)), exactly(lambda a: np.eye(3, 4) + 0.5))
    triangle = np.tril(np.ones((1500, 1500))) > 0
    lower = lambda a, v: [("below", v[triangle], stats.norm(0, 0.02)), ("above", v[~triangle], None)]
    add(Ask("masked(normal(std = 0.02), triangle)", (1500, 1500)), parts(lower))

    def by_chance(report, what, values, ask, _):
        kept = values[values != 0]
        report.p(f"{what}: share", stats.binomtest(kept.size, values.size, 0.5).pvalue)
        h.follows(report, what, kept, stats.norm(0, 0.5), ask.dtype)

    add(Ask("masked(normal(std = 0.5), bernoulli(0.5))", (2048, 1024)), by_chance, ("f32", "f64"))

    def mirrored(axis, law):
        def check(report, what, values, ask, _):
            first, second = np.split(values, 2, axis)
            report.hold(f"{what}: opposite to the bit", bool((first == -second).all()))
            h.follows(report, what, first, law, ask.dtype)

        return check

    add(Ask("mirrored(he_normal)", (2048, 1024), "oi"), mirrored(0, he(1024)))
    add(Ask("mirrored(he_normal, axis = in)", (1024, 2048), "oi"), mirrored(1, he(2048)), ("f32", "f64"))
    table = lambda row, law: parts(lambda a, v: [("padding", v[row], None), ("others", np.delete(v, row, 0), law)])
    add(Ask("embedding", (16400, 64)), table(0, stats.norm()))
    add(Ask("embedding(normal(std = 0.02), padding = 7)", (16400, 64)), table(7, stats.norm(0, 0.02)), ("f32", "f64"))

    def center(report, what, values, ask, _):
        weight = laws.kernel(ask, values)
        at = (..., *(n // 2 for n in weight.shape[2:]))
        h.follows(report, what, weight[at], he(weight.shape[1]), ask.dtype)
        beside = weight.copy()
        beside[at] = 0
        report.hold(f"{what}: 0 beside the middle", not beside.any())

    for shape, layout in (((1024, 1024, 2, 3), "oihw"), ((3, 1024, 1024), "kio")):
        add(Ask("center(he_normal)", shape, layout), center)


by_place()
orthogonal()
made_of_others()
