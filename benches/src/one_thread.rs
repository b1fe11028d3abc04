//! One thread for everything, so that ratios compare work and not scheduling.

use rayon::ThreadPoolBuildError;

/// Makes the calling thread the only one of rayon's global pool: candle hands every matrix product to that pool, and ndarray
/// uses none.
///
/// candle splits elementwise operations on 65,536 elements or more over threads of its own, which only the environment
/// variable `RAYON_NUM_THREADS=1` turns off; of the networks here, 784-256-128-10 has such.
///
/// # Errors
/// [`ThreadPoolBuildError`] if there is a global pool already.
pub fn one_thread() -> Result<(), ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()
}
