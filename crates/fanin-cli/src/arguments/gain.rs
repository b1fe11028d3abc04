//! Arguments of `fanin gain`.

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending =
    Ending { notes: "", examples: ["fanin gain gelu", "fanin gain 'leaky_relu(slope = 0.2)' --json"] };

/// Print the gains of an activation.
///
/// For z ~ N(0, 1), computed by quadrature: `forward` preserves the second moment of the signal, `backward` that of the
/// gradient, and `standardized` the variance. `pytorch` is the value of `torch.nn.init.calculate_gain`. A weight with a
/// given gain has the standard deviation `gain / sqrt(fan_in)`.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct GainArguments {
    /// An activation from `fanin list activations`, such as gelu or `leaky_relu(slope = 0.2)`; - reads one per line
    /// from standard input
    #[arg(value_name = "ACTIVATION")]
    pub(crate) activation: String,
    /// Print the result as JSON; null if PyTorch has no gain. With -, prints an array
    #[arg(long)]
    pub(crate) json: bool,
}
