//! `ResNet`: `modeling_resnet.py`.

use super::error::ConfigError;
use super::family::{Described, Family, Parts};
use super::tensors::Tensors;

pub(super) const FAMILY: Family = Family {
    model_types: &["resnet"],
    architectures: |_| vec!["ResNetForImageClassification", "ResNetModel"],
    default: |_| "ResNetModel",
    build,
    recipe: "resnet",
    aliases: &[],
};

/// The factor by which a bottleneck reduces the width.
const REDUCTION: usize = 4;

/// The structure of a block.
struct Block {
    bottleneck: bool,
    /// Whether the shortcut is projected, because widths or strides differ.
    shortcut: bool,
}

fn build(described: &Described<'_>) -> Result<Parts, ConfigError> {
    let Described { architecture, fields, .. } = described;
    let bottleneck = match fields.text("layer_type")? {
        None | Some("bottleneck") => true,
        Some("basic") => false,
        Some(_) => return Err(fields.refuse("layer_type", "use basic or bottleneck")),
    };
    let widths = fields.widths("hidden_sizes", &[256, 512, 1024, 2048])?;
    let depths = fields.widths("depths", &[3, 4, 6, 3])?;
    let total = depths.iter().fold(0_usize, |total, depth| total.saturating_add(*depth));
    if depths.len() != widths.len() || widths.is_empty() || total > 100_000 {
        return Err(fields.refuse("depths", "list one number of layers per entry of hidden_sizes"));
    }
    let stem = fields.width("embedding_size", 64)?;
    let first_stride = fields.flag("downsample_in_first_stage", false)?;
    let prefix = if *architecture == "ResNetModel" { "" } else { "resnet." };

    let mut tensors = Tensors::default();
    let name = format!("{prefix}embedder.embedder");
    convolution(&mut tensors, &name, [stem, fields.width("num_channels", 3)?, 7]);
    let mut inputs = stem;
    for (stage, (outputs, depth)) in widths.iter().copied().zip(depths).enumerate() {
        for layer in 0..depth {
            let strided = layer == 0 && (stage > 0 || first_stride);
            let block = Block { bottleneck, shortcut: inputs != outputs || strided };
            let name = format!("{prefix}encoder.stages.{stage}.layers.{layer}");
            block.add(&mut tensors, &name, inputs, outputs);
            inputs = outputs;
        }
    }
    if *architecture == "ResNetForImageClassification" {
        tensors.linear("classifier.1", [fields.labels()?, inputs], true);
    }
    Ok(Parts { tensors, settings: Vec::new() })
}

impl Block {
    fn add(&self, tensors: &mut Tensors, name: &str, inputs: usize, outputs: usize) {
        if self.shortcut {
            convolution(tensors, &format!("{name}.shortcut"), [outputs, inputs, 1]);
        }
        let narrow = outputs / REDUCTION;
        let basic = [[outputs, inputs, 3], [outputs, outputs, 3]];
        let bottleneck = [[narrow, inputs, 1], [narrow, narrow, 3], [outputs, narrow, 1]];
        let convolutions = if self.bottleneck { &bottleneck[..] } else { &basic[..] };
        for (place, shape) in convolutions.iter().enumerate() {
            convolution(tensors, &format!("{name}.layer.{place}"), *shape);
        }
    }
}

/// A convolution without a bias, followed by batch normalization.
fn convolution(tensors: &mut Tensors, name: &str, [outputs, inputs, kernel]: [usize; 3]) {
    tensors.add(format!("{name}.convolution.weight"), [outputs, inputs, kernel, kernel]);
    tensors.batch_norm(&format!("{name}.normalization"), outputs);
}
