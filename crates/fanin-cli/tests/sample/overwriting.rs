//! `fanin sample` reports what it wrote and replaces files only with `--force`.

use crate::command::{done, fanin, folder, stderr, stdout};

#[test]
fn a_sample_says_what_it_wrote_and_replaces_nothing() {
    let folder = folder();
    for out in ["w.safetensors", "w.npy"] {
        let sample = ["sample", "--init", "normal", "--shape", "3,4", "--out", out];
        let path = folder.path().join(out);
        assert_eq!(stdout(&done(folder.path(), &sample)), format!("wrote 'weight' [3, 4] f32 to {out}\n"));
        let first = std::fs::read(&path).expect("a file");
        let again = done(folder.path(), &sample);
        assert!(
            stdout(&again).starts_with(&format!("kept {out}, which already contains the same bytes ('weight'")),
            "{}",
            stdout(&again)
        );
        let other = [&sample[..], &["--seed", "7"]].concat();
        let refused = fanin(folder.path(), &other);
        assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
        let told = format!(
            "fanin: {out}: already exists with other content; choose another path, or use --force to replace it\n"
        );
        assert_eq!(stderr(&refused), told);
        assert!(std::fs::read(&path).expect("a file") == first);
        done(folder.path(), &[&other[..], &["--force"]].concat());
        assert!(std::fs::read(&path).expect("a file") != first);
    }
}

#[test]
fn a_folder_in_the_way_is_an_error() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("w.npy")).expect("a folder");
    for more in [&[][..], &["--force"]] {
        let output =
            fanin(folder.path(), &[&["sample", "--init", "normal", "--shape", "3", "--out", "w.npy"], more].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).starts_with("fanin: w.npy: ") && stderr(&output).lines().count() == 1,
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn the_format_may_be_stated() {
    let folder = folder();
    let sample = ["sample", "--init", "normal", "--shape", "3", "--out"];
    done(folder.path(), &[&sample[..], &["a.npy"]].concat());
    done(folder.path(), &[&sample[..], &["a.data", "--format", "npy"]].concat());
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    assert!(read("a.npy") == read("a.data"));
}
