"""Gains computed apart from the Rust code: mpmath, 30 digits, tanh-sinh quadrature between kinks.

    python3 -m venv venv && venv/bin/pip install mpmath
    venv/bin/python reference.py > reference.csv

z ~ N(0, 1). forward = 1 / sqrt(E f(z)^2), backward = 1 / sqrt(E f'(z)^2), standardized = 1 / std f(z). The derivatives are
written by hand here, from the definitions, and checked against mpmath's differences before they are used.
"""

from mpmath import atan, cos, diff, erf, exp, expm1, inf, log, mp, mpf, pi, quad, sech, sin, sqrt, tanh

mp.dps = 30
L, A = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")


def sg(z):
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def phi(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


def cdf(z):
    return (1 + erf(z / sqrt(2))) / 2


def clip(low, high):
    return lambda z: min(max(z, mpf(low)), mpf(high))


def inside(low, high, slope=1):
    return lambda z: mpf(slope) if low < z < high else mpf(0)


def softplus(z):
    return max(z, mpf(0)) + log(1 + exp(-abs(z)))


def leaky(s):
    s = mpf(s)
    return lambda z: z if z > 0 else s * z, lambda z: mpf(1) if z > 0 else s, [0]


def elu(a):
    a = mpf(a)
    return lambda z: z if z > 0 else a * expm1(z), lambda z: mpf(1) if z > 0 else a * exp(z), [0]


def celu(a):
    a = mpf(a)
    return lambda z: z if z > 0 else a * expm1(z / a), lambda z: mpf(1) if z > 0 else exp(z / a), [0]


def gelu_tanh():
    c, k = sqrt(2 / pi), mpf("0.044715")
    t = lambda z: tanh(c * (z + k * z**3))
    return (
        lambda z: z * (1 + t(z)) / 2,
        lambda z: (1 + t(z)) / 2 + z * (1 - t(z) ** 2) * c * (1 + 3 * k * z * z) / 2,
        [],
    )


def scaled(factor, pieces):
    f, d, kinks = pieces
    return lambda z: factor * f(z), lambda z: factor * d(z), kinks


q = mpf("1.702")
lt = mpf("1.7159")
FUNCTIONS = {
    "identity": (lambda z: z, lambda z: mpf(1), []),
    "sigmoid": (sg, lambda z: sg(z) * sg(-z), []),
    "tanh": (tanh, lambda z: sech(z) ** 2, []),
    "lecun_tanh": (lambda z: lt * tanh(2 * z / 3), lambda z: lt * 2 / 3 * sech(2 * z / 3) ** 2, []),
    "hard_tanh": (clip(-1, 1), inside(-1, 1), [-1, 1]),
    "relu": leaky(0),
    "relu6": (clip(0, 6), inside(0, 6), [0, 6]),
    "leaky_relu": leaky("0.01"),
    "leaky_relu(slope = 0.2)": leaky("0.2"),
    "leaky_relu(slope = -0.7)": leaky("-0.7"),
    "leaky_relu(slope = 5)": leaky(5),
    "prelu": leaky("0.25"),
    "relu_squared": (lambda z: max(z, mpf(0)) ** 2, lambda z: 2 * max(z, mpf(0)), [0]),
    "elu": elu(1),
    "elu(alpha = 0.5)": elu("0.5"),
    "elu(alpha = 2)": elu(2),
    "elu(alpha = 30)": elu(30),
    "celu": celu(1),
    "celu(alpha = 0.01)": celu("0.01"),
    "celu(alpha = 0.5)": celu("0.5"),
    "celu(alpha = 4)": celu(4),
    "celu(alpha = 1000)": celu(1000),
    "selu": scaled(L, elu(A)),
    "gelu": (lambda z: z * cdf(z), lambda z: cdf(z) + z * phi(z), []),
    "gelu_tanh": gelu_tanh(),
    "quick_gelu": (lambda z: z * sg(q * z), lambda z: sg(q * z) + q * z * sg(q * z) * sg(-q * z), []),
    "silu": (lambda z: z * sg(z), lambda z: sg(z) + z * sg(z) * sg(-z), []),
    "mish": (
        lambda z: z * tanh(softplus(z)),
        lambda z: tanh(softplus(z)) + z * sech(softplus(z)) ** 2 * sg(z),
        [0],
    ),
    "softplus": (softplus, sg, [0]),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2, [0]),
    "hard_sigmoid": (lambda z: clip(0, 6)(z + 3) / 6, inside(-3, 3, mpf(1) / 6), [-3, 3]),
    "hard_swish": (
        lambda z: z * clip(0, 6)(z + 3) / 6,
        lambda z: (2 * z + 3) / 6 if -3 < z < 3 else mpf(1 if z >= 3 else 0),
        [-3, 3],
    ),
    "log_sigmoid": (lambda z: -softplus(-z), lambda z: sg(-z), [0]),
    "arctan": (atan, lambda z: 1 / (1 + z * z), []),
    "erf": (erf, lambda z: 2 / sqrt(pi) * exp(-z * z), []),
    "sin": (sin, cos, []),
    "cos": (cos, lambda z: -sin(z), []),
    "tanh_shrink": (lambda z: z - tanh(z), lambda z: tanh(z) ** 2, []),
}


def expectation(g, kinks):
    near = [mpf(k) / 2 for k in range(-24, 25)]
    cuts = sorted({-inf, inf, *map(mpf, kinks), *near})
    return quad(lambda z: g(z) * phi(z), cuts)


for name, (f, d, kinks) in FUNCTIONS.items():
    for z in (mpf("-2.3"), mpf("-0.4"), mpf("0.7"), mpf("3.9")):
        assert abs(diff(f, z) - d(z)) < mpf(10) ** -10, (name, z)

print("# Made by reference.py: mpmath, 30 digits.")
print("activation;forward;backward;standardized")
for name, (f, d, kinks) in FUNCTIONS.items():
    mean = expectation(f, kinks)
    moments = [expectation(g, kinks) for g in (lambda z: f(z) ** 2, lambda z: d(z) ** 2, lambda z: (f(z) - mean) ** 2)]
    print(";".join([name, *(mp.nstr(1 / sqrt(m), 17) for m in moments)]))
