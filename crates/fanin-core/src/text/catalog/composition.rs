//! Initializers made of others.

use super::{Entry, boxed};
use crate::initializers::{
    BlockDiagonal, Embedding, Masked, Mirrored, Normal, Packed, PerSlice, Scaled, Sum, gru_gates, lstm_gates,
};
use crate::param::Axis;

pub(super) static ENTRIES: [Entry; 10] = [
    Entry {
        name: "scaled",
        aliases: &[],
        arguments: "inner, gain = 1",
        summary: "the values of another times gain",
        formula: "w = gain inner",
        distribution: "inner's, its mean and std times gain",
        shapes: "what the inner one accepts",
        errors: "gain below 0; what inner refuses; a value that the element type cannot hold",
        caution: "where the inner one has a std of its own, that is one rounding less",
        source: "no paper; residual branches: Radford et al. 2019, section 2.3",
        example: "scaled(glorot_uniform, gain = 0.5)",
        build: |arguments| {
            let inner = arguments.initializer("inner")?;
            boxed(Scaled::new(inner, arguments.number("gain", 1.0)?)?)
        },
    },
    Entry {
        name: "masked",
        aliases: &[],
        arguments: "inner, mask",
        summary: "the values of one where those of a mask are not 0",
        formula: "w = inner where mask is not 0, else 0",
        distribution: "a mixture of 0 and inner where the mask is random, fixed where both are",
        shapes: "what both accept",
        errors: "what either refuses",
        caution: "the variance of a sum falls by the share that the mask takes",
        source: "as a triangle: Germain et al. 2015 (MADE), equation 8",
        example: "masked(normal(std = 0.02), triangle)",
        build: |arguments| {
            let inner = arguments.initializer("inner")?;
            boxed(Masked::new(inner, arguments.initializer("mask")?))
        },
    },
    Entry {
        name: "sum",
        aliases: &[],
        arguments: "first, second",
        summary: "the sum of two",
        formula: "w = first + second",
        distribution: "normal for two normal ones, variances added; anything plus a constant is moved by it; else not stated",
        shapes: "what both accept",
        errors: "what either refuses",
        caution: "variances add",
        source: "no paper; identity plus noise: He et al. 2016 (Identity mappings), section 2",
        example: "sum(eye, normal(std = 0.01))",
        build: |arguments| {
            let first = arguments.initializer("first")?;
            boxed(Sum::new(first, arguments.initializer("second")?))
        },
    },
    Entry {
        name: "packed",
        aliases: &[],
        arguments: "inner, parts = [1, 1, 1], axis = out, repeat = 1",
        summary: "several matrices in one along an axis, each with its own fans: queries, keys and values",
        formula: "part p = inner of its own shape",
        distribution: "each part has inner's distribution for its own shape, independent of the others",
        shapes: "an axis that repeat times the sum of the parts divides",
        errors: "an axis that the parts do not divide, or that no layout names; what inner refuses",
        caution: "a fan that is stated, unlike a layout's, is the same for the parts",
        source: "no paper; the parts: Vaswani et al. 2017, section 3.2.2",
        example: "packed(glorot_uniform, parts = [4, 1, 1])",
        build: |arguments| boxed(Packed::from_arguments(arguments)?),
    },
    Entry {
        name: "lstm_gates",
        aliases: &[],
        arguments: "inner",
        summary: "the four gates of an LSTM, each a matrix of its own",
        formula: "gate p = inner of [h, in]",
        distribution: "each gate has inner's distribution for its own shape, independent of the others",
        shapes: "an axis of outputs of 4 h",
        errors: "outputs that 4 does not divide, no stated layout; what inner refuses",
        caution: "the bias has lstm_bias",
        source: "Hochreiter & Schmidhuber 1997, section 4",
        example: "lstm_gates(glorot_uniform)",
        build: |arguments| boxed(lstm_gates(arguments.initializer("inner")?)),
    },
    Entry {
        name: "gru_gates",
        aliases: &[],
        arguments: "inner",
        summary: "the three gates of a GRU, each a matrix of its own",
        formula: "gate p = inner of [h, in]",
        distribution: "each gate has inner's distribution for its own shape, independent of the others",
        shapes: "an axis of outputs of 3 h",
        errors: "outputs that 3 does not divide, no stated layout; what inner refuses",
        caution: "the bias has gru_bias",
        source: "Cho et al. 2014, equations 5 to 8",
        example: "gru_gates(glorot_uniform)",
        build: |arguments| boxed(gru_gates(arguments.initializer("inner")?)),
    },
    Entry {
        name: "per_slice",
        aliases: &[],
        arguments: "first, second, ..., axis = out, repeat = 1",
        summary: "an initializer of its own for each part along an axis; parts = [2, 1] gives their proportions",
        formula: "part p = initializer p of its own shape",
        distribution: "each part has the distribution of its initializer, independent of the others",
        shapes: "an axis that repeat times the sum of the parts divides",
        errors: "an axis that the parts do not divide, parts that are not as many as initializers; what these refuse",
        caution: "parts are equal where no proportions are given",
        source: "no paper",
        example: "per_slice(zeros, ones, parts = [2, 1])",
        build: |arguments| boxed(PerSlice::from_arguments(arguments)?),
    },
    Entry {
        name: "block_diagonal",
        aliases: &[],
        arguments: "inner, blocks = 2",
        summary: "blocks on the diagonal, each a matrix of its own, and 0 elsewhere",
        formula: "block b = inner of [rows / blocks, columns / blocks]",
        distribution: "each block has inner's distribution for its own shape, constant 0 elsewhere",
        shapes: "two axes that blocks divides",
        errors: "a shape that is no matrix, axes that blocks does not divide; what inner refuses",
        caution: "a unit sees the inputs of its block alone",
        source: "no paper; as groups: Krizhevsky et al. 2012, section 3.5",
        example: "block_diagonal(eye, blocks = 4)",
        build: |arguments| {
            let inner = arguments.initializer("inner")?;
            boxed(BlockDiagonal::new(inner, arguments.count("blocks", 2)?)?)
        },
    },
    Entry {
        name: "mirrored",
        aliases: &[],
        arguments: "inner, axis = out",
        summary: "the second half of an axis is the first with the opposite sign",
        formula: "w[h + i] = -w[i]",
        distribution: "half of the values follow inner's distribution, half that of its negative; pairs depend on each other",
        shapes: "an axis of even length",
        errors: "an axis of odd length; what inner refuses",
        caution: "with an odd activation and mirrored weights on both sides, two units are one for ever",
        source: "Balduzzi et al. 2017, section 4",
        example: "mirrored(he_normal, axis = in)",
        build: |arguments| {
            let inner = arguments.initializer("inner")?;
            boxed(Mirrored::new(inner, arguments.word("axis", Axis::Out, "out, in or the number of an axis")?))
        },
    },
    Entry {
        name: "embedding",
        aliases: &[],
        arguments: "inner = normal, padding = 0",
        summary: "a table whose row `padding` is 0",
        formula: "w[padding] = 0, else inner",
        distribution: "inner's, constant 0 in the row",
        shapes: "one axis or more, rows along the first",
        errors: "a row that the table does not have; what inner refuses",
        caution: "the row stays 0 only if training leaves it alone",
        source: "no paper; padding_idx of torch.nn.Embedding",
        example: "embedding(normal(std = 0.02), padding = 1)",
        build: |arguments| {
            let inner = arguments.initializer_or("inner", Normal::new(0.0, 1.0)?)?;
            boxed(Embedding::new(inner, arguments.count("padding", 0)?))
        },
    },
];
