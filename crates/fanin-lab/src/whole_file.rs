//! Files that are written whole or not at all.

use std::fs::Permissions;
use std::io;
use std::path::Path;

/// Makes a file through a temporary one beside it, which takes its name only once it is complete. The folder is made if it
/// is missing. A run that is killed leaves no file that looks whole.
///
/// # Errors
/// What the system said, or what `write` returned.
pub fn write_whole(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fanin-");
    if let Some(permissions) = permissions() {
        builder.permissions(permissions);
    }
    let file = builder.tempfile_in(folder)?;
    write(file.path())?;
    file.persist(path)?;
    Ok(())
}

/// What any new file has, less the user's mask: a temporary file alone would be private.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn permissions() -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/run.json");
        write_whole(&path, |temporary| std::fs::write(temporary, "old")).unwrap();
        let failed = write_whole(&path, |temporary| {
            std::fs::write(temporary, "half of the n")?;
            Err(io::Error::other("no more"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
