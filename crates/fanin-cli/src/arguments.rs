//! What can be typed. Texts become values here; what they mean is decided by the commands.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use fanin_checkpoint::fill::{ByteSize, Share};
use fanin_core::Layout;
use fanin_core::values::Dtype;

use crate::failure::{Failure, USAGE};

/// Weight initialisation: see what it does to a network, and make weights whose every bit has an address.
#[derive(Debug, Parser)]
#[command(name = "fanin", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// What was typed; help and version are printed, and a mistake is one line.
    pub(crate) fn read() -> Result<Self, Failure> {
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
                Ok(()) => Failure::Shown { code: 0 },
                Err(error) => Failure::output(&error),
            },
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                // Nothing can be done where not even stderr can be written.
                let _ = error.print();
                Failure::Shown { code: USAGE }
            }
            _ => Failure::usage(one_line(&error.render().to_string())),
        })
    }
}

/// A mistake with its tip, without the usage that clap adds.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let told: Vec<&str> = told.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    format!("{}; see --help", told.join("; "))
}

fn axis(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "give whole numbers with commas between, such as 64,128".to_owned())
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 what was asked to hold does not; 2 bad usage or input; 3 internal.\n\
                          NO_COLOR=1 turns colours off.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train the same network from different starting weights, side by side
    Compare(Box<CompareArguments>),
    /// Write the values of one parameter, or a window of them, to a file
    Sample(SampleArguments),
    /// Write a model's checkpoint, filled by a recipe from a seed
    Fill(Box<FillArguments>),
    /// List the initialisers, activations, recipes, data sets and rules
    List(ListArguments),
    /// Print the page of an initialiser, an activation, a recipe or a rule; what a recipe would give to a model
    Explain(ExplainArguments),
    /// The gains of an activation, by quadrature, and PyTorch's
    Gain(GainArguments),
    /// Which initialisers could have made each tensor of a checkpoint
    Identify(IdentifyArguments),
    /// What differs between two checkpoints, tensor by tensor
    Diff(DiffArguments),
    /// What is wrong with the weights of a checkpoint, by rules with ids
    Audit(AuditArguments),
}

/// Trains one network under several initialisers, each from several seeds, on the same data in the same order, with logistic
/// regression as the control. Writes run.json, picture.svg and picture.png, and prints a table.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin compare\n  \
    fanin compare --preset article\n  \
    fanin compare --init zeros --init 'normal(std = 0.01)' --init he_normal --activation relu --hidden 64,64\n  \
    fanin compare --data moons --backend candle --dtype f64 --json")]
pub(crate) struct CompareArguments {
    /// Where the other flags start from
    #[arg(long, value_enum)]
    pub(crate) preset: Option<PresetName>,
    /// Data: a name of `fanin list data`, a CSV file, an IDX file or a folder of IDX files. Both take arguments:
    /// `moons(noise = 0.2)`, `iris.csv(label = species, standardise = false, held_out = 0.25, seed = 3)`
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Widths of the whole network, inputs and outputs included: 64,32,10
    #[arg(long, value_delimiter = ',', value_name = "N,N,...", value_parser = axis, conflicts_with = "hidden")]
    pub(crate) widths: Option<Vec<usize>>,
    /// Widths of the hidden layers alone: 32,32
    #[arg(long, value_delimiter = ',', value_name = "N,...", value_parser = axis)]
    pub(crate) hidden: Option<Vec<usize>>,
    /// Activation of the hidden layers; give it once, or once a hidden layer
    #[arg(long, value_name = "NAME")]
    pub(crate) activation: Vec<String>,
    /// An initialiser of the weights, such as 'normal(std = 0.01)'; give it once for each
    #[arg(long = "init", visible_aliases = ["initialisers", "initializers"], value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The backend
    #[arg(long, value_enum)]
    pub(crate) backend: Option<BackendName>,
    /// The element type: f32 or f64
    #[arg(long, value_parser = network_dtype, value_name = "DTYPE")]
    pub(crate) dtype: Option<Dtype>,
    /// Steps of training
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// The learning rate
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: Option<f64>,
    /// sgd, sgd(rate = 0.1, momentum = 0.9) or adam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8)
    #[arg(long, visible_alias = "optimizer", value_name = "SPEC")]
    pub(crate) optimiser: Option<String>,
    /// Samples a step; `full` for all
    #[arg(long, value_name = "N|full", allow_negative_numbers = true)]
    pub(crate) batch: Option<String>,
    /// How many seeds, counted from 0; or the seeds themselves: 3,7,11
    #[arg(long, value_name = "N|N,N,...", allow_negative_numbers = true)]
    pub(crate) seeds: Option<String>,
    /// Networks trained at the same time; as many as the machine has cores by default. Changes no number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// The folder of run.json, picture.svg and picture.png
    #[arg(long, value_name = "FOLDER", default_value = "fanin-out")]
    pub(crate) out: PathBuf,
    /// Print the result as JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetName {
    /// A network of depth four on handwritten digits
    Digits,
    /// The network of two inputs, two hidden neurons and one output, with its control
    Article,
    /// deeplearning.ai's initialisation lab, from its own data and starting weights
    Lab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackendName {
    /// fanin-ndarray
    Ndarray,
    /// fanin-candle
    Candle,
}

/// Writes a tensor whose bits depend on the seed, the name and the shape's order alone: any window, made anywhere, equals the
/// same part of the whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin sample --init he_normal --shape 64,128 --layout oi --out w.safetensors\n  \
    fanin sample --init 'normal(std = 0.02)' --shape 50257,768 --start 1000000 --count 10 --out window.npy")]
pub(crate) struct SampleArguments {
    /// The initialiser, such as `he_normal` or 'normal(std = 0.01)'; see `fanin list initialisers`
    #[arg(long, value_name = "SPEC")]
    pub(crate) init: String,
    /// The shape, outermost axis first
    #[arg(long, value_delimiter = ',', required = true, allow_negative_numbers = true, value_name = "N,N,...", value_parser = axis)]
    pub(crate) shape: Vec<usize>,
    /// The order of the axes, from which the fans come: oi, io, oihw, hwio, iohw or hwoi
    #[arg(long)]
    pub(crate) layout: Option<String>,
    /// The groups of a convolution
    #[arg(long, default_value_t = 1, requires = "layout", value_name = "N")]
    pub(crate) groups: usize,
    /// The element type: f32, f64, f16 or bf16
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// The seed
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The parameter's full name, part of every value's address
    #[arg(long, default_value = "weight")]
    pub(crate) name: String,
    /// The first element of a window; the file then has one dimension
    #[arg(long, value_name = "I")]
    pub(crate) start: Option<u64>,
    /// The number of elements of a window
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// The file, .safetensors or .npy
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Writes a model's checkpoint in safetensors, as Hugging Face lays it out, each value from the seed, the tensor's name and its
/// place alone. The model is that of another checkpoint, of a list of shapes or of a Hugging Face config.json. Every file is whole
/// or not there; what is there already with the right bytes is kept, so that a run that was stopped is finished by running it
/// again. Memory: a few tiles of 1 MiB a thread; one tensor where an initialiser such as orthogonal makes it whole.
#[derive(Debug, Args)]
#[command(after_help = FILL_HELP, group(ArgGroup::new("model").required(true).args(["like", "shapes", "config"])))]
pub(crate) struct FillArguments {
    /// The recipe: a name of `fanin list recipes` or a .toml file; with --config that of the model's family by default
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "config")]
    pub(crate) recipe: Option<String>,
    /// A checkpoint of the same names, shapes and element types: a .safetensors file, an index of shards, or a folder
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
    /// The element type of all floats: f32, f64, f16 or bf16. By default that of the model's own file or list, else f32
    #[arg(long)]
    pub(crate) dtype: Option<Dtype>,
    /// The greatest size of a file's values: 5GB, 500MB, 2GiB. A tensor that is larger has a file of its own
    #[arg(long, value_name = "SIZE", default_value = "5GB")]
    pub(crate) max_shard_size: ByteSize,
    /// Write the files whose number is i modulo n, both counted from 0: 0/4 to 3/4 for four processes. Without it Slurm, Open MPI,
    /// Kubernetes or GNU parallel say so, if one of them started this process
    #[arg(long, value_name = "i/n", allow_hyphen_values = true)]
    pub(crate) shard: Option<Share>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Threads that compute; as many as the machine has cores by default. Changes no byte
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Replace files that hold something else
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
  Tied weights are stored once, as Hugging Face does. Buffers that the recipe
  leaves as they are come from the --like file.

Memory: a few tiles of 1 MiB a thread; one tensor, where an initialiser such
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
What was found is told on stderr; --shard 0/1 writes everything.";

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=1024) => Ok(threads),
        _ => Err("give a number of threads from 1 to 1024".to_owned()),
    }
}

/// What an activation makes of z ~ N(0, 1), and the gain of the weights that makes up for it: forward keeps the second moment
/// of the signal, backward that of the gradient, standardised the variance; pytorch is the table of
/// `torch.nn.init.calculate_gain`. A weight of std `gain / sqrt(fan_in)` has that gain.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin gain gelu\n  \
    fanin gain 'leaky_relu(slope = 0.2)' --json")]
pub(crate) struct GainArguments {
    /// The activation, such as `gelu` or `leaky_relu(slope = 0.2)`; see `fanin list activations`
    #[arg(value_name = "ACTIVATION")]
    pub(crate) activation: String,
    /// Print the gains as JSON, and nothing else; null where PyTorch has none
    #[arg(long)]
    pub(crate) json: bool,
}

/// For each tensor of a checkpoint, the initialisers that could have made it, by likelihood. Those that the values do not tell
/// apart are printed as ties: `=` between equal laws, `or` between laws within a factor of 20. Where even the best fits badly,
/// at alpha 0.0001 a tensor, it is none of these: trained weights, mostly. Values that fanin made are recognised with their seed.
///
/// Fans come from the axes: [out, in, k...] unless a layout says otherwise. Laws of the other order are among the candidates.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin identify model.safetensors\n  \
    fanin identify model.safetensors --select '*.weight' --top 5\n  \
    fanin identify gpt2/ --conv1d --json\n  \
    fanin identify keras.safetensors --layout io --init 'glorot_uniform(gain = 0.5)'\n\n\
    Ties: '=' between equal laws, 'or' between laws within a factor of 20. A law of fitted numbers must be a thousand times as\n\
    likely as a name. 'none of these': even the best fits badly, at alpha 0.0001 a tensor; trained weights, mostly.")]
pub(crate) struct IdentifyArguments {
    /// A checkpoint: a file (safetensors, .npz, PyTorch's), an index of shards or a folder
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// The order of the axes: oi, io, transposed, or with kernel axes oihw, hwio, iohw or hwoi
    #[arg(long, default_value = "oi", value_name = "LAYOUT")]
    pub(crate) layout: Layout,
    /// The order of the axes of the tensors whose names match; give it once for each pattern, the first match counts
    #[arg(long, value_name = "PATTERN=LAYOUT")]
    pub(crate) layout_of: Vec<String>,
    /// Hugging Face's `Conv1D`: weights of `c_attn`, `q_attn`, `c_fc` and `c_proj` are [in, out]
    #[arg(long)]
    pub(crate) conv1d: bool,
    /// One more initialiser to compare with; give it once for each
    #[arg(long = "init", value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The only seed to try for fanin's own values; 0 to 100 by default
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Only tensors whose names match; give it once for each pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print so many candidates of each tensor
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) top: usize,
    /// Print JSON, and nothing else, on standard output: every candidate of every tensor
    #[arg(long)]
    pub(crate) json: bool,
}

/// What differs between two checkpoints: by how much values changed, whether they still follow the same law, whether a tensor was
/// drawn anew, its rows or columns permuted, its element type or shape changed, and what only one of them has.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin diff before.safetensors after.safetensors\n  \
    fanin diff model/ quantised/ --select '*.weight' --json\n\n\
    Exit codes, as those of diff: 0 the same, to the bit; 1 something differs; 2 bad usage or input; 3 internal.")]
pub(crate) struct DiffArguments {
    /// A checkpoint: a file (safetensors, .npz, PyTorch's), an index of shards or a folder
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// The one to compare it with
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// The order of the axes, for the initialisers of what was drawn anew: oi, io, transposed, oihw, hwio, iohw or hwoi
    #[arg(long, default_value = "oi", value_name = "LAYOUT")]
    pub(crate) layout: Layout,
    /// Only tensors whose names match; give it once for each pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// A linter for checkpoints: dead, copied, constant, untrained and wrongly scaled weights, NaN, statistics that were never updated.
/// Each finding has the id of its rule; `fanin explain RULE` is the rule's page. Reads every weight once, on all cores.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin audit model.safetensors\n  \
    fanin audit fresh.safetensors --recipe gpt2 --set layers=12\n  \
    fanin audit model/ --ignore dead-rows --ignore 'near-twins:decoder.*' --fail-on warn\n  \
    fanin audit model.safetensors --write-baseline known.json\n  \
    fanin audit model.safetensors --baseline known.json --format sarif > audit.sarif\n\n\
    Exit codes: 0 nothing at or above --fail-on; 1 a finding at or above it; 2 bad usage or input; 3 internal.")]
pub(crate) struct AuditArguments {
    /// Checkpoints: files, indices of shards, or folders
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Whether the weights are as an initialiser left them, or trained; by default the evidence decides, and says so
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) stage: StageName,
    /// The recipe that a fresh checkpoint should follow: a name of `fanin list recipes`, or a .toml file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<String>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE", requires = "recipe")]
    pub(crate) set: Vec<String>,
    /// Ask these rules alone: a rule's id, `RULE:PATTERN` for some tensors, `*:PATTERN` for all rules
    #[arg(long, value_name = "RULE[:PATTERN]", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave out these, in the same words
    #[arg(long, value_name = "RULE[:PATTERN]", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// The mildest finding that makes the exit code 1
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// How the report is written
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ReportFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Ask the rules that need a spectrum too; the cost is told on stderr
    #[arg(long)]
    pub(crate) deep: bool,
    /// Hide the findings of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to a baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Threads; as many as the machine has cores by default. Changes no number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageName {
    /// By the evidence
    Auto,
    /// As an initialiser left it
    Fresh,
    /// Trained
    Trained,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors alone
    Error,
    /// Warnings and errors
    #[value(alias = "warning")]
    Warn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For a pull request
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// What to list; everything by default
    #[arg(value_enum)]
    pub(crate) topic: Option<Topic>,
}

/// Prints the page of an initialiser, an activation, a recipe or a rule of the audit. With --like or --shapes: what each parameter of that model would
/// get from the recipe, by which rule and why, without drawing anything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin explain he_normal\n  \
    fanin explain gpt2\n  \
    fanin explain gpt2 --like model.safetensors\n  \
    fanin explain near-twins\n  \
    fanin explain mup --shapes shapes.json --set base_width=256 --json\n\n\
    A list of shapes is a JSON object: { \"fc.weight\": [10, 64], \"fc.bias\": [10] }")]
pub(crate) struct ExplainArguments {
    /// A name that `fanin list` shows, or a recipe of your own: a .toml file
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A model whose parameters are asked about: a .safetensors file, an index of shards, or a folder
    #[arg(long, value_name = "PATH", conflicts_with = "shapes")]
    pub(crate) like: Option<PathBuf>,
    /// The same from a list of shapes in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) shapes: Option<PathBuf>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// Initialisers, with their arguments and defaults
    #[value(alias = "initializers")]
    Initialisers,
    /// Activations, with their formulas
    Activations,
    /// Recipes for whole models, with their variables and sources
    Recipes,
    /// Data sets, with source and licence
    Data,
    /// Rules of `fanin audit`
    Rules,
}

fn network_dtype(text: &str) -> Result<Dtype, String> {
    match text.parse::<Dtype>() {
        Ok(dtype @ (Dtype::F32 | Dtype::F64)) => Ok(dtype),
        Ok(other) => Err(format!("networks are not trained in {other}; give f32 or f64")),
        Err(error) => Err(error.to_string()),
    }
}
