//! What `fanin gain` takes.

use clap::Args;

/// What an activation makes of z ~ N(0, 1), and the gain of the weights that makes up for it: forward keeps the second moment
/// of the signal, backward that of the gradient, standardized the variance; pytorch is the table of
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
