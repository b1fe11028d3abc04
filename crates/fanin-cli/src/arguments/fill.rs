//! What `fanin fill` takes.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fanin_checkpoint::fill::{ByteSize, Rank};
use fanin_core::values::Dtype;

use super::threads;

/// Writes a model's checkpoint in safetensors, as Hugging Face lays it out, each value from the seed, the tensor's name and its
/// place alone. The model is that of another checkpoint, of a list of shapes or of a Hugging Face config.json. Every file is whole
/// or not there; what is there already with the right bytes is kept, so that a run that was stopped is finished by running it
/// again. Memory: a few tiles of 1 MiB a thread; one tensor where an initializer such as orthogonal makes it whole.
#[derive(Debug, Args)]
#[command(after_help = FILL_HELP, group(ArgGroup::new("model").required(true).args(["like", "shapes", "config"])))]
pub(crate) struct FillArguments {
    /// The recipe: a name of `fanin list recipes` or a .toml file; with --config that of the model's family by default
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "config")]
    pub(crate) recipe: Option<String>,
    /// A checkpoint of the same names, shapes, element types and ties: a file (.safetensors, PyTorch's .pt, .pth or .bin, .npz, .npy),
    /// an index of shards, or a folder
    #[arg(long, value_name = "PATH")]
    pub(crate) like: Option<PathBuf>,
    /// Names and shapes in JSON, with element types and ties where they are stated
    #[arg(long, value_name = "FILE")]
    pub(crate) shapes: Option<PathBuf>,
    /// A config.json of Hugging Face: bert, gpt2, llama, mistral, qwen2, qwen3, olmo2, resnet or vit
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The seed
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The folder of the files, made if it is missing; or the one file, if the path ends on .safetensors
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// The element type of all floats: f32, f64, f16 or bf16. By default that of the model's own file or list, or the `dtype` (or
    /// `torch_dtype`) of config.json; else f32
    #[arg(long)]
    pub(crate) dtype: Option<Dtype>,
    /// The greatest size of a file's values: 5GB, 500MB, 2GiB. A tensor that is larger has a file of its own
    #[arg(long, value_name = "SIZE", default_value = "5GB")]
    pub(crate) max_shard_size: ByteSize,
    /// Write the files whose number is i modulo n, both counted from 0: 0/4 to 3/4 for four processes, all with the same model,
    /// recipe and seed. Without it Slurm, Open MPI, Kubernetes or GNU parallel say so, if one of them started this process
    #[arg(long, value_name = "i/n", allow_hyphen_values = true)]
    pub(crate) shard: Option<Rank>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Threads that compute, 1024 at most, and no more than there are MiB in a file; as many as the machine has cores by default.
    /// Changes no byte
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Replace files that hold something else; with --shard those of this process
    #[arg(long)]
    pub(crate) force: bool,
    /// Print no summary and no progress
    #[arg(long, conflicts_with = "json")]
    pub(crate) quiet: bool,
    /// Print the summary as JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

const FILL_HELP: &str = "Examples:
  fanin fill --config config.json --seed 42 --out model
  fanin fill --recipe mup --set base_width=256 --shapes shapes.json --seed 42 --out mup.safetensors
  fanin fill --recipe llama --like trained/ --seed 1 --out fresh --dtype bf16 --max-shard-size 2GB
  fanin fill --config config.json --seed 42 --out model --shard 0/2
  srun -n 8 fanin fill --config config.json --seed 42 --out model

What is written:
  model.safetensors, or model-00001-of-0000N.safetensors and an index, which
  is written last. Beside them a copy of config.json, so that transformers'
  from_pretrained loads the folder. Each file is whole or not there; one that
  is there with the right bytes is kept, so that a run that was stopped is
  finished by running it again; one with other bytes is left, unless --force.
  Tied weights are stored once, as Hugging Face does: those of a PyTorch file
  that are one memory under several names, and those that a list says.
  Buffers that the recipe leaves as they are come from the --like file.

Memory: a few tiles of 1 MiB a thread; one tensor, where an initializer such
as orthogonal makes it whole.

A list of shapes is a JSON object:
  { \"wte.weight\": [50257, 768], \"ln.weight\": { \"shape\": [768], \"dtype\": \"F32\" },
    \"lm_head.weight\": { \"tied_to\": \"wte.weight\" } }

Several processes write the bytes of one, each its own files:
  Slurm         job arrays (SLURM_ARRAY_TASK_ID and its companions) and
                srun (SLURM_PROCID and SLURM_STEP_NUM_TASKS)
  Open MPI      OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE
  Kubernetes    JOB_COMPLETION_INDEX; set FANIN_SHARDS to the job's completions
  GNU parallel  PARALLEL_SEQ; set FANIN_SHARDS to the number of jobs
What was found is told on stderr; --shard 0/1 writes everything.

All must have the same model, recipe and seed: each looks at a sample of the
others' files first, and again before it writes the index, and refuses what is
not its own. With --force a process replaces its own files alone; old ones of
the others count as missing, and the last process writes the index.";
