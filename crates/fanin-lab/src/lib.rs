//! The laboratory: data sets, experiments, recorded runs and their plots.
//!
//! | module | contents |
//! |---|---|
//! | [`data`] | data sets with source and license; reproducible batches |
//! | [`experiment`] | [`Experiment`]: one network, data set and order of batches with several starts and seeds, on a [`Backend`] |
//! | [`record`] | [`record::RunRecord`]: all results, as `run.json` |
//! | [`picture`] | a plot of the record |
//!
//! ```
//! use fanin_lab::{Experiment, Preset, Start, prepare_process};
//!
//! let article = Preset::Article.experiment()?;
//! let two = vec![Start::parse("zeros")?, Start::parse("glorot_normal")?];
//! let short = Experiment { starts: two, steps: 50, seeds: vec![0], ..article };
//! let run = short.run(2, &|_| {})?;
//! assert_eq!(run.lanes[0].verdict, "frozen");
//! assert_eq!(run.lanes[0].distinct_neurons, [1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod data;
pub mod experiment;
pub mod picture;
pub mod record;

pub use experiment::{Backend, BackendError, Experiment, ExperimentError, Lane, Preset, Start, prepare_process};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
