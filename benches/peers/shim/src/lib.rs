//! A C function for `fanin_core`'s fill.

use std::error::Error;
use std::ffi::{CStr, c_char};
use std::slice;

use fanin_core::{Initializer, Key, Layout, ParamSpec, ParamViewMut, Seed};
use rayon::ThreadPool;

/// Creates a pool of this many threads, never freed; null if the system refuses.
#[unsafe(no_mangle)]
pub extern "C" fn fanin_threads(count: usize) -> *const ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_or(std::ptr::null(), |pool| Box::leak(Box::new(pool)))
}

/// Fills a `[rows, columns]` weight with the initializer parsed from `text`. Returns 0, or 1 after a message on
/// standard error.
///
/// # Safety
/// `pool` must come from [`fanin_threads`], `text` must end with a zero byte, and `out` must have `rows * columns`
/// floats that nothing else accesses during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fanin_fill(
    pool: *const ThreadPool,
    text: *const c_char,
    rows: usize,
    columns: usize,
    seed: u64,
    out: *mut f32,
) -> i32 {
    // SAFETY: the caller guarantees a pool that is never freed, a null-terminated text, and exclusive access to the
    // floats.
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
