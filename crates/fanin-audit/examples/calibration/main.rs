//! Measures how well the audit distinguishes faulty checkpoints from healthy ones.
//!
//! `calibration CACHE [PLACES]` audits the healthy trained checkpoints that `campaigns/calibration/fetch` left in
//! CACHE, unmodified and with one fault at a time, each kind of fault in up to PLACES of the tensors (default 20). It
//! prints Markdown tables and exits with 1 if a target is missed. Every draw has a fixed seed.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

mod axes;
mod campaign;
mod corpus;
mod draw;
mod evidence;
mod explained;
mod findings;
mod fresh;
mod further;
mod mutation;
mod peers;
mod report;
mod setting;
mod working_copy;

use campaign::Patient;
use fresh::Fresh;
use setting::Setting;

const EXPLAINED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/campaigns/calibration/explained.toml");

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (cache, places) = (arguments.next(), arguments.next().map_or(Ok(20), |given| given.parse::<usize>()));
    let (Some(cache), Ok(places)) = (cache, places) else {
        eprintln!("usage: calibration CACHE [PLACES]");
        return ExitCode::from(2);
    };
    match calibrate(Path::new(&cache), places) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("calibration: {error}");
            ExitCode::from(2)
        }
    }
}

fn calibrate(cache: &Path, places: usize) -> Result<bool, Box<dyn Error>> {
    let explained = explained::Explained::read(Path::new(EXPLAINED))?;
    let checkpoints = corpus::read(cache)?;
    let mut audited = Vec::new();
    for (number, checkpoint) in checkpoints.iter().enumerate() {
        // Both scale with the fan-in; if the fans enter alike, there is nothing to swap.
        let initializer = ["fan_in_uniform", "he_normal"][number % 2];
        let fresh = Fresh::like(checkpoint, initializer, number as u64)?;
        for setting in Setting::ALL {
            let fresh = (setting != Setting::Trained).then_some(&fresh);
            let result = Patient { checkpoint, fresh, setting, explained: &explained }.examine(places)?;
            let (found, put_in) = (result.faults.iter().filter(|fault| fault.found).count(), result.faults.len());
            let (name, said) = (&checkpoint.name, result.healthy.len());
            eprintln!("{name}, {}: {said} findings as it is; {found} of {put_in} faults found", setting.name());
            audited.push(result);
        }
    }
    let (report, met) = report::write(&audited, &explained);
    print!("{report}");
    Ok(met)
}
