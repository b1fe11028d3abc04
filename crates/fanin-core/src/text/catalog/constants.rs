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
        distribution: "constant 0: mean 0, std 0",
        shapes: "any",
        errors: "none",
        caution: "not for the weights of hidden layers; right for biases, and for the last layer of a residual branch",
        source: "as the end of a branch: Goyal et al. 2017, section 5.1",
        example: "zeros",
        build: |_| boxed(Zeros),
    },
    Entry {
        name: "ones",
        aliases: &["mamba_d"],
        arguments: "",
        summary: "every weight 1: gains of norms, Mamba's D",
        formula: "w = 1",
        distribution: "constant 1: mean 1, std 0",
        shapes: "any",
        errors: "none",
        caution: "for the gains of normalization layers and Mamba's D, not for weights",
        source: "as norms' gains: Ioffe & Szegedy 2015, algorithm 1; as D: Gu & Dao 2023, section 3.6",
        example: "ones",
        build: |_| boxed(Ones),
    },
    Entry {
        name: "constant",
        aliases: &[],
        arguments: "value",
        summary: "every weight the same value",
        formula: "w = value",
        distribution: "constant: mean value, std 0",
        shapes: "any",
        errors: "a value that is not finite; a value that the element type cannot hold",
        caution: "the neurons of a layer that starts so stay equal for ever",
        source: "no paper; layer scale: Touvron et al. 2021 (CaiT), equation 4",
        example: "constant(0.5)",
        build: |arguments| boxed(Constant::new(arguments.required("value")?)?),
    },
];
