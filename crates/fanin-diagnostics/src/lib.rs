//! Symmetry, saturation and signal propagation of any network, measured through observers.
//!
//! These numbers reveal that a network is not learning long before its accuracy does. This crate measures any
//! [`Trainable`](fanin_core::network::Trainable) network on any backend: it reads the parameters and observes one pass,
//! and modifies nothing.
//!
//! # The numbers
//!
//! | number | formula | interpretation | source |
//! |---|---|---|---|
//! | distinct neurons, [`LayerSymmetry`] | number of different (row `j` of the weight, bias `j`, column `j` of the outgoing weight) in a hidden layer | equal neurons get equal gradients and stay equal: 32 neurons of which 1 is distinct act as one neuron | Rumelhart, Hinton & Williams 1986, "Breaking symmetry" |
//! | largest difference, [`LayerSymmetry`] | max over pairs of neurons and components of `\|difference\|` | how far symmetry is broken; 0 if and only if one neuron is distinct | |
//! | saturated share, [`Saturation`] | share of activations where `f'(z) < 0.05 max f'`, for tanh and sigmoid | the gradient vanishes on the flat part, so learning is slow | Glorot & Bengio 2010, section 3 |
//! | dead share, [`Dead`] | share of neurons with `f'(z) = 0` for every sample, for ReLU | such a neuron gets no gradient and cannot recover | Maas et al. 2013; Lu et al. 2020, "Dying ReLU and Initialization" |
//! | mean and std, [`SignalMoments`] | of `z`, of `f(z)`, of their gradients and of the parameters' gradients, per layer | a std that shrinks or grows from layer to layer vanishes or explodes in a deep network | Glorot & Bengio 2010, figures 6 and 7; He et al. 2015 |
//! | update-to-weight ratio, [`Update`] | `rms(w_after - w_before) / rms(w_before)` of one step | far below `1e-3`, the step is too small to matter; far above, it is too large. A rule of thumb only | Karpathy, Stanford course notes on neural networks (2015), "Ratio of weights:updates" |
//! | first non-finite value, [`NonFinite`] | the first NaN or infinity, in the order of computation | the origin; every later NaN or infinity follows from it | |
//! | verdict, [`Verdict`] | the first of six verdicts that applies | the run in one word | thresholds in [`verdict`] |
//!
//! # Diagnose a network in one pass
//! ```
//! use fanin_core::network::Trainable;
//! use fanin_diagnostics::{Diagnosis, DiagnosticsError};
//!
//! fn print<N: Trainable>(network: &N, batch: &N::Batch) -> Result<(), DiagnosticsError> {
//!     let diagnosis = Diagnosis::of(network, batch)?;
//!     if let Some(found) = &diagnosis.non_finite {
//!         println!("{found}");
//!     }
//!     for report in &diagnosis.layers {
//!         let distinct = report.symmetry.as_ref().map(|symmetry| symmetry.distinct_neurons());
//!         println!("{}: {distinct:?} distinct of {} neurons", report.weight, report.neurons);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Each number is also available as a separate observer. [`Composite`] runs several observers in one pass, including
//! custom ones.

mod composite;
mod constant_prediction;
mod dead;
mod diagnosis;
mod error;
mod evidence;
#[cfg(test)]
mod held_parameters;
mod moments;
mod non_finite;
mod saturation;
mod share;
mod signal_moments;
mod symmetry;
mod update;
pub mod verdict;

pub use composite::Composite;
pub use constant_prediction::constant_prediction_loss;
pub use dead::Dead;
pub use diagnosis::{Diagnosis, LayerReport};
pub use error::DiagnosticsError;
pub use evidence::Evidence;
pub use moments::{Moments, RunningMoments};
pub use non_finite::{FirstNonFinite, NonFinite, NonFiniteKind};
pub use saturation::{SATURATED_SLOPE, Saturation, is_saturated};
pub use share::Share;
pub use signal_moments::{LayerMoments, SignalMoments};
pub use symmetry::{LayerSymmetry, symmetry};
pub use update::{Snapshot, Update, Updates};
pub use verdict::{UnknownVerdict, Verdict};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
