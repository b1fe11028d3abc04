//! Parallel fill: distributes parameters over threads by size.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::error::InitError;
use crate::values::PARALLEL;

/// The fixed cost per parameter, in elements: hashing the name and a partial last tile.
const PER_PARAMETER: usize = 512;

/// Shares per thread: enough that one delayed thread does not hold up the others.
const SHARES: usize = 8;

/// The smallest share, in elements.
const SMALLEST_SHARE: usize = 1 << 14;

/// Calls `write` once for each of `params`, in parallel on the current rayon pool if there is enough work. `elements`
/// returns the size of a parameter. Backends use this to implement
/// [`ParametersMut::fill_all`](super::ParametersMut::fill_all).
///
/// - The pool is entered once. A parameter of 2^17 elements or more is written alone, so that its fill can use all
///   threads. Smaller parameters are distributed in shares of similar size.
/// - With fewer than 2^17 elements in total, or a single thread, everything is written in order on the current thread.
/// - While a `write` waits for other threads, its thread may start another `write`. If two parameters share a lock,
///   write them in order instead.
///
/// ```
/// use fanin_core::param::fill_in_parallel;
///
/// let mut params = vec![vec![0.0_f32; 3], vec![0.0; 1 << 18], vec![0.0; 5]];
/// fill_in_parallel(&mut params, Vec::len, |param| {
///     param.fill(1.0);
///     Ok(())
/// })?;
/// assert!(params.iter().flatten().all(|value| *value == 1.0));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
///
/// # Errors
/// The first error of `write` in the order of `params`, regardless of the thread count. Later parameters may or may not
/// have been written.
pub fn fill_in_parallel<P: Send>(
    params: &mut [P],
    elements: impl Fn(&P) -> usize + Sync,
    write: impl Fn(&mut P) -> Result<(), InitError> + Sync,
) -> Result<(), InitError> {
    let total = params.iter().fold(0, |total: usize, param| total.saturating_add(elements(param)));
    if total < PARALLEL || rayon::current_num_threads() == 1 {
        return params.iter_mut().try_for_each(write);
    }
    let is_large = |param: &P| elements(param) >= PARALLEL;
    // Parameters before the first failure are never skipped, so the returned error does not depend on timing.
    let failed = AtomicUsize::new(usize::MAX);
    let run = |start: usize, share: &mut [P], large: bool| {
        let chosen = share.iter_mut().enumerate().filter(|(_, param)| is_large(param) == large);
        for (place, param) in chosen.map(|(offset, param)| (start + offset, param)) {
            if place > failed.load(Ordering::Relaxed) {
                return None;
            }
            if let Err(error) = write(param) {
                failed.fetch_min(place, Ordering::Relaxed);
                return Some((place, error));
            }
        }
        None
    };
    let small = |param: &P| if is_large(param) { 0 } else { elements(param) + PER_PARAMETER };
    rayon::scope(|_| {
        let of_large = run(0, params, true);
        let of_small = shares(params, small)
            .into_par_iter()
            .filter_map(|(start, share)| run(start, share, false))
            .min_by_key(|(place, _)| *place);
        of_large.into_iter().chain(of_small).min_by_key(|(place, _)| *place).map_or(Ok(()), |(_, error)| Err(error))
    })
}

/// Splits `params` into contiguous shares of similar weight, each with the index of its first parameter.
fn shares<P>(params: &mut [P], weight: impl Fn(&P) -> usize) -> Vec<(usize, &mut [P])> {
    let total = params.iter().fold(0, |total: usize, param| total.saturating_add(weight(param)));
    let share = total.div_ceil(SHARES * rayon::current_num_threads()).max(SMALLEST_SHARE);
    let (mut shares, mut start, mut rest) = (Vec::new(), 0, params);
    while !rest.is_empty() {
        let mut taken = 0;
        let count = rest.iter().take_while(|param| {
            let more = taken < share;
            taken += weight(param);
            more
        });
        let (now, later) = rest.split_at_mut(count.count());
        shares.push((start, now));
        start += shares.last().map_or(0, |(_, now)| now.len());
        rest = later;
    }
    shares
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    use super::*;

    fn refusal(name: usize) -> InitError {
        InitError::Custom { name: name.to_string(), reason: String::new() }
    }

    /// Many small parameters with a few large ones among them.
    fn sizes() -> Vec<usize> {
        (0..3000).map(|place| if place % 700 == 650 { PARALLEL + place } else { place * 37 % 4096 }).collect()
    }

    #[test]
    fn each_is_written_once_whatever_the_threads() {
        for threads in [1, 2, 3, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut params: Vec<_> = sizes().into_iter().map(|size| (size, 0)).collect();
            let dealt = pool.install(|| {
                fill_in_parallel(
                    &mut params,
                    |(size, _)| *size,
                    |(_, times)| {
                        *times += 1;
                        Ok(())
                    },
                )
            });
            assert!(dealt.is_ok() && params.iter().all(|(_, times)| *times == 1), "{threads} threads");
        }
    }

    #[test]
    fn the_first_error_in_order_is_reported() {
        for threads in [1, 2, 3, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            // 650 and 1350 are large: one is written before the small parameters that fail first, the other after them.
            for refused in [vec![2999, 17, 650], vec![650, 651], vec![1350, 1349, 2800]] {
                let mut params: Vec<_> = sizes().into_iter().enumerate().collect();
                let dealt = pool.install(|| {
                    fill_in_parallel(
                        &mut params,
                        |(_, size)| *size,
                        |(place, _)| {
                            if refused.contains(place) { Err(refusal(*place)) } else { Ok(()) }
                        },
                    )
                });
                let first = refusal(*refused.iter().min().unwrap()).to_string();
                assert_eq!(dealt.unwrap_err().to_string(), first, "{threads} threads");
            }
        }
    }

    #[test]
    fn little_work_stays_on_the_thread_that_has_it() {
        let inside = |size: usize| {
            let mut params = vec![(size, false); 16];
            let dealt = fill_in_parallel(
                &mut params,
                |(size, _)| *size,
                |(_, inside)| {
                    *inside = rayon::current_thread_index().is_some();
                    Ok(())
                },
            );
            assert!(dealt.is_ok());
            params.iter().all(|(_, inside)| *inside)
        };
        assert!(!inside(PARALLEL / 16 - 1));
        assert_eq!(inside(PARALLEL / 16), rayon::current_num_threads() > 1);
    }

    #[test]
    fn small_ones_are_written_side_by_side() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let (begun, both) = (Mutex::new(0), Condvar::new());
        // Each waits for the other to start; run one after the other, the first would wait forever.
        let write = |size: &mut usize| {
            let mut begun = begun.lock().unwrap();
            *begun += 1;
            both.notify_all();
            let (_begun, waited) = both.wait_timeout_while(begun, Duration::from_mins(1), |begun| *begun < 2).unwrap();
            if waited.timed_out() { Err(refusal(*size)) } else { Ok(()) }
        };
        assert!(pool.install(|| fill_in_parallel(&mut [PARALLEL - 1; 2], |size| *size, write)).is_ok());
    }

    #[test]
    fn shares_are_of_about_the_same_weight() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let mut sizes: Vec<usize> = (0..10_000).map(|place| place * 37 % 4096).collect();
        let total: usize = sizes.iter().sum();
        let shares = pool.install(|| shares(&mut sizes, |size| *size));
        assert_eq!(shares.iter().map(|(_, share)| share.len()).sum::<usize>(), 10_000);
        assert_eq!(shares.len(), 2 * SHARES);
        assert!(shares.iter().all(|(_, share)| share.iter().sum::<usize>() <= total / (2 * SHARES) + 4096));
        let mut empty: [usize; 0] = [];
        assert!(super::shares(&mut empty, |size| *size).is_empty());
    }
}
