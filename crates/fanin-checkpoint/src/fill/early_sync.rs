//! Early sync: flushes a file to disk while it is being written, so that the final sync is short.
//!
//! Operating systems buffer writes for seconds. Without early syncs, most of the data would reach the disk in the final
//! sync, and computing and writing would not overlap.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::error::FillError;

/// The number of bytes between syncs.
const STEP: u64 = 32 << 20;

/// Runs `work`, which reports the bytes of each write, and syncs the file at intervals meanwhile. `refuse` adds the
/// file name to an error.
pub(super) fn alongside<A>(
    file: &File,
    size: u64,
    refuse: impl Fn(io::Error) -> FillError,
    work: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<A, FillError>,
) -> Result<A, FillError> {
    if size <= STEP {
        return work(&|_| ());
    }
    thread::scope(|scope| {
        // One pending request covers all bytes written before it is served.
        let (request, requests) = sync_channel::<()>(1);
        let syncing = thread::Builder::new()
            .name("fanin-sync".to_owned())
            .spawn_scoped(scope, move || requests.into_iter().try_for_each(|()| file.sync_data()))
            .map_err(|error| FillError::Machine { what: format!("cannot start a thread: {error}") })?;
        let since = AtomicU64::new(0);
        let done = work(&|bytes| {
            if since.fetch_add(bytes, Ordering::Relaxed) + bytes >= STEP {
                since.store(0, Ordering::Relaxed);
                // Full: the pending request covers these bytes. Disconnected: the error is reported below.
                let _ = request.try_send(());
            }
        });
        drop(request);
        let synced = syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // The system reports a disk error once; losing it would let the final sync succeed.
        let done = done?;
        synced.map_err(refuse)?;
        Ok(done)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(error: io::Error) -> FillError {
        FillError::write(std::path::Path::new("a file"), 1)(error)
    }

    #[test]
    fn the_work_is_done_and_its_error_returned() {
        let file = tempfile::tempfile().unwrap();
        for size in [1, 3 * STEP] {
            let three = |written: &(dyn Fn(u64) + Sync)| {
                (0..3).for_each(|_| written(STEP));
                Ok(3)
            };
            assert_eq!(alongside(&file, size, refuse, three).unwrap(), 3);
            let fails = |_: &(dyn Fn(u64) + Sync)| Err::<(), _>(FillError::Empty);
            assert!(matches!(alongside(&file, size, refuse, fails), Err(FillError::Empty)));
        }
    }

    /// Disk errors are reported.
    #[cfg(target_os = "linux")]
    #[test]
    fn disk_errors_are_reported() {
        let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
        assert!(nowhere.sync_data().is_err());
        let written = alongside(&nowhere, 2 * STEP, refuse, |written| {
            written(STEP);
            Ok(())
        });
        assert!(matches!(written, Err(FillError::Write { .. })));
        // No sync before the interval is complete.
        alongside(&nowhere, 2 * STEP, refuse, |written| {
            written(STEP - 1);
            Ok(())
        })
        .unwrap();
    }
}
