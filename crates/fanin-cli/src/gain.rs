//! `fanin gain`: the gains of an activation.

use fanin_core::gain::Convention;
use fanin_core::{Activation, gain::Gains};
use serde::Serialize;

use crate::arguments::GainArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::input;
use crate::prose;
use crate::table::{Column, Table};

/// The output of `--json`.
#[derive(Serialize)]
struct GainRecord {
    activation: String,
    forward: f64,
    backward: f64,
    standardized: f64,
    pytorch: Option<f64>,
}

pub(crate) fn run(arguments: &GainArguments, console: Console) -> Result<(), Failure> {
    if arguments.activation != input::STANDARD {
        let (activation, gains) = gains(&arguments.activation)?;
        return if arguments.json {
            console::print_json(&record(activation, gains))
        } else {
            console::print(&report(activation, gains, console.width()))
        };
    }
    let text = input::standard()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Vec<(Activation, Gains)> = lines.map(gains).collect::<Result<_, _>>()?;
    if all.is_empty() {
        return Err(Failure::usage("standard input contains no activation; write one per line, such as relu"));
    }
    if arguments.json {
        let records: Vec<GainRecord> = all.into_iter().map(|(activation, gains)| record(activation, gains)).collect();
        return console::print_json(&records);
    }
    let reports = all.into_iter().map(|(activation, gains)| report(activation, gains, console.width()));
    console::print(&reports.collect::<Vec<_>>().join("\n"))
}

fn gains(text: &str) -> Result<(Activation, Gains), Failure> {
    let activation: Activation = text.parse().map_err(Failure::usage)?;
    let gains = activation.gains().map_err(|error| Failure::usage(format!("{activation}: {error}")))?;
    Ok((activation, gains))
}

fn record(activation: Activation, gains: Gains) -> GainRecord {
    let Gains { forward, backward, standardized, pytorch } = gains;
    GainRecord { activation: activation.to_string(), forward, backward, standardized, pytorch }
}

fn report(activation: Activation, gains: Gains, width: Option<usize>) -> String {
    let number = |convention| match convention {
        Convention::Forward => Some(gains.forward),
        Convention::Backward => Some(gains.backward),
        Convention::Standardized => Some(gains.standardized),
        Convention::Pytorch => gains.pytorch,
    };
    let mut table = Table::new(&[Column::whole("convention"), Column::text("formula"), Column::whole("gain")]);
    for convention in Convention::ALL {
        let gain = number(convention).map_or_else(|| "none".to_owned(), |gain| gain.to_string());
        table.row([convention.to_string(), convention.formula().to_owned(), gain]);
    }
    let title = format!("{activation}: f(z) = {}", activation.formula());
    let note = "z ~ N(0, 1); for weights with a standard deviation of gain / sqrt(fan_in)";
    format!("{}{}{}", prose::fitted(&title, width), table.fitted(width), prose::fitted(note, width))
}
