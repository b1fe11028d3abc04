//! Writing a whole checkpoint on one thread and two, compared with constant bytes written to the same location and with
//! the same values computed and discarded.
//!
//! `cargo bench -p fanin-benches --bench fill_checkpoint`; see this crate's README for how to read it. The locations
//! are the build folder, or `FANIN_BENCH_FOLDER`, and `/dev/shm` if it exists: a disk and memory. Each needs 1 GB. `--
//! --test` checks the result without timing; `-- bf16 shm` runs only the cases whose names contain these words.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use fanin_benches::WrongResult;
use fanin_benches::asked::Asked;
use fanin_benches::conditions::{Threads, one_thread};
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_benches::table::{Row, head};
use fanin_checkpoint::config::{self, ConfiguredModel};
use fanin_checkpoint::fill::{ByteSize, Destination, FillOptions, NewCheckpoint, Rank};
use fanin_core::resolve::Resolution;
use fanin_core::values::Dtype;
use fanin_core::{Element, InitError, Initializer, InitializerExt, Key, ParamSpec, ParamViewMut, Seed};
use fanin_recipes::Recipe;
use half::bf16;
use rayon::prelude::*;

/// GPT-2 small: 124 million parameters.
const MODEL: &str = r#"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}"#;
/// A small version for the check.
const SMALL: &str = r#"{"model_type": "gpt2", "n_embd": 64, "n_head": 2, "n_layer": 2, "vocab_size": 3000}"#;

/// The size of a write: one tile of the fill.
const BLOCK: usize = 1 << 20;

/// The target speed, as a fraction of the slower of the two.
const FLOOR: f64 = 0.8;

type Fallible<A> = Result<A, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    let asked = Asked::of_this_program();
    one_thread()?;
    check()?;
    if asked.only_checks {
        println!("| a small checkpoint checked |");
        return Ok(ExitCode::SUCCESS);
    }
    head("Whole checkpoints: GPT-2 small, one file, synced to disk and renamed");
    for (place, folder) in places() {
        for dtype in [Dtype::F32, Dtype::BF16] {
            for threads in [1, 2] {
                if asked.takes(&format!("{place} {dtype} {threads}")) {
                    compare(place, &folder, dtype, threads)?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn places() -> Vec<(&'static str, PathBuf)> {
    let named = std::env::var_os("FANIN_BENCH_FOLDER").map(PathBuf::from);
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let shm = PathBuf::from("/dev/shm");
    let mut places = vec![("disk", named.unwrap_or(target))];
    if shm.is_dir() {
        places.push(("shm", shm));
    }
    places
}

/// A model and its recipe, with the model's settings.
struct Filled {
    model: ConfiguredModel,
    recipe: Recipe,
}

impl Filled {
    fn new(text: &str) -> Fallible<Self> {
        let model = config::parse(text)?;
        let recipe = Recipe::named(model.recipe)?.set_all(model.settings.iter().copied())?;
        Ok(Self { model, recipe })
    }

    fn checkpoint(&self, dtype: Dtype) -> Fallible<NewCheckpoint> {
        Ok(NewCheckpoint::new(&self.model.entries, &self.recipe, Some(dtype), ByteSize::OF_A_SHARD)?)
    }

    fn resolution(&self) -> Fallible<Resolution> {
        let params: Vec<_> = self.model.entries.iter().map(|entry| entry.param.clone()).collect();
        Ok(self.recipe.resolve(&params)?)
    }
}

fn filled_by(resolution: &Resolution) -> impl Iterator<Item = (&ParamSpec, &dyn Initializer)> {
    resolution.filled().filter_map(|assignment| Some((assignment.param(), &**assignment.initializer()?)))
}

/// Checks that the file has the stated length and ends with the bytes of its last tensor.
fn check() -> Fallible<()> {
    let filled = Filled::new(SMALL)?;
    let folder = tempfile::tempdir()?;
    let checkpoint = filled.checkpoint(Dtype::F32)?;
    write(&checkpoint, folder.path(), 3, 2)?;
    let bytes = fs::read(folder.path().join("model.safetensors"))?;
    let resolution = filled.resolution()?;
    let last = filled_by(&resolution).max_by_key(|(param, _)| param.name());
    let Some((param, initializer)) = last else { return Err("the model has no tensors".into()) };
    let values: Vec<f32> = initializer.sample(param, Seed(3))?;
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    if !bytes.ends_with(&values) || checkpoint.bytes(Rank::ALL) != bytes.len() as u64 {
        let reason = format!("the file does not end on the values of {}", param.name());
        return Err(WrongResult { subject: "a fill".to_owned(), reason }.into());
    }
    Ok(())
}

fn write(checkpoint: &NewCheckpoint, folder: &Path, seed: u64, threads: usize) -> Fallible<()> {
    let options = FillOptions { seed: Seed(seed), threads, force: true, ..FillOptions::default() };
    checkpoint.write(&Destination::of(folder), &options, &|_| ())?;
    Ok(())
}

fn compare(place: &str, parent: &Path, dtype: Dtype, count: usize) -> Fallible<()> {
    let filled = Filled::new(MODEL)?;
    let (checkpoint, resolution) = (filled.checkpoint(dtype)?, filled.resolution()?);
    let (ours, theirs) = (tempfile::tempdir_in(parent)?, tempfile::tempdir_in(parent)?);
    let bytes = usize::try_from(checkpoint.bytes(Rank::ALL))?;
    let threads = Threads::new(count)?;
    let mut seed = 0;
    let mut participants: [Run<'_, ()>; 3] = [
        Box::new(|()| {
            seed += 1;
            write(&checkpoint, ours.path(), seed, count)
        }),
        Box::new(|()| constant(theirs.path(), bytes)),
        Box::new(|()| match dtype {
            Dtype::BF16 => computed::<bf16>(&threads, &resolution),
            _ => computed::<f32>(&threads, &resolution),
        }),
    ];
    let times = turns(Pace::single(9), &mut (), &mut participants)?;
    let [fill, constant, engine] = [0, 1, 2].map(Participant);
    let slower = times.seconds(constant)?.median > times.seconds(engine)?.median;
    let elements = usize::try_from(checkpoint.elements())?;
    let subject = format!("fill, {dtype}, {place}");
    for (beside, participant, is_slower) in
        [("constant bytes", constant, slower), ("the values alone", engine, !slower)]
    {
        let floor = is_slower.then_some(FLOOR);
        Row { ours: &subject, beside, elements, threads: count, floor }.print(&times, fill, participant)?;
    }
    Ok(())
}

/// Writes the same number of constant bytes, in order, on one thread, because the system allows one writer per file at
/// a time. Syncs and renames, like the fill.
fn constant(folder: &Path, bytes: usize) -> Fallible<()> {
    let block = vec![1_u8; BLOCK];
    let hidden = folder.join(".hidden");
    let mut file = File::create(&hidden)?;
    let mut rest = bytes;
    while rest > 0 {
        let now = rest.min(BLOCK);
        file.write_all(&block[..now])?;
        rest -= now;
    }
    file.sync_all()?;
    fs::rename(&hidden, folder.join("model.safetensors"))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Computes the same values in windows of one block, into memory reused by each thread.
fn computed<T: Element>(threads: &Threads, resolution: &Resolution) -> Fallible<()> {
    let size = BLOCK / size_of::<T>();
    let windows: Vec<_> = filled_by(resolution)
        .flat_map(|(param, initializer)| (0..param.len()).step_by(size).map(move |start| (param, initializer, start)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = |_: usize| {
        let mut memory = vec![T::default(); size];
        while let Some((param, initializer, start)) = windows.get(next.fetch_add(1, Ordering::Relaxed)) {
            let out = &mut memory[..size.min(param.len() - start)];
            initializer.fill(param, Key::new(Seed(0), param.name()), ParamViewMut::window(out, *start as u64))?;
            std::hint::black_box(&mut memory);
        }
        Ok::<(), InitError>(())
    };
    threads.run(|| (0..threads.count).into_par_iter().with_max_len(1).try_for_each(work))?;
    Ok(())
}
