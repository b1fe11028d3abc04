//! The threads that fill and read: one pool for each process.
//!
//! A process that was forked has none of its parent's threads, so it starts a pool of its own, on first use. Rayon's
//! global pool would wait for the missing threads forever.

use std::mem;
use std::process;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{invalid, refused};

static POOL: ArcSwapOption<OwnedPool> = ArcSwapOption::const_empty();

/// A pool, and the process that started it.
struct OwnedPool {
    process: u32,
    threads: ThreadPool,
}

/// More threads than any machine has cores only cost memory.
const MOST_THREADS: usize = 1024;

/// Runs `work` in the pool of this process, without the interpreter's lock.
pub(crate) fn install<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let pool = current()?;
    Ok(py.detach(|| pool.threads.install(work)))
}

fn current() -> PyResult<Arc<OwnedPool>> {
    let process = process::id();
    loop {
        let held = POOL.load();
        if let Some(pool) = held.as_ref().filter(|pool| pool.process == process) {
            return Ok(Arc::clone(pool));
        }
        let started = Arc::new(start(process)?);
        let before = POOL.compare_and_swap(&*held, Some(Arc::clone(&started)));
        if before.as_ref().map(Arc::as_ptr) == held.as_ref().map(Arc::as_ptr) {
            // To drop the parent's pool would wait for threads that this process does not have.
            mem::forget(before.clone());
            return Ok(started);
        }
    }
}

fn start(process: u32) -> PyResult<OwnedPool> {
    for variable in ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"] {
        let given = std::env::var(variable).ok().and_then(|given| given.parse::<usize>().ok());
        if let Some(given) = given.filter(|given| *given > MOST_THREADS) {
            return Err(invalid(format!("{variable} is {given}; set it to at most {MOST_THREADS}")));
        }
    }
    let threads = ThreadPoolBuilder::new().thread_name(|index| format!("fanin-{index}")).build();
    let threads = threads.map_err(|error| refused(format!("cannot start threads: {error}; set RAYON_NUM_THREADS")))?;
    Ok(OwnedPool { process, threads })
}
