//! A file is brought to the disk while it is being made, so that little is left to do at its end.
//!
//! The system lets bytes wait in memory for seconds before it begins to write them. Left to itself it would begin only at the end,
//! when the file must be on the disk before it takes its name: then computing and writing follow each other, where both can be
//! done at once.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::error::FillError;

/// After how many bytes the disk is given what there is.
const STEP: u64 = 32 << 20;

/// Does `work`, which is to tell how many bytes it has written each time, and brings to the disk meanwhile what it has written.
/// `refuse` names the file.
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
        // One that waits stands for all that comes before it is heard.
        let (tell, told) = sync_channel::<()>(1);
        let syncing = thread::Builder::new()
            .name("fanin-sync".to_owned())
            .spawn_scoped(scope, move || told.into_iter().try_for_each(|()| file.sync_data()))
            .map_err(|error| FillError::Machine { what: format!("the system gives no thread: {error}") })?;
        let since = AtomicU64::new(0);
        let done = work(&|bytes| {
            if since.fetch_add(bytes, Ordering::Relaxed) + bytes >= STEP {
                since.store(0, Ordering::Relaxed);
                // Full: it will come to these bytes too. Gone: its error is told below.
                let _ = tell.try_send(());
            }
        });
        drop(tell);
        let synced = syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // The system tells an error of the disk once: it must not be lost, for the last sync would then succeed.
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
    fn the_work_is_done_and_its_error_told() {
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

    /// An error of the disk is not lost.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_brought_to_the_disk_is_told() {
        let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
        assert!(nowhere.sync_data().is_err());
        let written = alongside(&nowhere, 2 * STEP, refuse, |written| {
            written(STEP);
            Ok(())
        });
        assert!(matches!(written, Err(FillError::Write { .. })));
        // As long as nothing is due, the disk is not asked.
        alongside(&nowhere, 2 * STEP, refuse, |written| {
            written(STEP - 1);
            Ok(())
        })
        .unwrap();
    }
}
