//! Initialisers made of others.

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
        shapes: "what the inner one accepts",
        caution: "where the inner one has a std of its own, that is one rounding less",
        source: "",
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
        shapes: "what both accept",
        caution: "the variance of a sum falls by the share that the mask takes",
        source: "",
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
        shapes: "what both accept",
        caution: "variances add",
        source: "",
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
        shapes: "an axis that repeat times the sum of the parts divides",
        caution: "a fan that is stated, unlike a layout's, is the same for the parts",
        source: "",
        example: "packed(glorot_uniform, parts = [4, 1, 1])",
        build: |arguments| boxed(Packed::from_arguments(arguments)?),
    },
    Entry {
        name: "lstm_gates",
        aliases: &[],
        arguments: "inner",
        summary: "the four gates of an LSTM, each a matrix of its own",
        formula: "gate p = inner of [h, in]",
        shapes: "an axis of outputs of 4 h",
        caution: "the bias has lstm_bias",
        source: "",
        example: "lstm_gates(glorot_uniform)",
        build: |arguments| boxed(lstm_gates(arguments.initializer("inner")?)),
    },
    Entry {
        name: "gru_gates",
        aliases: &[],
        arguments: "inner",
        summary: "the three gates of a GRU, each a matrix of its own",
        formula: "gate p = inner of [h, in]",
        shapes: "an axis of outputs of 3 h",
        caution: "the bias has gru_bias",
        source: "",
        example: "gru_gates(glorot_uniform)",
        build: |arguments| boxed(gru_gates(arguments.initializer("inner")?)),
    },
    Entry {
        name: "per_slice",
        aliases: &[],
        arguments: "first, second, ..., axis = out, repeat = 1",
        summary: "an initialiser of its own for each part along an axis; parts = [2, 1] gives their proportions",
        formula: "part p = initialiser p of its own shape",
        shapes: "an axis that repeat times the sum of the parts divides",
        caution: "parts are equal where no proportions are given",
        source: "",
        example: "per_slice(zeros, ones, parts = [2, 1])",
        build: |arguments| boxed(PerSlice::from_arguments(arguments)?),
    },
    Entry {
        name: "block_diagonal",
        aliases: &[],
        arguments: "inner, blocks = 2",
        summary: "blocks on the diagonal, each a matrix of its own, and 0 elsewhere",
        formula: "block b = inner of [rows / blocks, columns / blocks]",
        shapes: "two axes that blocks divides",
        caution: "a unit sees the inputs of its block alone",
        source: "",
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
        shapes: "an axis of even length",
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
        shapes: "one axis or more, rows along the first",
        caution: "the row stays 0 only if training leaves it alone",
        source: "",
        example: "embedding(normal(std = 0.02), padding = 1)",
        build: |arguments| {
            let inner = arguments.initializer_or("inner", Normal::new(0.0, 1.0)?)?;
            boxed(Embedding::new(inner, arguments.count("padding", 0)?))
        },
    },
];
