"""DyNet's text format: a header line with name, dimensions and size, then the values, column by column."""

import numpy as np

from . import Weights


def read(path, root=None):
    weights = Weights()
    with open(path, encoding="ascii") as lines:
        for header in lines:
            kind, name, dimensions, *_ = header.split()
            shape = [int(length) for length in dimensions.strip("{}").split(",")]
            values = np.array(next(lines).split(), np.float32)
            if kind == "#LookupParameter#":
                # One column for each entry, so that entries are contiguous: a table of rows.
                name = f"lookup{name}"
                weights.add(name, values.reshape(shape[::-1]))
                weights.layouts[name] = "none"
            else:
                weights.add(name.removeprefix("/"), values.reshape(shape, order="F"))
    return weights
