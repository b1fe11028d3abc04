"""Compares fanin's orthogonal matrices with torch's orthogonal_: ratios measured in turns, in one process, on as many threads.

Usage: orthogonal.py SHIM THREADS, with the library and packages that `run` installs. torch factorizes a Gaussian matrix with LAPACK and
corrects the signs; fanin multiplies reflections. Both fill the same memory, f32, square.
"""

import ctypes
import os
import statistics
import sys
import time

THREADS = int(sys.argv[2])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-THREADS:])

import numpy  # noqa: E402
import torch  # noqa: E402

# Goals on two threads with AVX-512.
ORDERS = {1024: 2.0, 2048: 2.0, 4096: 1.4}
ROUNDS = 7
# What f32 may leave of Q'Q = I: fanin's promise, and LAPACK's own error.
ERRORS = {"fanin": 2.5e-6, "torch": 1e-4}

shim = ctypes.CDLL(sys.argv[1])
shim.fanin_threads.restype = ctypes.c_void_p
shim.fanin_threads.argtypes = [ctypes.c_size_t]
shim.fanin_fill.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint64, ctypes.c_void_p,
]  # fmt: skip
pool = shim.fanin_threads(THREADS)
torch.set_num_threads(THREADS)
seed = 0


def fills(order):
    memory = numpy.ones((order, order), numpy.float32)
    tensor = torch.from_numpy(memory)

    def fanin():
        global seed
        seed += 1
        if shim.fanin_fill(pool, b"orthogonal", order, order, seed, memory.ctypes.data):
            sys.exit("fanin did not fill orthogonal")

    return memory, {"fanin": fanin, "torch": lambda: torch.nn.init.orthogonal_(tensor)}


def main():
    with open("/proc/cpuinfo") as lines:
        goals = THREADS == 2 and any("avx512f" in line for line in lines)
    print(f"| orthogonal, {THREADS} thread{'s' * (THREADS > 1)} | fanin, s | torch orthogonal_, s "
          "| speedup: min, median, max | target |")  # fmt: skip
    print("|---|---|---|---|---|")
    for order, goal in ORDERS.items():
        memory, ways = fills(order)
        for name, fill in ways.items():
            memory.fill(numpy.nan)
            fill()
            wide = memory.astype(numpy.float64)
            error = numpy.abs(wide @ wide.T - numpy.eye(order)).max()
            if not error <= ERRORS[name]:
                sys.exit(f"{name} is not timed: Q'Q is {error} from I")
        rounds = []
        for number in range(ROUNDS):
            taken = {}
            for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
                start = time.perf_counter()
                ways[name]()
                taken[name] = time.perf_counter() - start
            rounds.append(taken)
        ratios = sorted(taken["torch"] / taken["fanin"] for taken in rounds)
        seconds = {name: statistics.median(taken[name] for taken in rounds) for name in ways}
        median = statistics.median(ratios)
        said = f"{goal}, {'reached' if median >= goal else '**not reached**'}" if goals else ""
        print(f"| {order} | {seconds['fanin']:.3f} | {seconds['torch']:.3f} "
              f"| {ratios[0]:.1f} **{median:.1f}** {ratios[-1]:.1f} | {said} |", flush=True)  # fmt: skip


main()
