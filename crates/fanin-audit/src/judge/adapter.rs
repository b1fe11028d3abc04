//! Adapters: small factors trained alongside a frozen weight, recognized by their names.
//!
//! One table states how each factor starts. Knows no rule.

use std::collections::BTreeMap;

use super::noise::NoiseVerdict;
use super::subject::Subject;

/// The designed initial value of a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Drawn at random. Some methods never train it (`LoRA-FA`).
    Random,
    /// Drawn at random, shared by all layers and never trained (`VeRA`).
    Shared,
    /// Zero, so that the adapter has no effect at first.
    Zero,
    /// One, another constant, or a norm of the frozen weight. Such a factor scales a weight.
    Scale,
}

/// A known factor.
#[derive(Debug)]
pub(crate) struct Factor {
    /// The method, for messages.
    pub(crate) method: &'static str,
    /// The component of the name, in lowercase.
    component: &'static str,
    pub(crate) start: Start,
}

const fn factor(method: &'static str, component: &'static str, start: Start) -> Factor {
    Factor { method, component, start }
}

/// The factors of PEFT, kohya, `LyCORIS`, diffusers, torchtune, MLX, loralib and Keras.
static FACTORS: [Factor; 45] = [
    // Hu et al. 2021. In an embedding, PEFT and loralib start A at zero.
    factor("LoRA", "lora_a", Start::Random),
    factor("LoRA", "lora_b", Start::Zero),
    factor("LoRA", "lora_embedding_a", Start::Zero),
    factor("LoRA", "lora_embedding_b", Start::Random),
    factor("LoRA", "lora_down", Start::Random),
    factor("LoRA", "lora_mid", Start::Random),
    factor("LoRA", "lora_up", Start::Zero),
    factor("LoRA", "lora_kernel_a", Start::Random),
    factor("LoRA", "lora_kernel_b", Start::Zero),
    factor("LoRA", "lora_embeddings_a", Start::Random),
    factor("LoRA", "lora_embeddings_b", Start::Zero),
    // AdaLoRA (Zhang et al. 2023): the singular values start at zero, both other factors at random.
    factor("LoRA", "lora_e", Start::Zero),
    // DoRA (Liu et al. 2024): the norms of the frozen weight.
    factor("LoRA", "lora_magnitude_vector", Start::Scale),
    factor("LoRA", "lora_magnitude", Start::Scale),
    factor("LoRA", "dora_scale", Start::Scale),
    // LoHa (Hyeon-Woo et al. 2021).
    factor("LoHa", "hada_w1_a", Start::Random),
    factor("LoHa", "hada_w1_b", Start::Random),
    factor("LoHa", "hada_w2_a", Start::Zero),
    factor("LoHa", "hada_w2_b", Start::Random),
    factor("LoHa", "hada_t1", Start::Random),
    factor("LoHa", "hada_t2", Start::Random),
    // LoKr (Yeh et al. 2023). PEFT starts a factor of w1 at zero, LyCORIS one of w2.
    factor("LoKr", "lokr_w1", Start::Random),
    factor("LoKr", "lokr_w1_a", Start::Random),
    factor("LoKr", "lokr_w1_b", Start::Random),
    factor("LoKr", "lokr_w2", Start::Zero),
    factor("LoKr", "lokr_w2_a", Start::Random),
    factor("LoKr", "lokr_w2_b", Start::Zero),
    factor("LoKr", "lokr_t2", Start::Random),
    // IA3 (Liu et al. 2022).
    factor("IA3", "ia3_l", Start::Scale),
    // VeRA (Kopiczko et al. 2023).
    factor("VeRA", "vera_a", Start::Shared),
    factor("VeRA", "vera_b", Start::Shared),
    factor("VeRA", "vera_lambda_b", Start::Zero),
    factor("VeRA", "vera_lambda_d", Start::Scale),
    // RandLoRA (Albert et al. 2025).
    factor("RandLoRA", "randlora_a", Start::Shared),
    factor("RandLoRA", "randlora_b", Start::Shared),
    factor("RandLoRA", "randbasis_a", Start::Shared),
    factor("RandLoRA", "randbasis_b", Start::Shared),
    factor("RandLoRA", "randlora_lambda", Start::Zero),
    factor("RandLoRA", "randlora_gamma", Start::Scale),
    // OFT (Qiu et al. 2023) and BOFT (Liu et al. 2023): generators of rotations.
    factor("OFT", "oft_r", Start::Zero),
    factor("OFT", "oft_blocks", Start::Zero),
    factor("OFT", "boft_r", Start::Zero),
    factor("OFT", "boft_s", Start::Scale),
    // The components `up` and `down` of a layer whose name ends in `lora`, such as `to_q_lora.up.weight`.
    factor("LoRA", "down", Start::Random),
    factor("LoRA", "up", Start::Zero),
];

/// The factor of a name, and the name with the factor replaced by `*`, which all factors of a layer share.
pub(crate) fn factor_of(name: &str) -> Option<(&'static Factor, String)> {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['.', '/', ':']).collect();
    let (at, factor) = parts.iter().enumerate().find_map(|(at, part)| {
        let factor = FACTORS.iter().find(|factor| factor.component == *part)?;
        let words = || parts[..at].last().into_iter().flat_map(|part| part.split('_'));
        let general = matches!(factor.component, "up" | "down");
        (!general || words().any(|word| word == "lora")).then_some((at, factor))
    })?;
    let layer: Vec<&str> = parts.iter().enumerate().map(|(place, part)| if place == at { "*" } else { part }).collect();
    Some((factor, layer.join(".")))
}

/// The factors of one adapted layer.
#[derive(Debug)]
pub(crate) struct Adapter<'m, 'a> {
    pub(crate) method: &'static str,
    /// The factors in the order of the checkpoint.
    pub(crate) factors: Vec<(&'static Factor, &'m Subject<'a>)>,
}

/// The effect of an adapter on its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Unknown: the factors that determine it are not in the file.
    Unknown,
    /// No effect: one factor still has its initial value, zero.
    None,
    /// No effect and no gradient: several factors of the product are zero.
    Lost,
    /// The adapter changes its layer.
    Some,
}

impl<'m, 'a> Adapter<'m, 'a> {
    /// The factors whose product is added to the weight.
    fn product(&self) -> impl Iterator<Item = (&'static Factor, &'m Subject<'a>)> {
        self.factors.iter().copied().filter(|(factor, _)| factor.start != Start::Scale)
    }

    /// The factors that are zero.
    pub(crate) fn zeros(&self) -> Vec<(&'static Factor, &'m Subject<'a>)> {
        self.product().filter(|(_, subject)| subject.statistics.is_zero()).collect()
    }

    pub(crate) fn effect(&self) -> Effect {
        let complete = self.product().any(|(factor, _)| factor.start != Start::Shared)
            && (self.product().count() > 1 || self.product().any(|(factor, _)| factor.start == Start::Zero));
        match self.zeros().len() {
            _ if !complete => Effect::Unknown,
            0 => Effect::Some,
            1 => Effect::None,
            _ => Effect::Lost,
        }
    }

    /// Whether it was trained: it has an effect, and its factors are not all random, which some methods offer as an
    /// initialization.
    pub(crate) fn is_trained(&self) -> bool {
        let drawn =
            |subject: &Subject<'_>| matches!(subject.noise.verdict, NoiseVerdict::Noise | NoiseVerdict::Orthogonal);
        self.effect() == Effect::Some && !self.product().all(|(_, subject)| drawn(subject))
    }
}

/// The adapters of a checkpoint, in the order of their names.
pub(crate) fn adapters<'m, 'a>(subjects: &'m [Subject<'a>]) -> Vec<Adapter<'m, 'a>> {
    let mut layers: BTreeMap<(&str, String), Adapter<'m, 'a>> = BTreeMap::new();
    for subject in subjects {
        if let Some((factor, layer)) = factor_of(subject.name()) {
            let new = || Adapter { method: factor.method, factors: Vec::new() };
            layers.entry((factor.method, layer)).or_insert_with(new).factors.push((factor, subject));
        }
    }
    layers.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_by_name() {
        for (name, method, start, layer) in [
            (
                "base_model.model.h.0.q_proj.lora_A.weight",
                "LoRA",
                Start::Random,
                "base_model.model.h.0.q_proj.*.weight",
            ),
            ("h.0.q_proj.lora_B.default.weight", "LoRA", Start::Zero, "h.0.q_proj.*.default.weight"),
            ("wte.lora_embedding_A.default", "LoRA", Start::Zero, "wte.*.default"),
            ("h.0.q_proj.lora_magnitude_vector.weight", "LoRA", Start::Scale, "h.0.q_proj.*.weight"),
            (
                "lora_unet_down_blocks_0_to_q.lora_up.weight",
                "LoRA",
                Start::Zero,
                "lora_unet_down_blocks_0_to_q.*.weight",
            ),
            (
                "unet.attn1.processor.to_q_lora.up.weight",
                "LoRA",
                Start::Zero,
                "unet.attn1.processor.to_q_lora.*.weight",
            ),
            (
                "text.k_proj.lora_linear_layer.down.weight",
                "LoRA",
                Start::Random,
                "text.k_proj.lora_linear_layer.*.weight",
            ),
            ("unet.to_k.lora.down.weight", "LoRA", Start::Random, "unet.to_k.lora.*.weight"),
            ("lora_te_fc1.hada_w2_a", "LoHa", Start::Zero, "lora_te_fc1.*"),
            ("dense/lora_kernel_b:0", "LoRA", Start::Zero, "dense.*.0"),
            ("base_model.vera_A.default", "VeRA", Start::Shared, "base_model.*.default"),
        ] {
            let (factor, found) = factor_of(name).expect(name);
            assert_eq!((factor.method, factor.start, found.as_str()), (method, start, layer), "{name}");
        }
        for name in
            ["mlp.up.weight", "explorer.up.weight", "unet.lora_base.weight", "lora_a_proj.weight", "down.0.conv"]
        {
            assert!(factor_of(name).is_none(), "{name}");
        }
    }
}
