//! Biases of recurrent layers, with one gate open.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed, words};
use crate::param::{ParamSpec, ParamViewMut};

const FORGET: Argument<f64> = Argument::new("forget", 1.0);
const UPDATE: Argument<f64> = Argument::new("update", 1.0);
const LSTM_ORDER: Argument<LstmOrder> = Argument::new("order", LstmOrder::Ifgo);
const GRU_ORDER: Argument<GruOrder> = Argument::new("order", GruOrder::Rzn);

pub(super) static LSTM_BIAS: Entry = Entry {
    name: "lstm_bias",
    aliases: &[],
    arguments: &[&FORGET, &LSTM_ORDER],
    summary: "an LSTM's bias: 0 except for the forget gate; orders ifgo, iofg, igfo",
    formula: "b = forget for the forget gate, else 0",
    distribution: "fixed",
    shapes: "a last axis of 4 h",
    errors: "a last axis that is not a multiple of 4, a scalar",
    caution: "PyTorch adds two biases: use this for one of them and zeros for the other",
    source: "Gers, Schmidhuber & Cummins 2000, section 4; Jozefowicz et al. 2015, section 2",
    example: "lstm_bias(forget = 2)",
    elsewhere: Elsewhere { keras: "`LSTM(unit_forget_bias)`", ..Elsewhere::NONE },
    build: |arguments| boxed(GateBias::lstm(FORGET.of(arguments)?, LSTM_ORDER.of(arguments)?)?),
};

pub(super) static GRU_BIAS: Entry = Entry {
    name: "gru_bias",
    aliases: &[],
    arguments: &[&UPDATE, &GRU_ORDER],
    summary: "a GRU's bias: 0 except for the update gate; orders rzn, zrn",
    formula: "b = update for the update gate, else 0",
    distribution: "fixed",
    shapes: "a last axis of 3 h",
    errors: "a last axis that is not a multiple of 3, a scalar",
    caution: "if the update gate weights the new state rather than the old, use a negative bias",
    source: "Jozefowicz et al. 2015, section 2",
    example: "gru_bias(order = zrn)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(GateBias::gru(UPDATE.of(arguments)?, GRU_ORDER.of(arguments)?)?),
};

/// The order of the packed gates of an LSTM: input (i), forget (f), cell (g) and output (o).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LstmOrder {
    /// PyTorch, candle, Keras, cuDNN.
    #[default]
    Ifgo,
    /// ONNX.
    Iofg,
    /// TensorFlow's `BasicLSTMCell`.
    Igfo,
}

/// The order of the packed gates of a GRU: reset (r), update (z) and candidate (n).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GruOrder {
    /// PyTorch and candle.
    #[default]
    Rzn,
    /// Keras and ONNX.
    Zrn,
}

/// The bias of an LSTM or GRU with gates packed along the last axis: the given value for the gate that keeps the
/// memory, 0 for the others. A forget bias of 1 lets gradients pass from the start: `sigmoid(1) = 0.73` of an LSTM's
/// memory survives a step, instead of half.
///
/// PyTorch and cuDNN add two biases, `b_ih` and `b_hh`: use this for one and `zeros` for the other.
///
/// Text: `lstm_bias`, with orders ifgo, iofg and igfo; `gru_bias`, with orders rzn and zrn. The length of the last axis
/// must be a multiple of the number of gates. Gers, Schmidhuber & Cummins 2000, section 4; Jozefowicz, Zaremba &
/// Sutskever 2015, section 2.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::{GateBias, LstmOrder}};
///
/// let bias = ParamSpec::new("lstm.bias_ih", [8])?;
/// let values: Vec<f32> = GateBias::lstm(1.0, LstmOrder::Ifgo)?.sample(&bias, Seed(0))?;
/// assert_eq!(values, [0., 0., 1., 1., 0., 0., 0., 0.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateBias {
    cell: Cell,
    value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    Lstm(LstmOrder),
    Gru(GruOrder),
}

impl GateBias {
    /// Creates the bias of an LSTM, with this value for the forget gate.
    ///
    /// # Errors
    /// [`ArgumentError`] if the value is not finite.
    pub fn lstm(forget: f64, order: LstmOrder) -> Result<Self, ArgumentError> {
        Ok(Self { cell: Cell::Lstm(order), value: ArgumentError::finite(LSTM_BIAS.name, FORGET.name, forget)? })
    }

    /// Creates the bias of a GRU, with this value for the update gate. Larger values keep more memory.
    ///
    /// # Errors
    /// [`ArgumentError`] if the value is not finite.
    pub fn gru(update: f64, order: GruOrder) -> Result<Self, ArgumentError> {
        Ok(Self { cell: Cell::Gru(order), value: ArgumentError::finite(GRU_BIAS.name, UPDATE.name, update)? })
    }

    fn entry(&self) -> &'static Entry {
        match self.cell {
            Cell::Lstm(_) => &LSTM_BIAS,
            Cell::Gru(_) => &GRU_BIAS,
        }
    }

    /// Returns the number of gates and the index of the gate that keeps the memory.
    const fn gates(&self) -> (usize, u64) {
        match self.cell {
            Cell::Lstm(LstmOrder::Ifgo) => (4, 1),
            Cell::Lstm(LstmOrder::Iofg | LstmOrder::Igfo) => (4, 2),
            Cell::Gru(GruOrder::Rzn) => (3, 1),
            Cell::Gru(GruOrder::Zrn) => (3, 0),
        }
    }

    /// Returns the length of the last axis.
    fn length(&self, param: &ParamSpec) -> Result<usize, InitError> {
        let (gates, _) = self.gates();
        match param.shape().last() {
            Some(length) if length % gates == 0 => Ok(*length),
            Some(length) => {
                let reason = format!(
                    "its last axis has length {length}, which is not a multiple of {gates} gates; use a multiple"
                );
                Err(InitError::shape(param, self.entry().name, reason))
            }
            None => Err(InitError::shape(param, self.entry().name, "a scalar has no gates; use a vector")),
        }
    }
}

impl Initializer for GateBias {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let length = self.length(param)?.max(1) as u64;
        let (gates, open) = self.gates();
        let width = (length / gates as u64).max(1);
        out.check_value(key, FORGET.name, self.value)?;
        out.fill_each(|index| if index % length / width == open { self.value } else { 0.0 });
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.length(param).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        let printer = self.entry().print();
        let printer = match &self.cell {
            Cell::Lstm(order) => printer.argument(&FORGET, &self.value).argument(&LSTM_ORDER, order),
            Cell::Gru(order) => printer.argument(&UPDATE, &self.value).argument(&GRU_ORDER, order),
        };
        Some(printer.finish())
    }
}

words!(LstmOrder { Ifgo "ifgo", Iofg "iofg", Igfo "igfo" });

words!(GruOrder { Rzn "rzn", Zrn "zrn" });
