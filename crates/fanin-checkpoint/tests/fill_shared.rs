//! Tests of several processes that fill one checkpoint, with conflicting options or over existing files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fanin_checkpoint::FillError;
use fanin_checkpoint::fill::{ByteSize, Destination, FillOptions, NewCheckpoint, Rank, Written};
use fanin_checkpoint::listing::{self, Entry};
use fanin_core::Seed;
use fanin_recipes::Recipe;

const INDEX: &str = "model.safetensors.index.json";

/// Three random tensors and one constant, each in a separate file.
const SHAPES: &str = r#"{"a.weight": [40, 50], "b.bias": [2000], "c.weight": [40, 50], "d.weight": [40, 50]}"#;

fn entries(text: &str) -> Vec<Entry> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shapes.json");
    fs::write(&path, text).expect("written");
    listing::entries_of_shapes(&path).expect("a list")
}

fn checkpoint(entries: &[Entry], rules: &str) -> NewCheckpoint {
    let recipe = format!("name = 'r'\ntitle = 'r'\nsource = 'r'\nlayout = 'oi'\nrules = [{rules}]");
    let recipe: Recipe = recipe.parse().expect("a recipe");
    NewCheckpoint::new(entries, &recipe, None, ByteSize(8_000)).expect("it fits")
}

fn normal() -> NewCheckpoint {
    checkpoint(&entries(SHAPES), "{ match = '*.bias', init = 'zeros' }, { match = '*', init = 'normal' }")
}

fn write(
    checkpoint: &NewCheckpoint,
    out: &Path,
    (index, count): (usize, usize),
    options: FillOptions,
) -> Result<Written, FillError> {
    let share = Rank::new(index, count).expect("one of them");
    checkpoint.write(&Destination::of(out), &FillOptions { share, threads: 2, ..options }, &|_| ())
}

fn seed(seed: u64) -> FillOptions {
    FillOptions { seed: Seed(seed), ..FillOptions::default() }
}

fn forced(seed: u64) -> FillOptions {
    FillOptions { seed: Seed(seed), force: true, ..FillOptions::default() }
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("it is read"))
    };
    fs::read_dir(folder).expect("a folder").map(|entry| file(entry.expect("an entry"))).collect()
}

#[test]
fn processes_of_two_seeds_write_no_index() {
    let checkpoint = normal();
    let out = tempfile::tempdir().expect("a folder");
    write(&checkpoint, out.path(), (0, 2), seed(1)).expect("the first");
    let before = contents(out.path());
    let error = write(&checkpoint, out.path(), (1, 2), seed(2)).expect_err("another seed").to_string();
    assert!(error.contains("model-00001-of-00004.safetensors does not match"), "{error}");
    assert!(error.contains("another seed or recipe") && error.contains("empty the folder"), "{error}");
    assert!(contents(out.path()) == before, "nothing is begun");
    // A process without files of its own reaches the same verdict.
    assert!(write(&checkpoint, out.path(), (9, 10), seed(1)).is_ok_and(|written| !written.whole));
    assert!(matches!(write(&checkpoint, out.path(), (9, 10), seed(2)), Err(FillError::Mixed { .. })));
    assert!(write(&checkpoint, out.path(), (1, 2), seed(1)).expect("the same seed").whole);
}

/// Differences in the rule for one tensor, in shapes, and in an initializer that must be computed whole.
#[test]
fn every_difference_is_detected() {
    let drawn = "{ match = '*.bias', init = 'zeros' }, { match = '*', init = 'normal' }";
    let orthogonal = "{ match = '*.bias', init = 'zeros' }, { match = '*', init = 'orthogonal' }";
    let one = "{ match = 'c.weight', init = 'normal(std = 0.5)' }, { match = '*.bias', init = 'zeros' }, { match = \
               '*', init = 'normal' }";
    let ones = "{ match = '*.bias', init = 'ones' }, { match = '*', init = 'normal' }";
    let other = r#"{"a.weight": [50, 40], "b.bias": [2000], "c.weight": [40, 50], "d.weight": [40, 50]}"#;
    // Files 0 to 3 hold a, b, c and d. The second process finds what the first one wrote.
    for (first, made, second, own, reason) in [
        ((SHAPES, drawn, 1), 0, (SHAPES, drawn, 2), 1, "seed or recipe"),
        ((SHAPES, orthogonal, 1), 0, (SHAPES, orthogonal, 2), 1, "seed or recipe"),
        ((SHAPES, drawn, 1), 2, (SHAPES, one, 1), 1, "seed or recipe"),
        ((SHAPES, drawn, 1), 1, (SHAPES, ones, 1), 0, "seed or recipe"),
        ((SHAPES, drawn, 1), 0, (other, drawn, 1), 1, "other tensors"),
    ] {
        let make = |(shapes, rules, number): (&str, &str, u64)| (checkpoint(&entries(shapes), rules), seed(number));
        let out = tempfile::tempdir().expect("a folder");
        let (checkpoint, options) = make(first);
        assert!(!write(&checkpoint, out.path(), (made, 4), options).expect("the first").whole);
        let (checkpoint, options) = make(second);
        let error = write(&checkpoint, out.path(), (own, 4), options).expect_err("another").to_string();
        assert!(error.contains(reason), "{error}");
    }
    // Rules that assign the same values to a tensor do not count as different.
    let out = tempfile::tempdir().expect("a folder");
    write(&normal(), out.path(), (0, 4), seed(1)).expect("the first");
    write(&checkpoint(&entries(SHAPES), one), out.path(), (1, 4), seed(1)).expect("a is the same");
}

#[test]
fn old_files_of_other_processes_are_not_there_yet() {
    let checkpoint = normal();
    let (out, expected) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(&checkpoint, out.path(), (0, 1), seed(1)).expect("all of seed 1");
    write(&checkpoint, expected.path(), (0, 1), seed(2)).expect("all of seed 2");
    assert!(out.path().join(INDEX).exists());
    let refused = write(&checkpoint, out.path(), (0, 2), seed(2)).expect_err("without force").to_string();
    assert!(refused.contains("does not match") && out.path().join(INDEX).exists(), "{refused}");

    let first = write(&checkpoint, out.path(), (0, 2), forced(2)).expect("its own files are replaced");
    assert!(!first.whole && first.files == 2, "{first:?}");
    let old = first.old.expect("it is named");
    assert!(old.ends_with("model-00004-of-00004.safetensors"), "{old:?}");
    assert!(!out.path().join(INDEX).exists(), "two seeds and an index");
    // Files with another seed are still distinguished from matching ones.
    assert!(matches!(write(&checkpoint, out.path(), (1, 2), seed(1)), Err(FillError::Mixed { .. })));
    let last = write(&checkpoint, out.path(), (1, 2), forced(2)).expect("the others");
    assert!(last.whole && last.old.is_none(), "{last:?}");
    assert!(contents(out.path()) == contents(expected.path()));
}

/// A file is not removed while its values are still to be copied.
#[test]
fn a_file_is_not_removed_before_it_is_copied() {
    let rules = "{ match = '*ids', role = 'buffer' }, { match = '*', init = 'normal' }";
    let list = r#"{"a.weight": [40, 50], "b.ids": {"shape": [2000], "dtype": "I32"}}"#;
    let numbers = "{ match = '*ids', init = 'constant(9)' }, { match = '*', init = 'ones' }";
    let out = tempfile::tempdir().expect("a folder");
    write(&checkpoint(&entries(list), numbers), out.path(), (0, 1), seed(1)).expect("the source");
    let before = contents(out.path());
    assert_eq!(before.len(), 3);
    let like = || listing::entries_of_checkpoint(out.path()).expect("a checkpoint");
    let error = write(&checkpoint(&like(), rules), out.path(), (0, 1), forced(2)).expect_err("a source").to_string();
    assert!(
        error.contains("model-00002-of-00002.safetensors contains values") && error.contains("another path"),
        "{error}"
    );
    assert!(contents(out.path()) == before, "nothing is removed");

    // The source may be overwritten if nothing is copied, or if it is a single file, which is replaced atomically.
    let none = "{ match = '*ids', init = 'zeros' }, { match = '*', init = 'normal' }";
    assert!(write(&checkpoint(&like(), none), out.path(), (0, 1), forced(2)).expect("no source").whole);
    let single = tempfile::tempdir().expect("a folder");
    let small = r#"{"a.weight": [4, 5], "b.ids": {"shape": [5], "dtype": "I32"}}"#;
    write(&checkpoint(&entries(small), numbers), single.path(), (0, 1), seed(1)).expect("the source");
    let like = listing::entries_of_checkpoint(single.path()).expect("a checkpoint");
    write(&checkpoint(&like, rules), single.path(), (0, 1), forced(2)).expect("one file");
    let bytes = fs::read(single.path().join("model.safetensors")).expect("it is read");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(file.tensor("b.ids").expect("there").data(), 9_i32.to_le_bytes().repeat(5));
    assert_ne!(file.tensor("a.weight").expect("there").data(), 1_f32.to_le_bytes().repeat(20));
}

/// Two programs with different seeds run concurrently: if an index is written, all files have the same seed.
#[test]
fn two_at_once_join_no_files_of_two_seeds() {
    let checkpoint = normal();
    let options: [fn(u64) -> FillOptions; 2] = [seed, forced];
    let mut whole = 0;
    for (trial, (first, second)) in (0..60).zip(options.iter().flat_map(|a| options.map(|b| (a, b))).cycle()) {
        let out = tempfile::tempdir().expect("a folder");
        if trial % 2 == 1 {
            write(&checkpoint, out.path(), (0, 1), seed(2)).expect("an old checkpoint");
        }
        std::thread::scope(|scope| {
            // One of them may be refused.
            scope.spawn(|| drop(write(&checkpoint, out.path(), (0, 1), first(1))));
            scope.spawn(|| drop(write(&checkpoint, out.path(), (0, 1), second(2))));
        });
        if out.path().join(INDEX).exists() {
            whole += 1;
            let of_one = [1, 2].map(|of| write(&checkpoint, out.path(), (0, 1), seed(of)).is_ok_and(|w| w.kept == 4));
            assert!(of_one[0] || of_one[1], "trial {trial}");
        }
    }
    assert!(whole > 10, "{whole} of 60 ended with an index");
}

/// Pipes are rejected in place of any file, without blocking.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_folder_is_refused() {
    for name in ["model-00003-of-00004.safetensors", ".model-00003-of-00004.safetensors.unfinished", INDEX] {
        let out = tempfile::tempdir().expect("a folder");
        let made = std::process::Command::new("mkfifo").arg(out.path().join(name)).status().expect("mkfifo");
        assert!(made.success());
        let (tell, told) = std::sync::mpsc::channel();
        let folder = out.path().to_owned();
        std::thread::spawn(move || {
            let checkpoint = normal();
            tell.send([(0, 1), (1, 2)].map(|share| write(&checkpoint, &folder, share, seed(1)).is_err()))
        });
        let refused = told.recv_timeout(std::time::Duration::from_secs(20)).expect("an answer");
        assert!(refused[0], "{name}");
    }
}
