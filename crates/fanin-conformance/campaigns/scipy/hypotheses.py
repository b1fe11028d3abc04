"""The tests, each with the probability that an honest sample lies as far off. Laws are scipy's frozen distributions."""

import numpy as np
from scipy import stats

from tensors import rounded, step

# The probability with which one test refuses an honest sample.
ALPHA = 1e-6


class Report:
    """What was tested, and what failed."""

    def __init__(self):
        self.tests, self.exact, self.least, self.failures = 0, 0, (1.0, "none"), []

    def p(self, what, p):
        """A test of a hypothesis."""
        self.tests += 1
        self.least = min(self.least, (float(p), what))
        if not p >= ALPHA:
            self.failures.append(f"{what}: p = {p:.2g}")

    def hold(self, what, held, detail=""):
        """A statement without chance in it."""
        self.exact += 1
        if not held:
            self.failures.append(f"{what} {detail}".strip())


def two_sided(z):
    return 2 * stats.norm.sf(abs(z))


def follows(report, what, values, law, dtype):
    """Kolmogorov and Smirnov, or chi-square over the cells of a 16-bit type; chi-square over 1000 bins; mean; variance; bounds."""
    values = np.asarray(values).ravel()
    n = values.size
    low, high = law.support()
    report.hold(f"{what}: finite", np.isfinite(values).all())
    # Between bounds after rounding; two steps for a truncated law, whose bounds are products.
    slack = lambda bound: 2 * step(np.array([bound]), dtype)[0] if np.isfinite(bound) and bound != 0 else 0.0
    report.hold(f"{what}: bounds", values.min() >= low - slack(low) and values.max() <= high + slack(high), f"{values.min()} {values.max()}")
    if dtype in ("f16", "bf16"):
        report.p(f"{what}: cells", cells(values, law, dtype))
    else:
        uniform = law.cdf(values)
        report.p(f"{what}: KS", kolmogorov_smirnov(uniform))
        report.p(f"{what}: 1000 bins", equal_bins(uniform))
    mean, variance, _, excess = (float(x) for x in law.stats("mvsk"))
    # What rounding to a grid adds to the variance (Sheppard).
    variance += (step(values, dtype) ** 2).mean() / 12
    report.p(f"{what}: mean", two_sided((values.mean() - mean) / np.sqrt(variance / n)))
    seen = ((values - mean) ** 2).mean()
    report.p(f"{what}: variance", two_sided((seen / variance - 1) / np.sqrt((excess + 2) / n)))


def kolmogorov_smirnov(uniform):
    """The test of values that are uniform on [0, 1) if the law holds, by the limit law of the distance: scipy's kstest, whose sort takes
    ten times as long on as many values."""
    n, rank = uniform.size, np.arange(uniform.size + 1) / uniform.size
    ordered = np.sort(uniform)
    distance = max((rank[1:] - ordered).max(), (ordered - rank[:-1]).max())
    return stats.kstwobign.sf(distance * np.sqrt(n))


def equal_bins(uniform, bins=1000):
    """Chi-square over bins of equal probability."""
    return stats.chisquare(np.bincount(np.minimum((uniform * bins).astype(int), bins - 1), minlength=bins)).pvalue


def cells(values, law, dtype):
    """Chi-square over the cells of numbers that round to one value of the type, put together until 25 are expected in each."""
    seen, counts = np.unique(values, return_counts=True)
    edges = (seen[:-1] + seen[1:]) / 2
    # A gap of more than one step between values seen hides cells of few: the edge belongs to the middle of what lies between.
    expected = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]])) * values.size
    put, observed, total = [], [], [0.0, 0]
    for e, o in zip(expected, counts):
        total = [total[0] + e, total[1] + o]
        if total[0] >= 25:
            put.append(total[0])
            observed.append(total[1])
            total = [0.0, 0]
    put[-1] += total[0]
    observed[-1] += total[1]
    put = np.array(put)
    return stats.chisquare(observed, put * (sum(observed) / put.sum())).pvalue


def independent(report, what, values):
    """Neighbors, partners of a tile and of a row are not correlated, nor are their sizes: z-tests, `1 / sqrt(n)`."""
    values = np.asarray(values)
    flat = values.ravel() - values.mean()
    row = flat.size // values.shape[0] if values.ndim else 1
    sizes = np.abs(flat) - np.abs(flat).mean()
    for lag in {1, 2, 64, row} - {0, flat.size}:
        for kind, one in (("values", flat), ("sizes", sizes)):
            uncorrelated(report, f"{what}: {kind} {lag} apart", one[:-lag], one[lag:])


def uncorrelated(report, what, a, b):
    a, b = np.ravel(a) - np.mean(a), np.ravel(b) - np.mean(b)
    spread = np.sqrt((a * a * b * b).sum())
    report.p(what, two_sided((a * b).sum() / spread) if spread > 0 else 0.0)


def equals(report, what, values, wanted, dtype):
    """The values that were written down, to a step of the type's grid; zeros and ones to the bit."""
    wanted = rounded(np.broadcast_to(wanted, values.shape), dtype)
    far = np.abs(values - wanted)
    limit = np.where((wanted == 0) | (wanted == 1), 0.0, step(wanted, dtype))
    report.hold(f"{what}: values", bool((far <= limit).all()), f"largest difference {far.max()}")


def orthonormal(report, what, matrix, gain, dtype):
    """Rows orthonormal times the gain, or columns where they are fewer."""
    limit = {"f32": 2.5e-6, "f64": 1e-14, "f16": 2e-2, "bf16": 1.6e-1}[dtype]
    q = matrix / gain
    product = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    error = np.abs(product - np.eye(len(product))).max()
    report.hold(f"{what}: Q'Q = I to {limit}", bool(error <= limit), f"error {error:.2e}")


def haar(report, what, matrices):
    """Many matrices m x n, m <= n, of orthonormal rows are uniform: the square of an element is Beta(1/2, (n-1)/2), that of the image
    of any unit vector Beta(m/2, (n-m)/2); square ones have E tr = 0, E tr^2 = 1, E tr^4 = 3, and det 1 as often as -1."""
    count, m, n = matrices.shape
    element = stats.beta(0.5, (n - 1) / 2)
    for i, j in [(0, 0), (m - 1, n - 1), (0, n - 1), (m - 1, 0)]:
        values = matrices[:, i, j]
        report.p(f"{what}: element {i}, {j}", stats.kstest(values**2, element.cdf, method="asymp").pvalue)
        report.p(f"{what}: sign of {i}, {j}", stats.binomtest(int((values > 0).sum()), count).pvalue)
    direction = np.arange(1.0, n + 1) / np.linalg.norm(np.arange(1.0, n + 1))
    # Of a square matrix all but one row, whose image is not of length 1 for certain.
    rows = m if m < n else m - 1
    square = ((matrices[:, :rows] @ direction) ** 2).sum(axis=1)
    report.p(f"{what}: images", stats.kstest(square, stats.beta(rows / 2, (n - rows) / 2).cdf, method="asymp").pvalue)
    if m == n:
        trace = np.trace(matrices, axis1=1, axis2=2)
        for power, wanted in ((1, 0), (2, 1), (4, 3)):
            seen = trace**power
            report.p(f"{what}: E tr^{power}", two_sided((seen.mean() - wanted) / (seen.std() / np.sqrt(count))))
        positive = int((np.linalg.det(matrices) > 0).sum())
        report.p(f"{what}: sign of det", stats.binomtest(positive, count).pvalue)
