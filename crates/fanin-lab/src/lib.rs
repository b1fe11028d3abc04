//! The laboratory: data sets, comparisons, the recorded run and its picture.
//!
//! | module | what it holds |
//! |---|---|
//! | [`data`] | data sets with a source and a license; batches whose order has an address |
//! | [`experiment`] | [`Experiment`]: the same network, data and order of batches under several starts and seeds |
//! | [`record`] | [`record::RunRecord`]: all that was found, as `run.json` |
//! | [`picture`] | the record as a picture |
//!
//! ```
//! use fanin_lab::{Experiment, Preset, Start};
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
mod whole_file;

pub use experiment::{Backend, Experiment, ExperimentError, Preset, Start};
pub use whole_file::{remove_unfinished, write_whole};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
