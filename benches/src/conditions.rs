//! The conditions under which a program measures. Most want one thread, and memory that the process keeps.

use std::error::Error;
use std::process::{Command, ExitCode};

/// What a library reads from the environment alone, where a program cannot change it for itself.
///
/// - candle takes its number of threads from `RAYON_NUM_THREADS`. Without it, it reads the number of cores from the system at
///   every matrix product, which takes longer than a small product itself.
/// - glibc hands free memory at the top of the heap back to the system and asks for it again at the next allocation. Whether
///   that happens at every step or never hangs on where the heap happens to end, and makes the same step up to 1.6 times as
///   long: more than anything that is measured here. Other allocators ignore these variables.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("RAYON_NUM_THREADS", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "1000000000"),
    ("MALLOC_MMAP_THRESHOLD_", "1000000000"),
    ("MALLOC_TOP_PAD_", "268435456"),
];

/// Runs a benchmark under the conditions: starts the program again in that environment, unless it is in it, and hands on
/// whether it succeeded. The thread of the benchmark is the only one of rayon's global pool, so that it waits for no other.
///
/// # Errors
/// What `benchmark` returns; what the system says if the program cannot be started again.
pub fn under_conditions(
    benchmark: impl FnOnce() -> Result<ExitCode, Box<dyn Error>>,
) -> Result<ExitCode, Box<dyn Error>> {
    if ENVIRONMENT.iter().all(|(name, value)| std::env::var_os(name).is_some_and(|set| set == *value)) {
        one_thread()?;
        return benchmark();
    }
    Ok(if again_with(&ENVIRONMENT)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts the program again with the same arguments and these variables, and waits for it; whether it succeeded.
///
/// # Errors
/// What the system says if the program cannot be started again.
pub fn again_with(environment: &[(&str, &str)]) -> Result<bool, Box<dyn Error>> {
    let arguments = std::env::args_os().skip(1);
    let again = Command::new(std::env::current_exe()?).args(arguments).envs(environment.iter().copied()).status()?;
    Ok(again.success())
}

/// Makes this thread the only one of rayon's global pool: work on one thread then neither waits for another nor wakes it.
///
/// # Errors
/// If there is a global pool already.
pub fn one_thread() -> Result<(), Box<dyn Error>> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?)
}

/// Where work runs: on this thread alone, after [`one_thread`], or in a pool that it enters.
#[derive(Debug)]
pub struct Threads {
    /// How many.
    pub count: usize,
    pool: Option<rayon::ThreadPool>,
}

impl Threads {
    /// So many.
    ///
    /// # Errors
    /// If the system gives none.
    pub fn new(count: usize) -> Result<Self, Box<dyn Error>> {
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(count).build();
        Ok(Self { count, pool: (count > 1).then(pool).transpose()? })
    }

    /// Runs `work` there and waits for it.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
