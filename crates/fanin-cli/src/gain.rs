//! `fanin gain`: the gains of an activation.

use fanin_core::gain::Convention;
use fanin_core::{Activation, gain::Gains};
use serde::Serialize;

use crate::arguments::GainArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::input;
use crate::prose;
use crate::report::Report;
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
        return console.show(&report(&arguments.activation)?, arguments.json);
    }
    let text = input::standard()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Vec<GainReport> = lines.map(report).collect::<Result<_, _>>()?;
    if all.is_empty() {
        return Err(Failure::usage("standard input contains no activation; write one per line, such as relu"));
    }
    if arguments.json {
        return console::print_json(&all.iter().map(GainReport::record).collect::<Vec<_>>());
    }
    console::print(&all.iter().map(|report| report.text(console.width())).collect::<Vec<_>>().join("\n"))
}

/// Computes the gains of an activation.
pub(crate) fn report(text: &str) -> Result<GainReport, Failure> {
    let activation: Activation = text.parse().map_err(Failure::usage)?;
    let gains = activation.gains().map_err(|error| Failure::usage(format!("{activation}: {error}")))?;
    Ok(GainReport { activation, gains })
}

/// The gains of an activation.
pub(crate) struct GainReport {
    activation: Activation,
    gains: Gains,
}

impl GainReport {
    fn record(&self) -> GainRecord {
        let Gains { forward, backward, standardized, pytorch } = self.gains;
        GainRecord { activation: self.activation.to_string(), forward, backward, standardized, pytorch }
    }
}

impl Report for GainReport {
    fn json(&self) -> Result<String, Failure> {
        console::json_text(&self.record())
    }

    fn text(&self, width: Option<usize>) -> String {
        let Self { activation, gains } = self;
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
}
