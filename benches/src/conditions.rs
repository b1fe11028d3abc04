//! Measurement conditions. Most programs want one thread, and memory that the process keeps.

use std::error::Error;
use std::process::{Command, ExitCode};

/// Settings that libraries read from the environment, which a program cannot change for itself.
///
/// - candle takes its number of threads from `RAYON_NUM_THREADS`. Without it, candle queries the number of cores at
///   every matrix product, which takes longer than a small product itself.
/// - glibc returns free memory at the top of the heap to the system and requests it again at the next allocation.
///   Whether this happens at every step or never depends on where the heap happens to end, and slows down the same step
///   by up to 1.6x, more than any effect measured here. Other allocators ignore these variables.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("RAYON_NUM_THREADS", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "1000000000"),
    ("MALLOC_MMAP_THRESHOLD_", "1000000000"),
    ("MALLOC_TOP_PAD_", "268435456"),
];

/// Runs a benchmark under these conditions: restarts the program in that environment if necessary, and returns whether
/// it succeeded. The benchmark's thread is the only one in rayon's global pool, so it never waits for another.
///
/// # Errors
/// Returns the error of `benchmark`, or the system's error if the program cannot be restarted.
pub fn under_conditions(
    benchmark: impl FnOnce() -> Result<ExitCode, Box<dyn Error>>,
) -> Result<ExitCode, Box<dyn Error>> {
    if ENVIRONMENT.iter().all(|(name, value)| std::env::var_os(name).is_some_and(|set| set == *value)) {
        one_thread()?;
        return benchmark();
    }
    Ok(if again_with(&ENVIRONMENT)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Restarts the program with the same arguments and these variables, waits for it, and returns whether it succeeded.
///
/// # Errors
/// Returns the system's error if the program cannot be started.
pub fn again_with(environment: &[(&str, &str)]) -> Result<bool, Box<dyn Error>> {
    let arguments = std::env::args_os().skip(1);
    let again = Command::new(std::env::current_exe()?).args(arguments).envs(environment.iter().copied()).status()?;
    Ok(again.success())
}

/// Makes this thread the only one in rayon's global pool, so that work neither waits for nor wakes another thread.
///
/// # Errors
/// Fails if a global pool already exists.
pub fn one_thread() -> Result<(), Box<dyn Error>> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?)
}

/// The threads to run on: only this thread, after [`one_thread`], or a separate pool.
#[derive(Debug)]
pub struct Threads {
    /// The number of threads.
    pub count: usize,
    pool: Option<rayon::ThreadPool>,
}

impl Threads {
    /// Creates this many threads.
    ///
    /// # Errors
    /// Fails if the system refuses.
    pub fn new(count: usize) -> Result<Self, Box<dyn Error>> {
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(count).build();
        Ok(Self { count, pool: (count > 1).then(pool).transpose()? })
    }

    /// Runs `work` on these threads and waits for it.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
