"""Golden vectors of values v1, computed apart from the Rust code.

The formulas are those on the pages of fanin_core::values, in scalar numpy arithmetic (float32 and float64 round every
operation once) and Python's integers. Where a value is the inverse of a distribution function in f64, mpmath computes
it to 50 digits; such vectors carry "ulps", how far the f64 value may lie from them (in halves of 2^-52, relative).

    python3 -m venv venv && venv/bin/pip install numpy mpmath blake3
    venv/bin/python reference.py > values_v1.json
"""

import json
import struct
from functools import lru_cache

import blake3
import numpy as np
from mpmath import erfc, inf, log, mp, mpf, npdf, sqrt

mp.dps = 50
f32, f64 = np.float32, np.float64
SEED, NAME = 42, "encoder.layers.3.attention.weight"
INDICES = [*range(9), 63, 64, 65, 127, 128, 255, 256, 257, 2**32, 2**40 + 3, 2**63]

# --- stream and generator ---------------------------------------------------------------------------------------------


def stream(tag, seed, name):
    digest = blake3.blake3(tag + struct.pack("<Q", seed) + name.encode()).digest()
    words = struct.unpack("<4I", digest[:16])
    return words[:2], words[2:]


def philox(counter, key):
    x0, x1, x2, x3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = x0 * 0xD2511F53, x2 * 0xCD9E8D57
        x0, x1, x2, x3 = (p1 >> 32) ^ x1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ x3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [x0, x1, x2, x3]


def block_of(address, number):
    key, upper = address
    return philox([number & 0xFFFFFFFF, number >> 32, *upper], key)


VALUES = stream(b"fanin values v1\0", SEED, NAME)


def words_f32(i):
    return block_of(VALUES, (i // 256) * 64 + i % 64), (i // 64) % 4


def words_f64(i):
    w = block_of(VALUES, (i // 128) * 64 + i % 64)
    return [w[0] << 32 | w[1], w[2] << 32 | w[3]], (i // 64) % 2


# --- arithmetic -------------------------------------------------------------------------------------------------------


def bits32(x):
    return int(np.array(x, f32).view(np.uint32))


def from32(b):
    return np.array(b & 0xFFFFFFFF, np.uint32).view(f32)[()]


def bits64(x):
    return int(np.array(x, f64).view(np.uint64))


def from64(b):
    return np.array(b & (2**64 - 1), np.uint64).view(f64)[()]


def horner(x, table, kind):
    table = [kind(c) for c in table]
    total = table[-1]
    for c in reversed(table[:-1]):
        total = total * x + c
    return total


LN = [1, -0.4999998808, 0.3333418667, -0.2500207424, 0.1995683312, -0.1656239331, 0.1495226622, -0.1436684281,
      0.08722355217]
S = [1.570796371, -0.6459637880, 0.07968992740, -0.004674157593, 1.516785269e-4]
G = [1, -0.2337003797, 0.01996795088, -0.0008924732101, 2.306431998e-5]
CEN = [2.123313427, 0.3488020301, -0.005907717161, -0.001771644573, 3.087856749e-4, -7.019229997e-6, -4.897003691e-6,
       6.592640602e-7, 3.285589045e-8, -1.243237335e-8]
TAIL = [4.717088699, 1.424637914, 0.004644339439, -0.002952426905, 0.001488427282, -8.588284254e-4, 7.225428126e-4,
        -4.416694865e-4, 2.381985723e-5, 5.713207429e-5]
LN64 = [1.0, -0.5000000000000004, 0.33333333333332743, -0.24999999999974418, 0.20000000000149037, -0.1666666667138451,
        0.14285714273397784, -0.12499999601468635, 0.11111111418906434, -0.10000018224285462, 0.09090917973087682,
        -0.08332850783237133, 0.0769159854322757, -0.07150262128235735, 0.06684296177196371, -0.061900598300090454,
        0.056666906356964954, -0.05707612212605521, 0.0652589937253437, -0.059241499774533246, 0.025489911800405576]
S64 = [1.5707963267948966, -0.6459640975062462, 0.07969262624616565, -0.004681754135304255, 0.0001604411847130916,
       -3.5988430204672576e-06, 5.6921364280986254e-08, -6.684416831856085e-10, 5.87297574479995e-12]
G64 = [1.0, -0.23370055013616983, 0.019968957764878077, -0.0008945229984736444, 2.473727635883673e-05,
       -4.647659915952978e-07, 6.321440904258357e-09, -6.510529156797684e-11, 5.10846968542241e-13]


def split32(u):
    raw = bits32(u) - 0x3F3504F3
    e = raw >> 23  # Python's shift of a negative number is arithmetic
    return f32(e), from32(bits32(u) - (e << 23)) - f32(1)


def uniform32(i, low, high):
    block, w = words_f32(i)
    low32, high32, span = f32(low), f32(high), f32(high - low)
    v = f32(block[w] >> 8) * f32(2**-24) * span + low32
    return np.nextafter(high32, f32(-np.inf)) if v >= high32 else v


def normal32(i):
    block, w = words_f32(i)
    a, b = block[w // 2 * 2], block[w // 2 * 2 + 1]
    u = f32(a >> 1) * f32(2**-31) + f32(2**-32)
    cap = f32(0.99999994)
    u = u if u < cap else cap
    e, f = split32(u)
    r = np.sqrt(e * f32(-1.386294361) + f * (f32(-2) * horner(f, LN, f32)))
    s = (f32(b >> 8) - f32(8388607.5)) * f32(2**-23)
    y = s * s
    if w % 2 == 1:
        return r * (s * horner(y, S, f32))
    cosine = (f32(1) - s) * (f32(1) + s) * horner(y, G, f32)
    return r * (-cosine if b & 1 else cosine)


def odd_grid(x):
    return from64(0x3FF << 52 | x >> 12) - f64(1 - 2**-53)


def uniform64(i, low, high):
    block, w = words_f64(i)
    low64, high64 = f64(low), f64(high)
    v = odd_grid(block[w]) * (high64 - low64) + low64
    return np.nextafter(high64, f64(-np.inf)) if v >= high64 else v


def normal64(i):
    (a, b), w = words_f64(i)
    u = odd_grid(a)
    e = (bits64(u) - 0x3FE6A09E667F3BCD) >> 52
    f = from64(bits64(u) - (e << 52)) - f64(1)
    r = np.sqrt(f64(e) * f64(-1.3862943611198906) + f * (f64(-2) * horner(f, LN64, f64)))
    s = f64(2) * odd_grid(b) - f64(1)
    y = s * s
    if w == 1:
        return r * (s * horner(y, S64, f64))
    cosine = (f64(1) - s) * (f64(1) + s) * horner(y, G64, f64)
    return r * (-cosine if b & 1 else cosine)


# --- truncated normal -------------------------------------------------------------------------------------------------


def phi(x):
    return erfc(-mpf(x) / sqrt(2)) / 2


def inverse_tail(q):
    """The x with phi(-x) = q, for q <= 1/2, by Newton's method on the logarithm."""
    x = mpf(0) if q > mpf("0.01") else sqrt(-2 * log(q))
    for _ in range(100):
        tail = phi(-x)
        step = (log(tail) - log(q)) * tail / npdf(x)
        x += step
        if abs(step) <= abs(x) * mpf(10) ** -45 + mpf(10) ** -60:
            break
    return x


def exact_truncated(share, low, high):
    """The value with distribution function `share`, to 50 digits."""
    below = phi(low) + share * (phi(high) - phi(low))
    if low > 0:
        return inverse_tail(phi(-low) - share * (phi(-low) - phi(-high)))
    return -inverse_tail(below) if below < mpf(1) / 2 else inverse_tail(phi(-high) + (1 - share) * (phi(high) - phi(low)))


@lru_cache
def single_kernel(low, high):
    """P, Q, d, T of the f32 kernel, or None where it is not used."""
    p, q = phi(low), phi(-high)
    mass = phi(high) - phi(low) if low <= 0 else phi(-low) - phi(-high)
    d = mass / 2**31
    t = min(max(int(mp.floor((mpf(1) / 2 - p) / d + mpf(1) / 2)), 0), 2**31)
    tails = ([p + d / 2] if t > 0 else []) + ([q + d / 2] if t < 2**31 else [])
    narrow = (mpf(high) - mpf(low)) * max(abs(mpf(low)), abs(mpf(high))) <= mpf(1) / 1024
    if min(tails) < mpf("7e-11") or narrow:
        return None
    return f32(float(p)), f32(float(q)), f32(float(d)), t


def truncated32(i, low, high):
    block, w = words_f32(i)
    k = block[w] >> 1
    kernel = single_kernel(low, high)
    if kernel is None:
        return f32(float(exact_truncated((k + mpf(1) / 2) / 2**31, low, high)))
    p, q, d, t = kernel
    m = k < t
    tail = f32(k if m else k ^ 0x7FFFFFFF) * d + ((p if m else q) + d * f32(0.5))
    e, f = split32(f32(4) * tail * (f32(1) - tail))
    weight = e * f32(-0.693147181) + f * -horner(f, LN, f32)
    z = f32(1) - f32(2) * tail
    z = z * (horner(weight - f32(2.5), CEN, f32) if weight < 5 else horner(np.sqrt(weight) - f32(3.5), TAIL, f32))
    z = f32(0) - z if m else z
    return min(max(z, f32(low)), f32(high))


def truncated64(i, low, high):
    block, w = words_f64(i)
    return f64(float(exact_truncated(((block[w] >> 12) + mpf(1) / 2) / 2**52, low, high)))


# --- the file ---------------------------------------------------------------------------------------------------------


def bfloat16(x):
    b = bits32(x)
    return (b + 0x7FFF + (b >> 16 & 1)) >> 16


ENCODE = {
    "f32": lambda x: f"{bits32(x):08x}",
    "f64": lambda x: f"{bits64(x):016x}",
    "f16": lambda x: f"{int(np.array(f32(x), f32).astype(np.float16).view(np.uint16)):04x}",
    "bf16": lambda x: f"{bfloat16(x):04x}",
}

UNIFORM = [("0", "1"), ("-0.05", "0.05"), ("-0.3", "1.7")]
NORMAL = [("0", "1"), ("0.1", "0.02")]
TRUNCATED = [
    ("-2", "2", "0", "1"), ("-3", "3", "0.5", "0.02"), ("-1", "0.5", "0", "1"), ("0", "inf", "0", "1"),
    ("-0.5", "2.75", "0", "1"), ("1", "inf", "0", "1"), ("-inf", "inf", "0", "1"), ("-inf", "-50", "0", "1"),
    ("40", "41", "0", "1"), ("5", "6", "0", "1"), ("-31", "-29", "0", "1"), ("1", "1.000001", "0", "1"),
    ("-0.0001", "0.0002", "0", "1"),
]


def cases():
    for dtype, encode in ENCODE.items():
        kind = f64 if dtype == "f64" else f32
        uniform, normal, truncated = (
            (uniform64, normal64, truncated64) if kind is f64 else (uniform32, normal32, truncated32))
        for low, high in UNIFORM:
            values = [uniform(i, float(low), float(high)) for i in INDICES]
            yield "uniform", dtype, [low, high], 0, [encode(v) for v in values]
        for mean, std in NORMAL:
            values = [normal(i) * kind(float(std)) + kind(float(mean)) for i in INDICES]
            yield "normal", dtype, [mean, std], 0, [encode(v) for v in values]
        for low, high, mean, std in TRUNCATED:
            a, b = float(low), float(high)
            values = [truncated(i, a, b) * kind(float(std)) + kind(float(mean)) for i in INDICES]
            yield "truncated", dtype, [low, high, mean, std], 8 if kind is f64 else 0, [encode(v) for v in values]


def digests():
    """BLAKE3 of the first 4096 elements, little-endian: every lane of several tiles."""
    span = range(4096)
    laws = (
        ("uniform", ["-0.3", "1.7"], [uniform32(i, -0.3, 1.7) for i in span], [uniform64(i, -0.3, 1.7) for i in span]),
        ("normal", ["0", "1"], [normal32(i) for i in span], [normal64(i) for i in span]),
        ("truncated", ["-2", "2", "0", "1"], [truncated32(i, -2, 2) for i in span], None),
        ("truncated", ["1", "inf", "0", "1"], [truncated32(i, 1, float("inf")) for i in span], None),
    )
    for law, parameters, single, double in laws:
        for dtype, encode in ENCODE.items():
            values = double if dtype == "f64" else single
            if values is not None:
                data = b"".join(bytes.fromhex(encode(v))[::-1] for v in values)
                yield {"law": law, "dtype": dtype, "parameters": parameters, "blake3": blake3.blake3(data).hexdigest()}


def elements():
    key, upper = stream(b"fanin element 1\0", SEED, NAME)
    for index in (0, 1, 2**40 + 3, 2**63):
        address = key, (upper[0] ^ (index & 0xFFFFFFFF), upper[1] ^ (index >> 32))
        yield {"index": index, "words": [f"{w:08x}" for n in (0, 1) for w in block_of(address, n)]}


def main():
    streams = [(0, ""), (1, "w"), (42, NAME), (2**64 - 1, "größe/重み.bias")]
    lines = ["{", '"version": 1,', '"made_by": "reference.py",', f'"seed": {SEED},', f'"name": {json.dumps(NAME)},',
             f'"indices": {json.dumps(INDICES)},', '"streams": [']
    rows = [{"seed": s, "name": n, "block_0": [f"{w:08x}" for w in block_of(stream(b"fanin values v1\0", s, n), 0)]}
            for s, n in streams]
    lines += [",\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "],", '"elements": [']
    lines += [",\n".join(json.dumps(row) for row in elements()), "],", '"digests": [']
    lines += [",\n".join(json.dumps(row) for row in digests()), "],", '"cases": [']
    rows = [{"law": l, "dtype": t, "parameters": p, "ulps": u, "bits": b} for l, t, p, u, b in cases()]
    lines += [",\n".join(json.dumps(row) for row in rows), "]", "}"]
    print("\n".join(lines))


np.seterr(over="ignore", under="ignore")
if __name__ == "__main__":
    main()
