//! `fanin_core`'s fill behind a C function.

use std::error::Error;
use std::ffi::{CStr, c_char};
use std::slice;

use fanin_core::{Initializer, Key, Layout, ParamSpec, ParamViewMut, Seed};
use rayon::ThreadPool;

/// A pool of so many threads, to be kept; null if the system gives none.
#[unsafe(no_mangle)]
pub extern "C" fn fanin_threads(count: usize) -> *const ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_or(std::ptr::null(), |pool| Box::leak(Box::new(pool)))
}

/// Fills a `[rows, columns]` weight by the initializer that the text names; 0, or 1 after a word on standard error.
///
/// # Safety
/// `pool` comes from [`fanin_threads`], `text` ends with a zero byte, and `out` has `rows * columns` floats that nobody else
/// uses during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanin_fill(
    pool: *const ThreadPool,
    text: *const c_char,
    rows: usize,
    columns: usize,
    seed: u64,
    out: *mut f32,
) -> i32 {
    // SAFETY: a pool that is never freed, a text with an end, and floats that are the caller's: as the caller promises.
    let (pool, text, out) =
        unsafe { (&*pool, CStr::from_ptr(text), slice::from_raw_parts_mut(out, rows * columns)) };
    match pool.install(|| fill(text, [rows, columns], Seed(seed), out).map_err(|error| error.to_string())) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("fanin: {error}");
            1
        }
    }
}

fn fill(text: &CStr, shape: [usize; 2], seed: Seed, out: &mut [f32]) -> Result<(), Box<dyn Error>> {
    let initializer: Box<dyn Initializer> = text.to_str()?.parse()?;
    let param = ParamSpec::new("layers.0.weight", shape)?.with_layout(Layout::OutIn);
    Ok(initializer.fill(&param, Key::new(seed, param.name()), ParamViewMut::whole(out))?)
}
