//! Writes whole checkpoints and reads them back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fanin_checkpoint::fill::{ByteSize, Destination, FillOptions, NewCheckpoint, Rank, Written};
use fanin_checkpoint::listing::{self, Entry};
use fanin_checkpoint::{FillError, config};
use fanin_core::values::Dtype;
use fanin_core::{InitializerExt, ParamSpec, Seed};
use fanin_recipes::Recipe;
use half::bf16;
use safetensors::SafeTensors;

const BERT: &str = r#"{"model_type": "bert", "architectures": ["BertForMaskedLM"], "hidden_size": 48, "intermediate_size": 96,
    "num_hidden_layers": 3, "vocab_size": 300, "max_position_embeddings": 16}"#;

fn checkpoint(text: &str, dtype: Option<Dtype>, size: u64) -> NewCheckpoint {
    let model = config::parse(text).expect("a model");
    let recipe = Recipe::named(model.recipe).and_then(|recipe| recipe.set_all(model.settings)).expect("a recipe");
    NewCheckpoint::new(&model.entries, &recipe, dtype, ByteSize(size)).expect("it fits")
}

fn write(checkpoint: &NewCheckpoint, out: &Path, options: FillOptions) -> Result<Written, FillError> {
    checkpoint.write(&Destination::of(out), &options, &|_| ())
}

fn options(index: usize, count: usize, threads: usize) -> FillOptions {
    FillOptions {
        seed: Seed(42),
        share: Rank::new(index, count).expect("one of them"),
        threads,
        ..FillOptions::default()
    }
}

/// Returns every file in a folder, including hidden ones.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("it is read"))
    };
    fs::read_dir(folder).expect("a folder").map(|entry| file(entry.expect("an entry"))).collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn processes_and_threads_write_the_bytes_of_one() {
    let checkpoint = checkpoint(BERT, Some(Dtype::BF16), 20_000);
    let whole = folder();
    let written = write(&checkpoint, whole.path(), options(0, 1, 1)).expect("it is written");
    let expected = contents(whole.path());
    assert!(written.whole && written.files + 1 == expected.len() && written.files > 4, "{written:?}");
    assert!(expected.contains_key("model.safetensors.index.json"));
    for (shards, threads) in [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (7, 1), (7, 2), (20, 1)] {
        let out = folder();
        // In reverse order: processes may run in any order.
        for index in (0..shards).rev() {
            assert!(!contents(out.path()).contains_key("model.safetensors.index.json"), "the index is last");
            let written = write(&checkpoint, out.path(), options(index, shards, threads)).expect("it is written");
            assert_eq!(written.whole, index == 0, "{index} of {shards}");
        }
        assert!(contents(out.path()) == expected, "{shards} processes of {threads} threads");
    }
}

#[test]
fn processes_at_once_write_the_bytes_of_one() {
    let checkpoint = checkpoint(BERT, None, 40_000);
    let (whole, out) = (folder(), folder());
    write(&checkpoint, whole.path(), options(0, 1, 1)).expect("it is written");
    std::thread::scope(|scope| {
        for index in 0..4 {
            let (checkpoint, out) = (&checkpoint, out.path());
            scope.spawn(move || write(checkpoint, out, options(index, 4, 1)).expect("it is written"));
        }
    });
    assert!(contents(out.path()) == contents(whole.path()));
}

#[test]
fn every_tensor_has_the_values_of_its_initializer() {
    let model = config::parse(BERT).expect("a model");
    let params: Vec<_> = model.entries.iter().map(|entry| entry.param.clone()).collect();
    let recipe = Recipe::named("bert").and_then(|recipe| recipe.set_all(model.settings)).expect("a recipe");
    let resolution = recipe.resolve(&params).expect("it fits");
    let out = folder();
    write(&checkpoint(BERT, None, u64::MAX), out.path(), options(0, 1, 2)).expect("it is written");
    let bytes = fs::read(out.path().join("model.safetensors")).expect("one file");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(file.len(), resolution.filled().count());
    for assignment in resolution.filled() {
        let (param, initializer) = (assignment.param(), assignment.initializer().expect("filled"));
        let values: Vec<f32> = initializer.sample(param, Seed(42)).expect("it is drawn");
        let expected: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!(file.tensor(param.name()).expect("there").data() == expected, "{}", param.name());
        // A window sampled alone equals the same part of the whole.
        let (start, count) = (param.len() / 3, param.len() / 4);
        let window: Vec<f32> = initializer.sample_window(param, Seed(42), start as u64, count).expect("it is drawn");
        let window: Vec<u8> = window.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert_eq!(window, expected[4 * start..4 * (start + count)]);
    }
}

fn recipe(rules: &str) -> Recipe {
    format!("name = 'r'\ntitle = 'r'\nsource = 'r'\nlayout = 'oi'\nrules = [{rules}]").parse().expect("a recipe")
}

fn shapes(text: &str) -> Vec<Entry> {
    let folder = folder();
    let path = folder.path().join("shapes.json");
    fs::write(&path, text).expect("written");
    listing::entries_of_shapes(&path).expect("a list")
}

fn made(entries: &[Entry], rules: &str, dtype: Option<Dtype>) -> Result<NewCheckpoint, FillError> {
    NewCheckpoint::new(entries, &recipe(rules), dtype, ByteSize::OF_A_SHARD)
}

/// Compares the bytes of a file with handwritten ones and with those of the `safetensors` crate.
#[test]
fn a_file_is_that_of_safetensors() {
    let entries = shapes(r#"{"b": {"shape": [2], "dtype": "f16"}, "n": {"shape": [], "dtype": "I64"}, "a": [1, 3]}"#);
    let out = folder();
    let path = out.path().join("one.safetensors");
    let checkpoint = made(&entries, "{ match = 'a', init = 'constant(1.5)' }, { match = '*', init = 'ones' }", None);
    write(&checkpoint.expect("it fits"), &path, options(0, 1, 1)).expect("it is written");
    let header = r#"{"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,3],"data_offsets":[8,20]},"b":{"dtype":"F16","shape":[2],"data_offsets":[20,24]}}"#;
    let padded = header.len().next_multiple_of(8);
    let mut expected = (padded as u64).to_le_bytes().to_vec();
    expected.extend_from_slice(format!("{header:padded$}").as_bytes());
    expected.extend_from_slice(&1_i64.to_le_bytes());
    expected.extend([0x00, 0x00, 0xC0, 0x3F].repeat(3));
    expected.extend([0x00, 0x3C].repeat(2));
    let bytes = fs::read(&path).expect("it is read");
    assert_eq!(bytes, expected);

    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let format = std::collections::HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let theirs = safetensors::serialize(file.tensors(), Some(format)).expect("it is written");
    assert_eq!(bytes, theirs);
}

#[test]
fn ties_are_stored_once() {
    let entries = shapes(r#"{"head": {"tied_to": "table"}, "table": [4, 2]}"#);
    let out = folder();
    write(
        &made(&entries, "{ match = 'table', init = 'normal' }", None).expect("it fits"),
        out.path(),
        options(0, 1, 1),
    )
    .expect("it is written");
    let names: Vec<_> = listing::of_checkpoint(out.path()).expect("a checkpoint");
    assert_eq!(names.iter().map(ParamSpec::name).collect::<Vec<_>>(), ["table"]);

    let gpt2 = |tie: bool| {
        let text = format!(
            r#"{{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": 12, "n_layer": 1, "tie_word_embeddings": {tie}}}"#
        );
        let heads = config::parse(&text).expect("a model").entries;
        heads.iter().any(|entry| entry.param.name() == "lm_head.weight")
    };
    assert!(!gpt2(true) && gpt2(false));
}

/// `torch.save` stores tied weights once, here under the names `embed` and `head`.
#[test]
fn ties_of_a_torch_file_stay_tied() {
    for file in ["tied.pt", "tied.legacy.pt"] {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
        let entries = listing::entries_of_checkpoint(&fixture).expect("a checkpoint");
        let ties: Vec<_> = entries.iter().map(|entry| (entry.param.name(), entry.tied_to.as_deref())).collect();
        assert_eq!(ties, [("embed", None), ("head", Some("embed")), ("bias", None)], "{file}");
        let params = listing::of_checkpoint(&fixture).expect("a checkpoint");
        assert_eq!(params.iter().map(ParamSpec::name).collect::<Vec<_>>(), ["embed", "bias"]);
        let out = folder();
        let checkpoint = made(&entries, "{ match = 'head', init = 'ones' }, { match = '*', init = 'normal' }", None);
        write(&checkpoint.expect("it fits"), out.path(), options(0, 1, 1)).expect("it is written");
        let stored = listing::of_checkpoint(out.path()).expect("a checkpoint");
        assert_eq!(stored.iter().map(ParamSpec::name).collect::<Vec<_>>(), ["bias", "embed"]);
    }
    // Overlapping but different views are not tied, nor are tensors without elements.
    for file in ["views.pt", "views.legacy.pt", "state.pt", "arrays.npz"] {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
        let entries = listing::entries_of_checkpoint(&fixture).expect("a checkpoint");
        assert!(entries.iter().all(|entry| entry.tied_to.is_none()), "{file}");
    }
}

/// With a checkpoint as the model, element types are kept and buffers are copied.
#[test]
fn buffers_left_by_a_recipe_are_copied() {
    let old = folder();
    let entries = shapes(
        r#"{"x.weight": {"shape": [3, 2], "dtype": "BF16"}, "x.position_ids": {"shape": [5], "dtype": "I32"}, "x.running_mean": [2]}"#,
    );
    let rules = "{ match = '*ids', init = 'constant(9)' }, { match = '*', init = 'constant(3)' }";
    write(&made(&entries, rules, None).expect("it fits"), old.path(), options(0, 1, 1)).expect("it is written");

    let entries = listing::entries_of_checkpoint(old.path()).expect("a checkpoint");
    let rules = "{ match = '*ids', role = 'buffer' }, { match = '*', init = 'ones' }";
    for (dtype, bytes) in [(None, bf16::ONE.to_le_bytes().repeat(6)), (Some(Dtype::F64), 1_f64.to_le_bytes().repeat(6))]
    {
        let new = folder();
        write(&made(&entries, rules, dtype).expect("it fits"), new.path(), options(0, 1, 1)).expect("it is written");
        let file = fs::read(new.path().join("model.safetensors")).expect("one file");
        let file = SafeTensors::deserialize(&file).expect("a safetensors file");
        assert_eq!(file.tensor("x.weight").expect("there").data(), bytes);
        assert_eq!(file.tensor("x.position_ids").expect("there").data(), 9_i32.to_le_bytes().repeat(5));
    }
    let no_file = shapes(r#"{"x.weight": [3], "x.position_ids": [5]}"#);
    let error = made(&no_file, rules, None).expect_err("there is no file").to_string();
    assert!(error.contains("does not initialize x.position_ids"), "{error}");
}

#[test]
fn buffers_have_their_natural_values() {
    let resnet = r#"{"model_type": "resnet", "embedding_size": 4, "hidden_sizes": [8], "depths": [1]}"#;
    let out = folder();
    write(&checkpoint(resnet, Some(Dtype::BF16), u64::MAX), out.path(), options(0, 1, 1)).expect("it is written");
    let file = fs::read(out.path().join("model.safetensors")).expect("one file");
    let file = SafeTensors::deserialize(&file).expect("a safetensors file");
    let norm = |part: &str| file.tensor(&format!("embedder.embedder.normalization.{part}")).expect("there");
    assert_eq!(norm("running_mean").data(), bf16::ZERO.to_le_bytes().repeat(4));
    assert_eq!(norm("running_var").data(), bf16::ONE.to_le_bytes().repeat(4));
    assert_eq!(norm("weight").data(), bf16::ONE.to_le_bytes().repeat(4));
    assert_eq!(
        (norm("num_batches_tracked").dtype(), norm("num_batches_tracked").data()),
        (safetensors::Dtype::I64, &[0; 8][..])
    );
}

#[test]
fn equal_files_are_kept_and_others_rejected() {
    let checkpoint = checkpoint(BERT, None, 40_000);
    let out = folder();
    write(&checkpoint, out.path(), options(0, 1, 2)).expect("it is written");
    let first = contents(out.path());
    // An interrupted run: one file and the index are missing, and unfinished files remain.
    let missing = out.path().join("model-00002-of-00008.safetensors");
    assert!(missing.exists(), "{:?}", first.keys());
    fs::remove_file(&missing).expect("it is removed");
    fs::remove_file(out.path().join("model.safetensors.index.json")).expect("it is removed");
    fs::write(out.path().join(".model-00002-of-00008.safetensors.unfinished"), vec![7; 90_000]).expect("written");
    fs::write(out.path().join(".model-00002-of-00003.safetensors.unfinished"), "of another size").expect("written");
    let again = write(&checkpoint, out.path(), options(0, 1, 2)).expect("it is finished");
    assert_eq!((again.files, again.kept, again.whole), (1, 7, true));
    assert!(contents(out.path()) == first);

    let other_seed = FillOptions { seed: Seed(1), ..options(0, 1, 1) };
    let refused = |options| write(&checkpoint, out.path(), options).expect_err("another seed").to_string();
    assert!(refused(other_seed).contains("other values"), "{}", refused(other_seed));
    let mut bytes = fs::read(&missing).expect("it is read");
    bytes[20] ^= 1;
    fs::write(&missing, &bytes).expect("written");
    assert!(refused(options(0, 1, 1)).contains("other tensors"));
    fs::write(&missing, &bytes[1..]).expect("written");
    assert!(refused(options(0, 1, 1)).contains("another length"));
    let forced = write(&checkpoint, out.path(), FillOptions { force: true, ..options(0, 1, 1) }).expect("it is forced");
    assert!(forced.whole && contents(out.path()) == first);

    fs::write(out.path().join("model.safetensors"), "somebody's").expect("written");
    let foreign = refused(FillOptions { force: true, ..options(0, 1, 1) });
    assert!(foreign.contains("model.safetensors is in the output folder"), "{foreign}");
}

#[test]
fn a_failure_leaves_nothing_unfinished() {
    let entries = shapes(r#"{"a": [1000], "b.orthogonal": [600, 600], "c": {"shape": [300], "dtype": "BF16"}}"#);
    let out = folder();
    // Overflow of f16 in a sum is detected only while sampling; a constant that overflows is rejected up front.
    let constant = "{ match = 'c', init = 'constant(1e30)' }, { match = '*', init = 'normal' }";
    let error = made(&entries, constant, Some(Dtype::F16)).expect_err("beyond f16").to_string();
    assert!(error.contains("'c'") && error.contains("out of range for f16"), "{error}");
    let sum = "sum(uniform(low = 0, high = 60000), uniform(low = 0, high = 60000))";
    let rules = &format!("{{ match = 'c', init = '{sum}' }}, {{ match = '*', init = 'normal' }}");
    let checkpoint = made(&entries, rules, Some(Dtype::F16)).expect("it fits");
    let error = write(&checkpoint, out.path(), options(0, 1, 2)).expect_err("beyond f16").to_string();
    assert!(error.contains("'c'") && error.contains("out of range for f16"), "{error}");
    assert!(contents(out.path()).is_empty());
}

#[test]
fn impossible_values_are_rejected() {
    let refused = |text: &str, rules: &str| made(&shapes(text), rules, None).expect_err(text).to_string();
    let normal = "{ match = '*', init = 'normal' }";
    for (text, part) in [
        ("{}", "no tensors"),
        (r#"{"__metadata__": [1]}"#, "is reserved"),
        (r#"{"a": {"shape": [1], "dtype": "I64"}}"#, "'a' is I64: normal does not produce integers"),
        (r#"{"a": {"shape": [1], "dtype": "F8_E4M3"}}"#, "set --dtype"),
        (r#"{"a": {"shape": [1], "dtype": "BOOL"}}"#, "'a' is BOOL"),
    ] {
        let error = refused(text, normal);
        assert!(error.contains(part), "{error}");
    }
    let half = refused(r#"{"a": {"shape": [1], "dtype": "I8"}}"#, "{ match = 'a', init = 'constant(0.5)' }");
    assert!(half.contains("does not produce integers"), "{half}");
    let large = refused(r#"{"a": {"shape": [1], "dtype": "I8"}}"#, "{ match = 'a', init = 'constant(128)' }");
    assert!(large.contains("does not produce integers"), "{large}");

    let twice = Entry::new(ParamSpec::new("a", [1]).expect("a shape"));
    let error = made(&[twice.clone(), twice], normal, None).expect_err("twice").to_string();
    assert!(error.contains("duplicate tensor name 'a'"), "{error}");

    let out = folder();
    let path = out.path().join("one.safetensors");
    let error = write(&checkpoint(BERT, None, 40_000), &path, options(0, 1, 1)).expect_err("several").to_string();
    assert!(error.contains("is a single file, but the checkpoint needs 8"), "{error}");
    let huge = made(&shapes(r#"{"a": [1000000000000, 100000]}"#), normal, None).expect("it is only planned");
    let error = write(&huge, out.path(), options(0, 1, 1)).expect_err("no room").to_string();
    assert!(error.contains("not enough disk space") && error.contains(" needed"), "{error}");
    assert!(contents(out.path()).is_empty());
}
