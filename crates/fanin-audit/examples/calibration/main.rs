//! Measures how well the audit distinguishes faulty checkpoints from healthy ones.
//!
//! `calibration CACHE [PLACES]` audits the healthy trained checkpoints that `campaigns/calibration/fetch` left in
//! CACHE, unmodified and with one fault at a time, each kind of fault in up to PLACES of the tensors (default 20; 0 injects none). The
//! checkpoints on which thresholds were set are reported apart from the held-out ones. It prints Markdown tables and
//! exits with 1 if a target is missed. Every draw has a fixed seed.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

mod axes;
mod campaign;
mod copied_neuron;
mod corpus;
mod draw;
mod element;
mod evidence;
mod explained;
mod findings;
mod fresh;
mod further;
mod mutation;
mod peers;
mod report;
mod setting;
mod stage;
mod start;
mod working_copy;

use campaign::Patient;
use fresh::Fresh;
use setting::Setting;
use start::Start;

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
        let faulty = Start::FAULTY[number % Start::FAULTY.len()];
        let mut patients = vec![(Setting::Trained, None)];
        for start in Start::ALL {
            patients.push((Setting::Fresh, Some(start)));
            patients.extend((start == faulty).then_some((Setting::Declared, Some(start))));
        }
        for (setting, start) in patients {
            // The other starts are only audited as they are.
            let deep = start.is_none_or(|start| start == faulty);
            let places = if deep { places } else { 0 };
            let fresh = start.map(|start| Fresh::like(checkpoint, start, number as u64)).transpose()?;
            let fresh = fresh.as_ref();
            let result = Patient { checkpoint, fresh, setting, deep, explained: &explained }.examine(places)?;
            let (found, put_in) = (result.faults.iter().filter(|fault| fault.found).count(), result.faults.len());
            let (name, said) = (&checkpoint.name, result.healthy.len());
            if deep {
                eprintln!("{name}, {}: {said} findings as it is; {found} of {put_in} faults found", setting.name());
            }
            audited.push(result);
        }
    }
    let (report, met) = report::write(&audited, &explained);
    print!("{report}");
    Ok(met)
}
