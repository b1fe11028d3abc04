//! The ways in which fresh checkpoints start.

use std::fmt::Write as _;

use fanin_core::{Layout, ParamSpec};

use super::corpus::Tensor;

/// How a fresh checkpoint is initialized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// `PyTorch`'s defaults: uniform weights and biases by the fan-in, normal embeddings.
    Torch,
    HeNormal,
    /// He's normal distribution, and zero in every second gain, as at the end of residual blocks.
    ZeroGamma,
    /// `N(0, .02)`, truncated.
    Truncated,
    Orthogonal,
    /// Nine of ten values are zero in large matrices; He's normal distribution elsewhere.
    Sparse,
}

/// Names of vectors that start at one.
const ONES: [&str; 9] = [
    "*weight",
    "*gamma",
    "*scale",
    "*running_var",
    "*variance",
    "*w_0",
    "*w_2",
    // Keras 3 numbers the gain, the bias, the mean and the variance.
    "*batch_normalization*.vars.0",
    "*batch_normalization*.vars.3",
];
/// Those among them that are statistics.
const STATISTICS: [&str; 4] = ["running_var", "variance", "w_2", "vars.3"];

/// The shortest axis of a sparse matrix.
const LEAST_SPARSE: usize = 20;

impl Start {
    pub(crate) const ALL: [Self; 6] =
        [Self::Torch, Self::HeNormal, Self::ZeroGamma, Self::Truncated, Self::Orthogonal, Self::Sparse];

    /// The starts into which faults are injected, in turn. Both scale with the fan-in; if the fans enter alike, there is
    /// nothing to swap.
    pub(crate) const FAULTY: [Self; 2] = [Self::Torch, Self::HeNormal];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Torch => "PyTorch's defaults",
            Self::HeNormal => "He normal",
            Self::ZeroGamma => "He normal, zero gains",
            Self::Truncated => "truncated normal .02",
            Self::Orthogonal => "orthogonal",
            Self::Sparse => "sparse",
        }
    }

    /// The initializer of a weight; `sparse`: with two long axes.
    fn weight(self, sparse: bool) -> &'static str {
        match self {
            Self::Torch => "fan_in_uniform",
            Self::Truncated => "truncated_normal(std = 0.02)",
            Self::Orthogonal => "orthogonal",
            Self::Sparse if sparse => "sparse(0.9, std = 0.1)",
            Self::HeNormal | Self::ZeroGamma | Self::Sparse => "he_normal",
        }
    }

    /// The recipe that fills these tensors: weights by [`Self::weight`], gains and running variances with ones, and all
    /// else with zeros.
    pub(crate) fn recipe(self, tensors: &[Tensor]) -> String {
        let mut text = "name = \"fresh\"\ntitle = \"A fresh checkpoint\"\nsource = \"the calibration\"\n".to_owned();
        let fixed: Vec<&str> =
            tensors.iter().filter(|tensor| tensor.fixed).map(|tensor| tensor.name.as_str()).collect();
        if !fixed.is_empty() {
            let _ = writeln!(text, "[[rules]]\nmatch = {}\nrole = \"buffer\"", toml::Value::from(fixed));
        }
        for layout in [Layout::OutIn, Layout::InOut, Layout::Transposed, Layout::KernelOutIn] {
            for sparse in [true, false] {
                let of_layout = |tensor: &&Tensor| {
                    suits_sparse(tensor) == sparse && tensor.weight().and_then(|weight| weight.layout()) == Some(layout)
                };
                let names: Vec<&str> = tensors.iter().filter(of_layout).map(|tensor| tensor.name.as_str()).collect();
                rule(&mut text, &names, &format!("layout = \"{layout}\""), self.weight(sparse));
            }
        }
        match self {
            Self::Torch => {
                // Embedding tables.
                let is_table = |tensor: &&Tensor| tensor.name.contains("emb") && tensor.weight().is_none();
                let tables = tensors.iter().filter(|tensor| tensor.shape.len() == 2).filter(is_table);
                rule(&mut text, &tables.map(|tensor| tensor.name.as_str()).collect::<Vec<_>>(), "", "normal(0, 1)");
                for (bias, fan_in) in tensors.iter().filter_map(|tensor| Some((tensor, fan_in(tensor, tensors)?))) {
                    #[expect(clippy::cast_precision_loss, reason = "fans are far below 2^53")]
                    let bound = 1.0 / (fan_in as f64).sqrt();
                    rule(&mut text, &[&bias.name], "", &format!("uniform(-{bound}, {bound})"));
                }
            }
            Self::ZeroGamma => {
                let is_gain = |tensor: &&Tensor| {
                    let stem = tensor.name.trim_end_matches(":0");
                    tensor.shape.len() == 1
                        && ONES.iter().any(|end| stem.ends_with(&end[1..]))
                        && !STATISTICS.iter().any(|end| stem.ends_with(end))
                };
                let gains = tensors.iter().filter(is_gain).map(|tensor| tensor.name.as_str());
                rule(&mut text, &gains.skip(1).step_by(2).collect::<Vec<_>>(), "", "zeros");
            }
            _ => {}
        }
        // Slopes of a PReLU, which have an axis for every axis of the activations, start at zero in Keras.
        rule(&mut text, &["*p_re_lu*"], "", "zeros");
        rule(&mut text, &["*prelu*"], "", "constant(0.25)");
        // Embedding tables and products that name their own axes have no fans.
        rule(&mut text, &["*"], "when = \"rank > 1\"", "normal(std = 0.02)");
        rule(&mut text, &ONES, "", "ones");
        rule(&mut text, &["*"], "", "zeros");
        text
    }
}

/// Whether it is a matrix that keeps some values in each line when nine of ten are zero.
fn suits_sparse(tensor: &Tensor) -> bool {
    tensor.shape.len() == 2 && tensor.shape.iter().all(|length| *length >= LEAST_SPARSE)
}

/// Appends a rule, unless it is for no tensor.
fn rule(text: &mut String, names: &[&str], more: &str, initializer: &str) {
    if names.is_empty() {
        return;
    }
    let names: Vec<String> = names.iter().map(|name| toml::Value::from(*name).to_string()).collect();
    let _ = writeln!(text, "[[rules]]\nmatch = [{}]\n{more}\ninit = \"{initializer}\"", names.join(", "));
}

/// The fan-in of the layer that a bias belongs to.
fn fan_in(bias: &Tensor, tensors: &[Tensor]) -> Option<usize> {
    let layer = bias.name.strip_suffix(".bias").filter(|_| bias.shape.len() == 1)?;
    let weight = tensors.iter().find(|tensor| tensor.name.strip_suffix(".weight") == Some(layer))?;
    weight.weight().as_ref().and_then(|spec: &ParamSpec| spec.fans().ok()).map(|fans| fans.fan_in)
}
