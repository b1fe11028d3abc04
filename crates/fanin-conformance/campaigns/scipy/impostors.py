"""Files that are wrong on purpose, each in one way: the case that they claim to be must refuse them."""

import numpy as np

import laws
from cases import CASES
from hypotheses import Report
from tensors import TYPES, read, rounded, write

RNG = np.random.default_rng(1)
normal = lambda ask, std=1.0: RNG.normal(0, std, ask.shape)


def cut(ask, scale, low=-2, high=2):
    from scipy import stats

    return stats.truncnorm(low, high, 0, scale).rvs(ask.shape, RNG)


def unsigned_qr(ask, rows, columns):
    """Q of LAPACK's factorization as it falls."""
    q = np.linalg.qr(RNG.normal(size=(4000, columns, rows)))[0]
    return q.transpose(0, 2, 1).reshape(ask.shape)


def he(ask, mode="fan_in", scale=2.0):
    return np.sqrt(scale / laws.fan(ask, mode))


def torch_fan_out(ask):
    """As torch.nn.init has it: the groups are forgotten."""
    return ask.shape[0] * int(np.prod(ask.shape[2:]))


def sparse_on_average(ask):
    return normal(ask, 0.5) * (RNG.uniform(size=ask.shape) > 0.75)


def sparse_per_row(ask):
    values = normal(ask, 0.5)
    order = RNG.uniform(size=ask.shape).argsort(axis=1)
    values[order < int(0.75 * ask.shape[1])] = 0
    return values


def dirac_without_groups(ask):
    values = np.zeros(ask.shape)
    middle = tuple(n // 2 for n in ask.shape[2:])
    for i in range(min(ask.shape[:2])):
        values[(i, i, *middle)] = 1
    return values


def shared_parts(ask):
    return np.tile(RNG.normal(0, np.sqrt(2 / (2 * ask.shape[1])), (ask.shape[0] // 3, ask.shape[1])), (3, 1))


def toward_zero(ask):
    single = normal(ask).astype(np.float32)
    return (single.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32).astype(np.float64)


def tile(ask):
    return np.resize(RNG.normal(size=64 * 16), ask.shape)


def delta_at_the_corner(ask):
    weight = np.zeros((ask.shape[0], ask.shape[1], *ask.shape[2:]))
    weight[:, :, 0, 0] = 0.5 * np.linalg.qr(RNG.normal(size=(ask.shape[0], ask.shape[0])))[0][:, : ask.shape[1]]
    return weight


def per_gate_as_one(ask):
    return np.linalg.qr(RNG.normal(size=(ask.shape[0], ask.shape[1])))[0]


# The name, the case that it claims to be (initializer, dtype, layout), and the values.
IMPOSTORS = [
    ("ForgetsFanIn", "he_normal", "f32", "oi", lambda a: normal(a, np.sqrt(2))),
    ("SwapsFans", "he_normal", "f32", "oi", lambda a: normal(a, he(a, "fan_out"))),
    ("VarianceAsStd", "he_normal", "f32", "oi", lambda a: normal(a, he(a) ** 2)),
    ("AllZeros", "he_normal", "f32", "oi", lambda a: np.zeros(a.shape)),
    ("LosesItsSign", "he_normal", "f32", "oi", lambda a: abs(normal(a, he(a)))),
    ("UniformForNormal", "he_normal", "f32", "oi", lambda a: RNG.uniform(-1, 1, a.shape) * np.sqrt(3) * he(a)),
    ("NormalForUniform", "glorot_uniform", "bf16", "oi", lambda a: normal(a, he(a, "fan_avg", 1))),
    ("UncorrectedTruncation", "variance_scaling", "f32", "oi", lambda a: cut(a, he(a, "fan_in", 1))),
    ("CorrectedWhereItIsNotAskedFor", "truncated_normal(std = 0.02, low = -1", "f32", "", lambda a: cut(a, 0.02) / 0.8796),
    ("ClipsInsteadOfTruncates", "variance_scaling", "f32", "oi", lambda a: np.clip(normal(a), -2, 2) * he(a, "fan_in", 1) / 0.8796),
    ("ForgetsToTruncate", "variance_scaling", "f16", "oi", lambda a: normal(a, he(a, "fan_in", 1))),
    ("GroupedFanOutOfTorch", "variance_scaling(scale = 1.5, gain = 0.7, mode = fan_out, distribution = normal)", "f32", "oihw",
     lambda a: normal(a, 0.7 * np.sqrt(1.5 / torch_fan_out(a)))),
    ("TransposedFansOfTorch", "he_uniform", "f32", "iohw", lambda a: RNG.uniform(-1, 1, a.shape) * np.sqrt(6 / (a.shape[1] * 9))),
    ("PackedAsOneMatrix", "packed(glorot_normal)", "f32", "oi", lambda a: normal(a, he(a, "fan_avg", 1))),
    ("PartsShareAStream", "packed(glorot_normal)", "f32", "oi", shared_parts),
    ("UnsignedQr", "packed(orthogonal, parts", "f64", "6", lambda a: unsigned_qr(a, 6, 6)),
    ("UnsignedQrOfWide", "packed(orthogonal, parts", "f64", "2x5", lambda a: unsigned_qr(a, 2, 5)),
    ("NearlyOrthogonal", "orthogonal(gain = 1.5)", "f32", "oi", lambda a: normal(a, 1.5 / np.sqrt(a.shape[1]))),
    ("GatesAsOneOrthogonalMatrix", "lstm_gates(orthogonal)", "f32", "oi", per_gate_as_one),
    ("RepeatsItsTile", "normal", "f32", "", tile),
    ("RoundsTowardZero", "normal", "bf16", "", toward_zero),
    ("ShiftedByAFewThousandths", "normal", "f32", "", lambda a: normal(a) + 0.006),
    ("WiderByAPercent", "normal", "f64", "", lambda a: normal(a, 1.01)),
    ("UniformForLogUniform", "log_uniform", "f32", "", lambda a: RNG.uniform(0.001, 0.1, a.shape)),
    ("TooManyOnes", "bernoulli", "f32", "", lambda a: (RNG.uniform(size=a.shape) < 0.104).astype(float)),
    ("SparseOnAverage", "sparse(0.75", "f32", "", sparse_on_average),
    ("SparsePerRow", "sparse(0.75", "f32", "", sparse_per_row),
    ("DiracWithoutGroups", "dirac", "f64", "oihw", dirac_without_groups),
    ("DiracOfHalf", "dirac", "f64", "iohw", lambda a: laws.stored(a, laws.kernel(a, _dirac(a))) * 0.5),
    ("DeltaAtTheCorner", "delta_orthogonal", "f64", "oihw", delta_at_the_corner),
    ("PlainHeForConvolutionAware", "convolution_aware(gain = 0.5", "f32", "oihw", lambda a: normal(a, 0.5 * he(a))),
    ("SwapsGates", "lstm_bias", "f32", "", lambda a: np.repeat([1.0, 0, 0, 0], 24)),
    ("LogarithmForInverseSoftplus", "mamba_dt_bias", "f64", "", lambda a: np.log(np.exp(RNG.uniform(np.log(1e-3), np.log(0.1), a.shape)))),
    ("CountsFromZero", "mamba_a_log", "f32", "", lambda a: np.tile(np.log(np.arange(16) + 1e-3), (32, 1))),
    ("MirrorsWithoutTheSign", "mirrored(he_normal)", "f32", "oi", lambda a: np.tile(RNG.normal(0, he(a), (1024, 1024)), (2, 1))),
    ("ForgetsThePadding", "embedding", "f32", "", normal),
    ("MasksTheOtherTriangle", "masked(normal(std = 0.02), triangle)", "f32", "", lambda a: np.triu(normal(a, 0.02))),
    ("SumsOneStream", "sum(normal(std = 0.3)", "f32", "", lambda a: 1 + 0.7 * normal(a)),
    ("ForgetsTheGain", "scaled(he_normal", "f32", "oi", lambda a: normal(a, he(a))),
    ("FillsTheWholeKernel", "center(he_normal)", "f32", "oihw", lambda a: normal(a, he(a))),
    ("BlocksEverywhere", "block_diagonal(lecun_normal)", "f32", "oi", lambda a: normal(a, 1 / np.sqrt(700))),
    ("FirstLayerForAll", "siren", "f32", "oi", lambda a: RNG.uniform(-1, 1, a.shape) / 1024),
    ("HadamardWithoutItsRoot", "hadamard", "f32", "", lambda a: 8 * laws.sylvester(64, 64)),
    ("LinspaceWithoutItsEnd", "linspace", "f32", "", lambda a: np.linspace(-1, 1, 21, endpoint=False).reshape(a.shape)),
]


def _dirac(ask):
    values = np.zeros(ask.shape)
    values[(range(ask.shape[1]), range(ask.shape[1]), *(n // 2 for n in ask.shape[2:]))] = 1
    return values


def claimed(init, dtype, hint):
    def fits(ask):
        if ask.dtype != dtype or not ask.init.startswith(init):
            return False
        if init.startswith("packed(orthogonal, parts"):
            return (ask.shape[0] // 4000, ask.shape[1]) == {"6": (6, 6), "2x5": (2, 5)}[hint]
        return ask.layout == hint

    # The shortest text: `he_normal` and not `he_normal(mode = fan_out)`.
    return min((case for case in CASES if fits(case.ask)), key=lambda case: len(case.ask.init))


def escaped(path):
    """Those that no test refused, and how many there are; reused keys too, which are no file but a command."""
    free = []
    for name, init, dtype, hint, values in IMPOSTORS:
        case = claimed(init, dtype, hint)

        def forged(ask):
            write(path, ask, values(ask))
            return read(path, ask)

        report = Report()
        case.check(report, name, forged(case.ask), case.ask, forged)
        if not report.failures:
            free.append(f"{name} passes as {case.ask}")
    case = claimed("normal", "f32", "")
    report, once = Report(), rounded(normal(case.ask), "f32")
    case.check(report, "ReusesKey", once, case.ask, lambda ask: once)
    if not report.failures:
        free.append("ReusesKey passes")
    assert set(TYPES) == {"f32", "f64", "f16", "bf16"}
    return free, len(IMPOSTORS) + 1
