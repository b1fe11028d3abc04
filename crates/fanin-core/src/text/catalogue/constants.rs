//! One value for every element.

use super::{Entry, boxed};
use crate::initializers::{Constant, Ones, Zeros};

pub(super) static ENTRIES: [Entry; 3] = [
    Entry {
        name: "zeros",
        aliases: &[],
        arguments: "",
        summary: "every weight 0: a hidden layer that starts so is one neuron",
        formula: "w = 0",
        shapes: "any",
        caution: "not for the weights of hidden layers; right for biases, and for the last layer of a residual branch",
        source: "",
        example: "zeros",
        build: |_| boxed(Zeros),
    },
    Entry {
        name: "ones",
        aliases: &["mamba_d"],
        arguments: "",
        summary: "every weight 1: gains of norms, Mamba's D",
        formula: "w = 1",
        shapes: "any",
        caution: "for the gains of normalisation layers and Mamba's D, not for weights",
        source: "",
        example: "ones",
        build: |_| boxed(Ones),
    },
    Entry {
        name: "constant",
        aliases: &[],
        arguments: "value",
        summary: "every weight the same value",
        formula: "w = value",
        shapes: "any",
        caution: "the neurons of a layer that starts so stay equal for ever",
        source: "",
        example: "constant(0.5)",
        build: |arguments| boxed(Constant::new(arguments.required("value")?)?),
    },
];
