//! `fanin gain`: what an activation makes of a unit normal.

use fanin_core::gain::Convention;
use fanin_core::{Activation, gain::Gains};
use serde::Serialize;

use crate::arguments::GainArguments;
use crate::failure::Failure;
use crate::page;

/// What `--json` prints.
#[derive(Serialize)]
struct GainRecord {
    activation: String,
    forward: f64,
    backward: f64,
    standardized: f64,
    pytorch: Option<f64>,
}

pub(crate) fn run(arguments: &GainArguments) -> Result<(), Failure> {
    let activation: Activation = arguments.activation.parse().map_err(Failure::usage)?;
    let gains = activation.gains().map_err(|error| Failure::usage(format!("{activation}: {error}")))?;
    let text = if arguments.json { json(activation, gains)? } else { table(activation, gains) };
    page::print(&text)
}

fn json(activation: Activation, gains: Gains) -> Result<String, Failure> {
    let Gains { forward, backward, standardized, pytorch } = gains;
    let record = GainRecord { activation: activation.to_string(), forward, backward, standardized, pytorch };
    Ok(serde_json::to_string_pretty(&record).map_err(Failure::internal)? + "\n")
}

fn table(activation: Activation, gains: Gains) -> String {
    let number = |convention| match convention {
        Convention::Forward => gains.forward.to_string(),
        Convention::Backward => gains.backward.to_string(),
        Convention::Standardized => gains.standardized.to_string(),
        Convention::Pytorch => gains.pytorch.map_or_else(|| "none".to_owned(), |gain| gain.to_string()),
    };
    let row = |convention: Convention| {
        format!("  {:<12}  {:<29}  {}\n", convention.to_string(), convention.formula(), number(convention))
    };
    let rows: String = Convention::ALL.into_iter().map(row).collect();
    format!(
        "{activation}: f(z) = {}\n{rows}for z ~ N(0, 1); weights of std gain / sqrt(fan_in)\n",
        activation.formula()
    )
}
