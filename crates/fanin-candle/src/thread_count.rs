//! The number of threads that candle reads from the environment.

use std::thread::available_parallelism;

/// The variables from which rayon reads the size of its global pool; candle reads the first.
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];

/// Rayon starts all threads of its global pool at once.
const MOST: usize = 1024;

/// Sets the environment variable `RAYON_NUM_THREADS` to the number of available cores, which is rayon's default, and
/// returns whether it did. Does nothing if it or `RAYON_RS_NUM_CPUS` is set.
///
/// Without the variable, candle asks the operating system for the number of cores at every matrix product, which takes
/// longer than a small product. Call this first in `main`: changing the environment is sound only before other threads
/// run, so if the process has other threads, it does nothing. Linux and Windows are supported; elsewhere, set the
/// variable before the program starts.
#[expect(clippy::must_use_candidate, reason = "called for its effect")]
pub fn fix_thread_count() -> bool {
    if VARIABLES.iter().any(|variable| std::env::var_os(variable).is_some()) || !may_set_variables() {
        return false;
    }
    let Ok(cores) = available_parallelism() else { return false };
    let threads = cores.get().min(MOST).to_string();
    // SAFETY: on Windows, setting a variable is always safe. Elsewhere, no other thread can read the environment
    // meanwhile: this is the only thread of the process.
    #[allow(unsafe_code)]
    unsafe {
        std::env::set_var(VARIABLES[0], threads);
    }
    true
}

/// Returns whether the environment can be changed safely.
fn may_set_variables() -> bool {
    if cfg!(target_os = "linux") {
        std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
    } else {
        cfg!(windows)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_does_nothing_while_other_threads_run() {
        // The test harness runs each test in a thread of its own.
        let before = std::env::var_os("RAYON_NUM_THREADS");
        let set = std::thread::spawn(super::fix_thread_count).join().expect("no panic");
        assert!(!set || cfg!(windows));
        assert!(cfg!(windows) || std::env::var_os("RAYON_NUM_THREADS") == before);
    }
}
