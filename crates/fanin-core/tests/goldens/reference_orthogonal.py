"""Golden vectors of orthogonal matrices, computed apart from the Rust code, by VALUES.md alone: numpy rounds every product and
every sum of an array once.

    venv/bin/python reference_orthogonal.py > values_v1_orthogonal.json

(the environment is that of reference.py)
"""

import json

import blake3
import numpy as np
from reference import ENCODE, NAME, SEED, f32, f64, normal32, normal64

# rows, columns, gain
SHAPES = [(1, 1, "1"), (3, 3, "1"), (5, 3, "1"), (3, 5, "-1.7"), (1, 4, "1"), (2, 1, "1")]
# Several blocks, panels and chunks: BLAKE3 of all elements, little-endian.
LARGE = [(64, 64, "1"), (130, 70, "1"), (70, 130, "1"), (200, 200, "0.3")]


def chunked(terms, kind):
    """Sums over the first axis, chunks of 128 terms in `kind`, their totals in the same."""
    return chunked_into(terms, kind, kind)


def chunked_into(terms, inner, outer):
    total = np.zeros(terms[0].shape, outer)
    for first in range(0, len(terms), 128):
        part = np.zeros(terms[0].shape, inner)
        for term in terms[first:first + 128]:
            part = part + term
        total = total + part.astype(outer)
    return total


def ordered(terms, kind):
    total = np.zeros(terms[0].shape, kind)
    for term in terms:
        total = total + term
    return total


class Outer:
    """The terms of a product of matrices, one at a time."""

    def __init__(self, left, right):
        self.left, self.right = left, right

    def __len__(self):
        return len(self.left)

    def __getitem__(self, at):
        if isinstance(at, slice):
            return Outer(self.left[at], self.right[at])
        if at >= len(self):
            raise IndexError
        return self.left[at][:, None] * self.right[at][None, :]


def block(b, long, short, kind):
    """V, T and the signs of block b."""
    normal = normal64 if kind is f64 else normal32
    w, rows = min(64, short - 64 * b), long - 64 * b
    x = np.zeros((rows, w), kind)
    for row in range(rows):
        for j in range(min(row + 1, w)):
            x[row, j] = normal(64 * b * long + w * (64 * b + row) + j)
    wide = x.astype(f64)
    squares = chunked([row * row for row in wide], f64)
    v, signs = np.zeros((rows, w), kind), np.zeros(w, kind)
    for j in range(w):
        head = wide[j, j]
        if rows - j == 1:
            signs[j] = -1 if head < 0 else 1
            continue
        signs[j] = 1 if head < 0 else -1
        norm = np.sqrt(squares[j])
        scale = np.sqrt(f64(1) / (squares[j] + abs(head) * norm))
        v[:, j] = x[:, j] * kind(scale)
        v[j, j] = kind((head - norm if head < 0 else head + norm) * scale)
    wide = v.astype(f64)
    diagonal = chunked([row * row for row in wide], f64)
    gram = chunked_into(Outer(v, v), kind, f64)
    t = np.zeros((w, w), f64)
    for j in range(w):
        tau = f64(2) / diagonal[j] if diagonal[j] > 0 else f64(0)
        for i in range(j):
            total = f64(0)
            for l in range(i, j):
                total = total + t[i, l] * gram[l, j]
            t[i, j] = -(tau * total)
        t[j, j] = tau
    return v, t.astype(kind), signs


def orthogonal(rows, columns, gain, kind):
    long, short = max(rows, columns), min(rows, columns)
    blocks = [block(b, long, short, kind) for b in range((short + 63) // 64)]
    c = np.zeros((long, short), kind)
    for b, (_, _, signs) in enumerate(blocks):
        for j, sign in enumerate(signs):
            c[64 * b + j, 64 * b + j] = sign
    for b, (v, t, _) in reversed(list(enumerate(blocks))):
        part, w = c[64 * b:, 64 * b:], len(t)
        projection = chunked(Outer(v, part), kind)
        turned = np.zeros(projection.shape, kind)
        for i in range(w):
            turned[i] = ordered([t[i, l] * projection[l] for l in range(i, w)], kind)
        c[64 * b:, 64 * b:] = part - ordered(Outer(v.T, turned), kind)
    q = c.T if rows <= columns else c
    return (q * kind(float(gain)) + kind(0)).reshape(-1)


def rows_of_file():
    for rows, columns, gain in SHAPES:
        for dtype, encode in ENCODE.items():
            values = orthogonal(rows, columns, gain, f64 if dtype == "f64" else f32)
            yield {"dtype": dtype, "rows": rows, "columns": columns, "gain": gain, "bits": [encode(q) for q in values]}


def digests():
    for rows, columns, gain in LARGE:
        for dtype, kind in (("f32", f32), ("f64", f64)):
            data = orthogonal(rows, columns, gain, kind).tobytes()
            digest = blake3.blake3(data).hexdigest()
            yield {"dtype": dtype, "rows": rows, "columns": columns, "gain": gain, "blake3": digest}


def main():
    lines = ["{", '"made_by": "reference_orthogonal.py",', f'"seed": {SEED},', f'"name": {json.dumps(NAME)},', '"cases": [']
    lines += [",\n".join(json.dumps(row) for row in rows_of_file()), "],", '"digests": [']
    lines += [",\n".join(json.dumps(row) for row in digests()), "]", "}"]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
