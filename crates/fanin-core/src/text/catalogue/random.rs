//! Laws that are the same for every shape.

use super::{Entry, boxed};
use crate::initializers::{Bernoulli, LogUniform, Normal, Sparse, TruncatedNormal, Uniform};
use crate::param::Axis;

pub(super) static ENTRIES: [Entry; 6] = [
    Entry {
        name: "uniform",
        aliases: &[],
        arguments: "low = 0, high = 1",
        summary: "uniform on [low, high)",
        formula: "w = low + (high - low) u; mean (low + high) / 2, std (high - low) / sqrt 12",
        shapes: "any",
        caution: "no scale fits every width: for weights prefer one that takes the fan",
        source: "",
        example: "uniform(low = -0.05, high = 0.05)",
        build: |arguments| boxed(Uniform::new(arguments.number("low", 0.0)?, arguments.number("high", 1.0)?)?),
    },
    Entry {
        name: "normal",
        aliases: &["gaussian"],
        arguments: "mean = 0, std = 1",
        summary: "normal",
        formula: "w = mean + std z",
        shapes: "any",
        caution: "no std fits every width: a deep network needs one scaled to the fan",
        source: "Box & Muller 1958, equation 1",
        example: "normal(std = 0.02)",
        build: |arguments| boxed(Normal::new(arguments.number("mean", 0.0)?, arguments.number("std", 1.0)?)?),
    },
    Entry {
        name: "truncated_normal",
        aliases: &[],
        arguments: "mean = 0, std = 1, low = -2, high = 2, corrected = true, bounds = sigma",
        summary: "normal, cut at low and high, in sigma or as values (bounds = absolute); corrected: std is that of the values after the cut",
        formula: "w = mean + scale z, z a unit normal between the bounds; scale = std, or std / (std of z) if corrected",
        shapes: "any",
        caution: "PyTorch's trunc_normal_ is uncorrected and absolute: at std 0.02 its bounds of 2 cut nothing",
        source: "Johnson, Kotz & Balakrishnan 1994, section 13.10.1",
        example: "truncated_normal(std = 0.02, corrected = false, bounds = absolute)",
        build: |arguments| boxed(TruncatedNormal::from_arguments(arguments)?),
    },
    Entry {
        name: "log_uniform",
        aliases: &[],
        arguments: "low, high",
        summary: "the logarithm uniform between ln low and ln high",
        formula: "w = exp(ln low + u (ln high - ln low))",
        shapes: "any",
        caution: "for rates and time steps; weights need both signs",
        source: "",
        example: "log_uniform(0.001, 0.1)",
        build: |arguments| boxed(LogUniform::new(arguments.required("low")?, arguments.required("high")?)?),
    },
    Entry {
        name: "sparse",
        aliases: &[],
        arguments: "fraction, std = 0.01, axis = 0",
        summary: "normal, with ceil(fraction n) zeros in every line along an axis: every column by default",
        formula: "w = 0 at places drawn without replacement, else std z",
        shapes: "two axes; others are refused",
        caution: "PyTorch counts per column; Martens per unit, axis = in",
        source: "Martens 2010, section 5",
        example: "sparse(0.9, std = 0.1, axis = in)",
        build: |arguments| {
            let (fraction, std) = (arguments.required("fraction")?, arguments.number("std", 0.01)?);
            let axis = arguments.word("axis", Axis::At(0), "out, in or the number of an axis")?;
            boxed(Sparse::new(fraction, std, axis)?)
        },
    },
    Entry {
        name: "bernoulli",
        aliases: &[],
        arguments: "p",
        summary: "1 with probability p, else 0: a mask",
        formula: "w = 1 where u < p, else 0",
        shapes: "any",
        caution: "a mask, not weights: see masked",
        source: "",
        example: "bernoulli(0.1)",
        build: |arguments| boxed(Bernoulli::new(arguments.required("p")?)?),
    },
];
