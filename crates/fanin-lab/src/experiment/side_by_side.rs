//! Running lanes in parallel, each in a pool of one thread, so that sums do not depend on the number of threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::ExperimentError;

/// Runs every job, `threads` at a time, and returns the results in the order of the jobs. After an error, no further
/// job starts.
pub(super) fn run<J: Sync, R: Send>(
    jobs: &[J],
    threads: usize,
    work: &(dyn Fn(&J) -> Result<R, ExperimentError> + Sync),
) -> Result<Vec<R>, ExperimentError> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let keep = |at: usize, result: Result<R, ExperimentError>| {
        failed.fetch_or(result.is_err(), Ordering::Relaxed);
        results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
    };
    let worker = |pool: rayon::ThreadPool| {
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else { break };
            keep(at, pool.install(|| work(job)));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, jobs.len().max(1)) {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
            match pool {
                Ok(pool) => drop(scope.spawn(|| worker(pool))),
                Err(error) => keep(0, Err(ExperimentError::Threads(error.to_string()))),
            }
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_jobs_order_from_pools_of_one_thread() {
        let jobs: Vec<usize> = (0..50).collect();
        for threads in [0, 1, 3, 100] {
            let squares = run(&jobs, threads, &|job| {
                assert_eq!(rayon::current_num_threads(), 1);
                Ok(job * job)
            });
            assert_eq!(squares.unwrap(), jobs.iter().map(|job| job * job).collect::<Vec<_>>());
        }
        assert_eq!(run(&[], 2, &|(): &()| Ok(1)).unwrap(), Vec::<i32>::new());
    }

    #[test]
    fn an_error_ends_it() {
        let result = run(&[1, 2, 3], 1, &|job| {
            if *job == 2 { Err(ExperimentError::Arguments("two".to_owned())) } else { Ok(*job) }
        });
        assert_eq!(result.unwrap_err().to_string(), "two");
    }
}
