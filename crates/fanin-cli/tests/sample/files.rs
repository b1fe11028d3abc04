//! Tests of the output file of `fanin sample`: permissions, and interrupted runs.

use std::process::Command;

use crate::command::{entries, fanin, folder};

/// The output has the default permissions of new files.
#[test]
fn files_are_as_readable_as_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    std::fs::write(folder.path().join("other"), "").expect("a file");
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).expect("a file").permissions().mode();
    for out in ["w.safetensors", "w.npy"] {
        assert_eq!(
            fanin(folder.path(), &["sample", "--init", "normal", "--shape", "4", "--out", out]).status.code(),
            Some(0)
        );
        assert_eq!(mode(out), mode("other"), "{out}");
    }
    assert_eq!(entries(folder.path()), ["other", "w.npy", "w.safetensors"]);
}

/// A run interrupted while writing leaves neither the file nor a temporary one.
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = folder();
    for out in ["w.safetensors", "w.npy"] {
        let arguments = ["sample", "--init", "normal", "--shape", "40000,5000", "--out", out];
        let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
            .current_dir(folder.path())
            .args(arguments)
            .spawn()
            .expect("the command starts");
        // Interrupt it as soon as it writes; if it has finished by then, the complete file exists.
        while entries(folder.path()).is_empty() && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        let status = child.wait().expect("the command ends");
        if status.code() == Some(130) {
            assert_eq!(entries(folder.path()), [""; 0], "{out}");
        } else {
            assert!(status.success(), "{out}: {status} {interrupt}");
            assert_eq!(entries(folder.path()), [out]);
            std::fs::remove_file(folder.path().join(out)).expect("a file");
        }
    }
}
