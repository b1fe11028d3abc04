"""Compares fanin's fills with those of torch, numpy and jax: ratios measured in turns, in one process.

Usage: compare.py SHIM THREADS. See ../README.md.
"""

import ctypes
import os
import statistics
import sys
import time

THREADS = int(sys.argv[2])
# XLA takes its number of threads from the processors that it may use, once.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-THREADS:])
os.environ["JAX_PLATFORMS"] = "cpu"

from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import jax  # noqa: E402
import numpy  # noqa: E402
import torch  # noqa: E402

SIDE = 1 << 12
ELEMENTS = SIDE * SIDE
ROUNDS = 9
# How many standard errors a mean or a variance may be off: alpha 2e-9 a check.
STANDARD_ERRORS = 6.0

shim = ctypes.CDLL(sys.argv[1])
shim.fanin_threads.restype = ctypes.c_void_p
shim.fanin_threads.argtypes = [ctypes.c_size_t]
shim.fanin_fill.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint64, ctypes.c_void_p,
]  # fmt: skip

# The same warm memory for all who fill memory; jax makes its own.
memory = numpy.ones((SIDE, SIDE), numpy.float32)
tensor = torch.from_numpy(memory)
torch.set_num_threads(THREADS)
pool = shim.fanin_threads(THREADS)
halves = ThreadPoolExecutor(THREADS)
generators = [numpy.random.default_rng(seed) for seed in range(THREADS)]
seed = 0


def next_seed():
    global seed
    seed += 1
    return seed


def fanin(text):
    def fill():
        if shim.fanin_fill(pool, text.encode(), SIDE, SIDE, next_seed(), memory.ctypes.data):
            sys.exit(f"fanin did not fill {text}")
        return memory

    return fill


def in_place(fill):
    def run():
        fill(tensor)
        return memory

    return run


def numpy_normal():
    """As numpy's documentation fills on several threads: a generator and a part of the memory for each."""
    parts = numpy.array_split(memory.reshape(-1), THREADS)
    fill = lambda rng, part: rng.standard_normal(out=part, dtype=numpy.float32)  # noqa: E731
    list(halves.map(fill, generators, parts))
    return memory


def by_jax(draw):
    draw = jax.jit(draw)
    return lambda: draw(jax.random.key(next_seed())).block_until_ready()


def with_shape(draw):
    return by_jax(lambda key: draw(key, shape=(SIDE, SIDE), dtype=numpy.float32))


# Mean, variance and fourth central moment of each law. The normal cut at 2 has E z^2 = 1 - 4 phi(2) / P, E z^4 = 3 E z^2 - 16
# phi(2) / P, with phi(2) / P = 0.0539909665 / 0.9544997361.
CUT = 0.0539909665 / 0.9544997361
UNIT = (0.0, 1.0, 3.0)
TRUNCATED = (0.0, 1 - 4 * CUT, 3 * (1 - 4 * CUT) - 16 * CUT)
UNIFORM = (0.5, 1 / 12, 1 / 80)
HE = (0.0, 2 / SIDE, 3 * (2 / SIDE) ** 2)

# fanin's text, its distribution, and the alternatives: name, fill, and the target for two threads with AVX-512.
WORK = {
    "normal": ("normal(std = 1)", UNIT, [
        ("torch normal_", in_place(torch.Tensor.normal_), 10),
        ("numpy standard_normal", numpy_normal, None),
        ("jax normal", with_shape(jax.random.normal), None),
    ]),
    "truncated": ("truncated_normal(std = 1, corrected = false)", TRUNCATED, [
        ("torch trunc_normal_", in_place(torch.nn.init.trunc_normal_), 60),
        ("jax truncated_normal", by_jax(lambda key: jax.random.truncated_normal(key, -2, 2, (SIDE, SIDE))), None),
    ]),
    "uniform": ("uniform(low = 0, high = 1)", UNIFORM, [
        ("torch uniform_", in_place(torch.Tensor.uniform_), 8),
        ("jax uniform", with_shape(jax.random.uniform), None),
    ]),
    "he_normal": ("he_normal", HE, [
        ("torch kaiming_normal_", in_place(torch.nn.init.kaiming_normal_), None),
    ]),
}  # fmt: skip


def check(name, law, fill):
    """Fills once, which is not timed, and holds mean and variance to the law."""
    memory.fill(numpy.nan)
    values = numpy.asarray(fill())
    mean, variance, fourth = law
    seen_mean = values.mean(dtype=numpy.float64)
    seen_variance = values.var(dtype=numpy.float64)
    mean_error = (variance / ELEMENTS) ** 0.5
    variance_error = ((fourth - variance**2) / ELEMENTS) ** 0.5
    right = abs(seen_mean - mean) <= STANDARD_ERRORS * mean_error
    right &= abs(seen_variance - variance) <= STANDARD_ERRORS * variance_error
    if values.size != ELEMENTS or not right:
        sys.exit(f"{name} is not timed: mean {seen_mean}, variance {seen_variance}, not {mean}, {variance}")


def seconds(fill):
    start = time.perf_counter()
    fill()
    return time.perf_counter() - start


def main():
    with open("/proc/cpuinfo") as lines:
        goals = THREADS == 2 and any("avx512f" in line for line in lines)
    print(f"| fanin, {THREADS} thread{'s' * (THREADS > 1)} | G elements/s | compared with | G elements/s "
          "| speedup: min, median, max | target |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    for name, (text, law, peers) in WORK.items():
        fills = [(name, fanin(text)), *((peer, fill) for peer, fill, _ in peers)]
        for subject, fill in fills:
            check(subject, law, fill)
        rounds = []
        for number in range(ROUNDS):
            order = list(range(len(fills)))[:: 1 if number % 2 == 0 else -1]
            taken = dict((at, seconds(fills[at][1])) for at in order)
            rounds.append([taken[at] for at in range(len(fills))])
        rate = lambda at: ELEMENTS / statistics.median(times[at] for times in rounds) / 1e9  # noqa: E731
        for at, (peer, _, goal) in enumerate(peers, 1):
            ratios = sorted(times[at] / times[0] for times in rounds)
            median = statistics.median(ratios)
            said = f"{goal}, {'reached' if median >= goal else '**not reached**'}" if goals and goal else ""
            print(f"| {name} | {rate(0):.2f} | {peer} | {rate(at):.3f} "
                  f"| {ratios[0]:.1f} **{median:.1f}** {ratios[-1]:.1f} | {said} |", flush=True)  # fmt: skip


main()
