//! The recipes that are shipped, one file each.

/// Names and texts; a file's name is the recipe's.
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

/// The names of the recipes that are shipped, in the order in which they are listed.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The TOML of a recipe that is shipped.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
