//! The built-in recipes, one file each.

/// Defines the names and texts of the recipes from the file names.
macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        static SHIPPED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../recipes/", $name, ".toml")))),*];
    };
}

shipped![
    "torch",
    "flax",
    "keras",
    "gpt2",
    "gpt_neox",
    "megatron",
    "llama",
    "llama_torchtitan",
    "olmo2",
    "mitchell",
    "maxtext",
    "bert",
    "t5",
    "vit",
    "deit",
    "resnet",
    "efficientnet",
    "convnext",
    "mamba",
    "deepnorm",
    "t_fixup",
    "fixup",
    "rezero",
    "siren_network",
    "mup",
];

/// Returns the names of the built-in recipes, in listing order.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// Returns the TOML of a built-in recipe.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
