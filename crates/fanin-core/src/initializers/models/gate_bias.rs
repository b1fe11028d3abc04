//! Biases of recurrent layers: one gate open, the others at zero.

use std::fmt;

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// The order in which an LSTM packs input (i), forget (f), cell (g) and output (o).
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

/// The order in which a GRU packs reset (r), update (z) and candidate (n).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GruOrder {
    /// PyTorch and candle.
    #[default]
    Rzn,
    /// Keras and ONNX.
    Zrn,
}

/// The bias of an LSTM or a GRU whose gates are packed along the last axis: the gate that keeps the memory has this bias, the
/// others 0. An LSTM's forget gate at 1 lets gradients pass from the start: `sigmoid(1) = 0.73` of the memory stays after a step,
/// in place of half.
///
/// PyTorch and cuDNN add two biases, `b_ih` and `b_hh`: give it to one of them and `zeros` to the other, or half to each.
///
/// Text: `lstm_bias(forget = 1, order = ifgo)`, orders ifgo, iofg, igfo; `gru_bias(update = 1, order = rzn)`, orders rzn, zrn. A last
/// axis that is no multiple of the gates is refused. Gers, Schmidhuber & Cummins 2000, section 4; Jozefowicz, Zaremba & Sutskever 2015,
/// section 2.
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
    /// An LSTM's, with this bias of the forget gate.
    ///
    /// # Errors
    /// [`ArgumentError`] if it is not finite.
    pub fn lstm(forget: f64, order: LstmOrder) -> Result<Self, ArgumentError> {
        Ok(Self { cell: Cell::Lstm(order), value: ArgumentError::finite("lstm_bias", "forget", forget)? })
    }

    /// A GRU's, with this bias of the update gate, which keeps the memory where it is large.
    ///
    /// # Errors
    /// [`ArgumentError`] if it is not finite.
    pub fn gru(update: f64, order: GruOrder) -> Result<Self, ArgumentError> {
        Ok(Self { cell: Cell::Gru(order), value: ArgumentError::finite("gru_bias", "update", update)? })
    }

    const fn name(&self) -> &'static str {
        match self.cell {
            Cell::Lstm(_) => "lstm_bias",
            Cell::Gru(_) => "gru_bias",
        }
    }

    /// The number of gates, and which of them keeps the memory.
    const fn gates(&self) -> (usize, u64) {
        match self.cell {
            Cell::Lstm(LstmOrder::Ifgo) => (4, 1),
            Cell::Lstm(LstmOrder::Iofg | LstmOrder::Igfo) => (4, 2),
            Cell::Gru(GruOrder::Rzn) => (3, 1),
            Cell::Gru(GruOrder::Zrn) => (3, 0),
        }
    }

    /// The length of the last axis.
    fn length(&self, param: &ParamSpec) -> Result<usize, InitError> {
        let (gates, _) = self.gates();
        match param.shape().last() {
            Some(length) if length % gates == 0 => Ok(*length),
            Some(length) => {
                let reason = format!("its last axis, {length}, is no multiple of {gates} gates; give one that is");
                Err(InitError::shape(param, self.name(), reason))
            }
            None => Err(InitError::shape(param, self.name(), "a scalar has no gates; give a vector")),
        }
    }
}

impl Initializer for GateBias {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let length = self.length(param)?.max(1) as u64;
        let (gates, open) = self.gates();
        let width = (length / gates as u64).max(1);
        out.hold_value(key, "forget", self.value)?;
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
        let printer = Printer::new(self.name());
        Some(
            match self.cell {
                Cell::Lstm(order) => printer.number("forget", self.value, 1.0).word("order", order, LstmOrder::Ifgo),
                Cell::Gru(order) => printer.number("update", self.value, 1.0).word("order", order, GruOrder::Rzn),
            }
            .finish(),
        )
    }
}

impl LstmOrder {
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("ifgo", Self::Ifgo), ("iofg", Self::Iofg), ("igfo", Self::Igfo)];
}

impl GruOrder {
    pub(crate) const WORDS: [(&'static str, Self); 2] = [("rzn", Self::Rzn), ("zrn", Self::Zrn)];
}

macro_rules! display {
    ($($type:ty),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(Self::WORDS.iter().find(|(_, order)| order == self).map_or("", |(word, _)| word))
            }
        }
    )*};
}

display!(LstmOrder, GruOrder);
