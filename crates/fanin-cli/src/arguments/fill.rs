//! Arguments of `fanin fill`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fanin_checkpoint::fill::{ByteSize, Rank};
use fanin_core::values::Dtype;

use super::{Ending, ListOfShapes, RecipeSource, threads};

pub(super) const ENDING: Ending = Ending {
    notes: "\
What is written:
  model.safetensors, or model-00001-of-0000N.safetensors and so on with an index, which is written last, and a copy of config.json, so \
that from_pretrained of transformers loads the folder. Writes are atomic. A file that already has the right bytes is kept, so running \
the same command again resumes a stopped run. A file with other bytes is an error, unless --force is given.
  Tied weights are stored once, as Hugging Face does: weights of a PyTorch file that share memory, and those that a list of shapes \
ties. Buffers that the recipe does not initialize are copied from the --like file.

Memory: a few tiles of 1 MiB for each thread; a whole tensor where the initializer, such as orthogonal, needs it.

A list of shapes is a JSON object:
  { \"wte.weight\": [50257, 768],
    \"ln.weight\": { \"shape\": [768], \"dtype\": \"F32\" },
    \"lm_head.weight\": { \"tied_to\": \"wte.weight\" } }

Several processes can fill one checkpoint, each its own files, with --shard or under a scheduler: `srun -n 8 fanin fill ...`. \
Detected from:
  Slurm         job arrays (SLURM_ARRAY_TASK_ID and its companions) and srun (SLURM_PROCID and SLURM_STEP_NUM_TASKS)
  Open MPI      OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE
  Kubernetes    JOB_COMPLETION_INDEX; set FANIN_SHARDS to the number of completions
  GNU parallel  PARALLEL_SEQ; set FANIN_SHARDS to the number of jobs
The shard that was detected is printed on standard error; --shard 0/1 writes everything.

All processes must have the same model, recipe and seed. Each checks a sample of the others' files when it starts and before it writes \
the index, and refuses files that differ. With --force a process replaces its own files only; old files of the others count as \
missing, and the last process writes the index.
",
    examples: [
        "fanin fill --config config.json --seed 42 --out model",
        "fanin fill --recipe mup --set base_width=256 --shapes shapes.json --seed 42 --out mup.safetensors",
    ],
};

/// Write a checkpoint for a model, with values drawn by a recipe from a seed.
///
/// The model comes from another checkpoint, a list of shapes or a Hugging Face config.json. Writes safetensors files in
/// Hugging Face's layout. Every value depends only on the seed, the tensor's name and the index within the tensor.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
#[command(override_usage = "\
fanin fill [OPTIONS] --seed <N>
       --out <PATH> <--like <PATH>|
       --shapes <FILE>|--config <FILE>>")]
#[command(group(ArgGroup::new("model").required(true).args(["like", "shapes", "config"])))]
pub(crate) struct FillArguments {
    /// The recipe: a name from `fanin list recipes`, a .toml file, or - for standard input. With --config, defaults to
    /// the recipe of the model's family
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "config")]
    pub(crate) recipe: Option<RecipeSource>,
    /// A checkpoint with the same names, shapes, element types and ties: a file (.safetensors, PyTorch's .pt, .pth or
    /// .bin, .npz, .npy), a shard index or a folder
    #[arg(long, value_name = "PATH")]
    pub(crate) like: Option<PathBuf>,
    /// A JSON list of names and shapes, with optional element types and ties; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) shapes: Option<ListOfShapes>,
    /// A Hugging Face config.json for bert, gpt2, llama, mistral, qwen2, qwen3, olmo2, resnet or vit; - reads it from
    /// standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The seed
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The output folder, created if missing, or a single file if the path ends in .safetensors
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// The element type of all floats: f32, f64, f16 or bf16. Defaults to the types in the --like file, the list of
    /// shapes or config.json (`dtype` or `torch_dtype`), else f32
    #[arg(long)]
    pub(crate) dtype: Option<Dtype>,
    /// The maximum size of a file: 5GB, 500MB, 2GiB. A larger tensor gets its own file
    #[arg(long, value_name = "SIZE", default_value = "5GB")]
    pub(crate) max_shard_size: ByteSize,
    /// Write the files of shard i of n, counted from 0: 0/4 to 3/4 for four processes with the same model, recipe and
    /// seed. Detected from Slurm, Open MPI, Kubernetes or GNU parallel by default
    #[arg(long, value_name = "i/n", allow_hyphen_values = true)]
    pub(crate) shard: Option<Rank>,
    /// Set a variable of the recipe. Repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// The number of threads, at most 1024; defaults to one per core. Does not change the result
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Replace existing files with other content; with --shard, only those of this process
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
