//! burn's own layers: PyTorch's name, role, layout and orientation of each of their parameters.

use fanin_core::{Layout, Role};

/// A parameter of one of burn's own layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LayerParam {
    /// Its name in PyTorch, as burn-store's adapter gives it.
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// The layout of its address; `None` for vectors and tables.
    pub(super) layout: Option<Layout>,
    /// Whether burn stores the transpose of the address.
    pub(super) is_transposed: bool,
}

/// Types of layers, fields of any of them, and what they hold.
struct Row {
    layers: &'static [&'static str],
    fields: &'static [(&'static str, LayerParam)],
}

const fn param(name: &'static str, role: Role) -> LayerParam {
    LayerParam { name, role, layout: None, is_transposed: false }
}

const fn kernel(layout: Layout) -> LayerParam {
    LayerParam { layout: Some(layout), ..param("weight", Role::Weight) }
}

const BIAS: (&str, LayerParam) = ("bias", param("bias", Role::Bias));
const LINEAR: LayerParam = LayerParam { is_transposed: true, ..kernel(Layout::OutIn) };
const TABLE: LayerParam = LayerParam { layout: None, ..param("weight", Role::Embedding) };

/// burn-nn's layers with parameters of their own. Recurrent gates, attention and transformers are built from them.
const ROWS: [Row; 8] = [
    Row { layers: &["Linear"], fields: &[("weight", LINEAR), BIAS] },
    Row { layers: &["Conv1d", "Conv2d", "Conv3d", "DeformConv2d"], fields: &[("weight", kernel(Layout::OutIn)), BIAS] },
    Row {
        layers: &["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"],
        fields: &[("weight", kernel(Layout::Transposed)), BIAS],
    },
    Row { layers: &["Embedding"], fields: &[("weight", TABLE)] },
    Row {
        layers: &["LayerNorm", "GroupNorm", "RmsNorm"],
        fields: &[("gamma", param("weight", Role::NormGain)), ("beta", param("bias", Role::NormBias))],
    },
    Row {
        layers: &["BatchNorm"],
        fields: &[
            ("gamma", param("weight", Role::NormGain)),
            ("beta", param("bias", Role::NormBias)),
            ("running_mean", param("running_mean", Role::Buffer)),
            ("running_var", param("running_var", Role::Buffer)),
        ],
    },
    // burn-store's adapter leaves the names of these two.
    Row {
        layers: &["InstanceNorm"],
        fields: &[("gamma", param("gamma", Role::NormGain)), ("beta", param("beta", Role::NormBias))],
    },
    Row { layers: &["PRelu"], fields: &[("alpha", param("alpha", Role::Scale))] },
];

impl LayerParam {
    /// Returns the parameter in this field of this type of module with so many axes, if burn has such a layer.
    pub(super) fn of(module: &str, field: &str, rank: usize) -> Option<Self> {
        let row = ROWS.iter().find(|row| row.layers.contains(&module))?;
        let (_, param) = row.fields.iter().find(|(name, _)| *name == field)?;
        let expected = match (param.layout, module.as_bytes().get(module.len().wrapping_sub(2))) {
            (None, _) if param.role == Role::Embedding => 2,
            (None, _) => 1,
            // `Conv2d` has two axes more than those of its kernel.
            (Some(_), Some(axes @ b'1'..=b'3')) => usize::from(axes - b'0') + 2,
            (Some(_), _) => 2,
        };
        (rank == expected).then_some(*param)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_of_the_same_name_and_another_rank_is_another_module() {
        let of = |module: &str, field: &str, rank| LayerParam::of(module, field, rank).map(|param| param.name);
        assert_eq!(of("Linear", "weight", 2), Some("weight"));
        assert_eq!(of("Linear", "weight", 3), None);
        assert_eq!(of("Linear", "lora_a", 2), None);
        assert_eq!(of("Conv1d", "weight", 3), Some("weight"));
        assert_eq!(of("ConvTranspose3d", "weight", 5), Some("weight"));
        assert_eq!(of("Conv2d", "weight", 3), None);
        assert_eq!(of("DeformConv2d", "bias", 1), Some("bias"));
        assert_eq!(of("RmsNorm", "gamma", 1), Some("weight"));
        assert_eq!(of("InstanceNorm", "gamma", 1), Some("gamma"));
        assert_eq!(of("Embedding", "weight", 2), Some("weight"));
        assert_eq!(of("Mine", "weight", 2), None);
        assert_eq!(of("", "weight", 2), None);
    }
}
