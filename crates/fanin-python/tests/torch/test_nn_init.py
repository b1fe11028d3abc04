"""`nn_init`: what torch's own tests of `torch.nn.init` check, and what it adds.

Tests of fit state n and alpha; their seeds are fixed.
"""

from __future__ import annotations

import inspect
import math

import pytest
import torch
from scipy import stats
from torch import nn

import fanin
from fanin.torch import nn_init

N = 10_000
ALPHA = 1e-4
"""For each test of fit, of which there are fewer than 100."""
SHAPES = [(N,), (100, 100), (10, 10, 10, 10), (25, 20, 20)]


def fits(tensor: torch.Tensor, distribution: str, *args: float) -> bool:
    """Whether a Kolmogorov-Smirnov test does not reject the distribution."""
    sample = tensor.flatten().double().numpy()
    assert sample.size >= N
    return stats.kstest(sample, distribution, args=args).pvalue > ALPHA


@pytest.mark.parametrize("shape", SHAPES)
def test_uniform(shape: tuple[int, ...]) -> None:
    """U(a, b), and not U(a, b + 0.1 (b - a))."""
    tensor = nn_init.uniform_(torch.empty(shape), -3, 2, seed=1, name="w")
    assert fits(tensor, "uniform", -3, 5)
    assert not fits(tensor, "uniform", -3, 5.5)
    assert (nn_init.uniform_(torch.empty(shape), 2, 2) == 2).all()
    with pytest.raises(ValueError, match="low"):
        nn_init.uniform_(torch.empty(shape), 3, 2)


@pytest.mark.parametrize("shape", SHAPES)
def test_normal(shape: tuple[int, ...]) -> None:
    """N(mean, std^2), and not a std of 20 % more."""
    tensor = nn_init.normal_(torch.empty(shape), 3, 0.5, seed=2, name="w")
    assert fits(tensor, "norm", 3, 0.5)
    assert not fits(tensor, "norm", 3, 0.6)
    with pytest.raises(ValueError, match="negative"):
        nn_init.normal_(torch.empty(shape), 0, -1)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("mean", "std", "a", "b"), [(0, 1, -2, 2), (1, 2, 0, 3), (0, 0.02, -2, 2), (-3, 1.5, -5, -4.5)]
)
def test_trunc_normal(shape: tuple[int, ...], mean: float, std: float, a: float, b: float) -> None:
    """Truncated at values, without a correction of the std."""
    tensor = nn_init.trunc_normal_(torch.empty(shape), mean, std, a, b, seed=3, name="w")
    assert tensor.min() >= a
    assert tensor.max() <= b
    assert fits(tensor, "truncnorm", (a - mean) / std, (b - mean) / std, mean, std)


def test_trunc_normal_of_half_types_stays_within_bounds() -> None:
    """Values are rounded, and the bounds hold in the element type."""
    for dtype in (torch.float16, torch.bfloat16):
        tensor = nn_init.trunc_normal_(torch.empty(N, dtype=dtype), 0, 1, -1, 1, seed=3, name="w")
        assert tensor.min() >= -1
        assert tensor.max() <= 1


def test_constants() -> None:
    """Any value, zeros and ones, for any number of axes."""
    for shape in [(), (3,), (2, 3), (2, 0), (2, 3, 4, 5)]:
        assert (nn_init.constant_(torch.empty(shape), 0.3) == torch.tensor(0.3)).all()
        assert (nn_init.ones_(torch.empty(shape)) == 1).all()
        assert (nn_init.zeros_(torch.empty(shape)) == 0).all()
    assert nn_init.constant_(torch.empty(2), math.inf).isinf().all()
    assert (nn_init.ones_(torch.empty(2, dtype=torch.int64)) == 1).all()


def test_eye() -> None:
    """The identity, of matrices alone."""
    assert torch.equal(nn_init.eye_(torch.empty(3, 5)), torch.eye(3, 5))
    for axes in (1, 3):
        with pytest.raises(ValueError, match="Only tensors with 2 dimensions"):
            nn_init.eye_(torch.empty([2] * axes))


@pytest.mark.parametrize("axes", [3, 4, 5])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_dirac(axes: int, groups: int) -> None:
    """The values of torch, and the identity of a convolution."""
    for out, into in ((6, 6), (12, 2), (6, 8)):
        shape = [out, into, *[3, 5, 4][: axes - 2]]
        wanted = nn.init.dirac_(torch.empty(shape), groups)
        assert torch.equal(nn_init.dirac_(torch.empty(shape), groups), wanted)
    convolution = [nn.functional.conv1d, nn.functional.conv2d, nn.functional.conv3d][axes - 3]
    kernel = nn_init.dirac_(torch.empty([6 * groups, 6, *[3] * (axes - 2)]), groups)
    inputs = torch.randn([2, 6 * groups, *[7] * (axes - 2)], generator=torch.Generator().manual_seed(0))
    assert torch.equal(convolution(inputs, kernel, padding=1, groups=groups), inputs)


def test_dirac_refuses() -> None:
    """Other numbers of axes, and groups that do not divide."""
    for axes in (1, 2, 6):
        with pytest.raises(ValueError, match="Only tensors with 3, 4, or 5 dimensions"):
            nn_init.dirac_(torch.empty([2] * axes))
    with pytest.raises(ValueError, match="divisible by groups"):
        nn_init.dirac_(torch.empty(5, 2, 3), 3)


@pytest.mark.parametrize("shape", [(100, 120), (30, 40, 4, 3), (20, 30, 17)])
@pytest.mark.parametrize("gain", [1.0, 0.3, math.sqrt(2)])
def test_xavier(shape: tuple[int, ...], gain: float) -> None:
    """The std of both distributions, from torch's fans."""
    positions = math.prod(shape[2:])
    std = gain * math.sqrt(2 / ((shape[0] + shape[1]) * positions))
    bound = math.sqrt(3) * std
    assert fits(nn_init.xavier_uniform_(torch.empty(shape), gain, seed=4, name="w"), "uniform", -bound, 2 * bound)
    assert fits(nn_init.xavier_normal_(torch.empty(shape), gain, seed=4, name="w"), "norm", 0, std)


@pytest.mark.parametrize("shape", [(100, 120), (30, 40, 4, 3), (20, 30, 17)])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize(
    ("a", "nonlinearity"), [(0, "relu"), (0.1, "leaky_relu"), (math.sqrt(5), "leaky_relu"), (0, "tanh")]
)
def test_kaiming(shape: tuple[int, ...], mode: str, a: float, nonlinearity: str) -> None:
    """The std of both distributions, from torch's fans and gains."""
    fan = (shape[1] if mode == "fan_in" else shape[0]) * math.prod(shape[2:])
    std = nn.init.calculate_gain(nonlinearity, a) / math.sqrt(fan)
    bound = math.sqrt(3) * std
    uniform = nn_init.kaiming_uniform_(torch.empty(shape), a, mode, nonlinearity, seed=5, name="w")
    normal = nn_init.kaiming_normal_(torch.empty(shape), a, mode, nonlinearity, seed=5, name="w")
    assert fits(uniform, "uniform", -bound, 2 * bound)
    assert fits(normal, "norm", 0, std)


def test_vectors_have_no_fans() -> None:
    """As in torch."""
    for function in (
        nn_init.xavier_uniform_,
        nn_init.xavier_normal_,
        nn_init.kaiming_uniform_,
        nn_init.kaiming_normal_,
    ):
        for axes in (0, 1):
            with pytest.raises(ValueError, match="fewer than 2 dimensions"):
                function(torch.empty([2] * axes))
    with pytest.raises(ValueError, match="Mode fan_sum not supported"):
        nn_init.kaiming_normal_(torch.empty(2, 2), mode="fan_sum")  # type: ignore[arg-type]


def test_tensors_without_elements() -> None:
    """A warning, and nothing else."""
    for function in (nn_init.kaiming_uniform_, nn_init.kaiming_normal_):
        with pytest.warns(UserWarning, match="zero-element tensors"):
            assert function(torch.empty(0, 3)).shape == (0, 3)
    assert nn_init.orthogonal_(torch.empty(0, 3)).shape == (0, 3)
    assert nn_init.normal_(torch.empty(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (5, 2, 3), (2, 3, 4, 5)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal(shape: tuple[int, ...], gain: float) -> None:
    """The shorter side is orthogonal, and scaled by the gain."""
    matrix = nn_init.orthogonal_(torch.empty(shape), gain, seed=6, name="w").reshape(shape[0], -1).double()
    gram = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    assert torch.allclose(gram, gain**2 * torch.eye(len(gram), dtype=torch.float64), atol=1e-5)
    with pytest.raises(ValueError, match="2 or more dimensions"):
        nn_init.orthogonal_(torch.empty(3))


@pytest.mark.parametrize("sparsity", [0.1, 0.35, 0.9])
def test_sparse(sparsity: float) -> None:
    """Every column has its zeros; the rest is normal."""
    matrix = nn_init.sparse_(torch.empty(150, 900), sparsity, 0.5, seed=7, name="w")
    assert ((matrix == 0).sum(0) == math.ceil(sparsity * 150)).all()
    assert fits(matrix[matrix != 0], "norm", 0, 0.5)
    with pytest.raises(ValueError, match="Only tensors with 2 dimensions"):
        nn_init.sparse_(torch.empty(3), 0.1)


def test_gains() -> None:
    """The function of torch."""
    assert nn_init.calculate_gain("relu") == math.sqrt(2)


def test_every_function_of_torch_is_there_with_its_arguments() -> None:
    """The arguments of torch come first, in its order, with its defaults."""
    public = [name for name, one in vars(nn.init).items() if inspect.isfunction(one) and name.endswith("_")]
    public = [name for name in public if not name.startswith("_")]
    assert len(public) == 14
    for name in public:
        theirs = [(one.name, one.default) for one in inspect.signature(getattr(nn.init, name)).parameters.values()]
        ours = [(one.name, one.default) for one in inspect.signature(getattr(nn_init, name)).parameters.values()]
        assert ours[: len(theirs)] == theirs, name


def test_addresses() -> None:
    """With a name, the values are those of `fanin.sample`; the generator and the number of calls do not matter."""
    first = nn_init.normal_(torch.empty(3, 4), seed=1, name="w")
    torch.manual_seed(9)
    again = nn_init.normal_(torch.empty(3, 4), seed=1, name="w")
    assert torch.equal(first, again)
    assert (first.numpy() == fanin.sample("normal", (3, 4), seed=1, name="w")).all()
    assert not torch.equal(first, nn_init.normal_(torch.empty(3, 4), seed=2, name="w"))


def test_without_a_name() -> None:
    """A counter of the process and the seed of torch; tensors differ from each other."""

    def run(seed: int) -> list[torch.Tensor]:
        torch.manual_seed(seed)
        nn_init.reset_counter()
        return [nn_init.normal_(torch.empty(4, 4)) for _ in range(3)]

    one, two, other = run(1), run(1), run(2)
    assert all(torch.equal(a, b) for a, b in zip(one, two))
    assert not any(torch.equal(a, b) for a, b in zip(one, other))
    assert not torch.equal(one[0], one[1])
    generator = torch.Generator().manual_seed(1)
    nn_init.reset_counter()
    assert torch.equal(nn_init.normal_(torch.empty(4, 4), generator=generator), one[0])


def test_gradients_and_meta() -> None:
    """Parameters that require gradients are filled; tensors on meta are left as they are."""
    layer = nn.Linear(3, 3)
    assert nn_init.normal_(layer.weight, seed=1, name="w") is layer.weight
    assert layer.weight.requires_grad
    for function in (nn_init.normal_, nn_init.orthogonal_, nn_init.zeros_):
        assert function(torch.empty(3, 3, device="meta")).is_meta
    with pytest.raises(TypeError):
        nn_init.normal_([1.0])  # type: ignore[arg-type]
