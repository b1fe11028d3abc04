//! Initializers that belong to one kind of layer.

use super::{Entry, boxed};
use crate::initializers::{GateBias, GruOrder, LstmOrder, MambaALog, MambaDtBias};

pub(super) static ENTRIES: [Entry; 4] = [
    Entry {
        name: "lstm_bias",
        aliases: &[],
        arguments: "forget = 1, order = ifgo",
        summary: "an LSTM's bias: 0, but for the forget gate; orders ifgo, iofg, igfo",
        formula: "b = forget for the forget gate, else 0",
        distribution: "fixed",
        shapes: "a last axis of 4 h",
        errors: "a last axis that is no multiple of 4, a scalar",
        caution: "PyTorch adds two biases: give it to one of them",
        source: "Gers, Schmidhuber & Cummins 2000, section 4; Jozefowicz et al. 2015, section 2",
        example: "lstm_bias(forget = 2)",
        build: |arguments| {
            let forget = arguments.number("forget", 1.0)?;
            boxed(GateBias::lstm(forget, arguments.choice("order", LstmOrder::Ifgo, &LstmOrder::WORDS)?)?)
        },
    },
    Entry {
        name: "gru_bias",
        aliases: &[],
        arguments: "update = 1, order = rzn",
        summary: "a GRU's bias: 0, but for the update gate; orders rzn, zrn",
        formula: "b = update for the update gate, else 0",
        distribution: "fixed",
        shapes: "a last axis of 3 h",
        errors: "a last axis that is no multiple of 3, a scalar",
        caution: "where the update gate weighs the new state and not the old, give a negative one",
        source: "Jozefowicz et al. 2015, section 2",
        example: "gru_bias(order = zrn)",
        build: |arguments| {
            let update = arguments.number("update", 1.0)?;
            boxed(GateBias::gru(update, arguments.choice("order", GruOrder::Rzn, &GruOrder::WORDS)?)?)
        },
    },
    Entry {
        name: "mamba_a_log",
        aliases: &[],
        arguments: "",
        summary: "Mamba's A_log: ln 1, ln 2, ... ln n along the states",
        formula: "w[c, i] = ln(i + 1)",
        distribution: "fixed",
        shapes: "any but a scalar; states along the last axis",
        errors: "a scalar",
        caution: "keep it out of weight decay",
        source: "Gu & Dao 2023, section 3.6",
        example: "mamba_a_log",
        build: |_| boxed(MambaALog),
    },
    Entry {
        name: "mamba_dt_bias",
        aliases: &[],
        arguments: "low = 0.001, high = 0.1, floor = 0.0001",
        summary: "Mamba's bias of the time steps: softplus of it is log-uniform",
        formula: "b = dt + ln(1 - exp(-dt)), dt = max(floor, exp(ln low + u (ln high - ln low)))",
        distribution: "softplus of it is log-uniform on [low, high], raised to floor; its own distribution is not stated",
        shapes: "any",
        errors: "a number that is not above 0, low not below high",
        caution: "keep it out of weight decay, and of rules that set biases to 0",
        source: "Gu & Dao 2023, section 3.6",
        example: "mamba_dt_bias",
        build: |arguments| {
            let (low, high) = (arguments.number("low", 1e-3)?, arguments.number("high", 0.1)?);
            boxed(MambaDtBias::new(low, high, arguments.number("floor", 1e-4)?)?)
        },
    },
];
