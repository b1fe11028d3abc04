//! The models under test: small members of candle-transformers families.

use candle_core::{DType, Device, IndexOp, Result, Tensor};
use candle_nn::{Activation, Func, Module, VarBuilder};
use candle_transformers::models::{bert, dinov2, efficientnet, llama, resnet, vit};
use fanin_candle::{Blueprint, Built, build};
use fanin_core::Seed;
use fanin_recipes::Recipe;

pub(crate) const SEED: Seed = Seed(2026);

/// A model as a function of its own input type.
pub(crate) type Model = Func<'static>;

/// A family: its recipe, and a function that builds a small member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) recipe: &'static str,
    pub(crate) build: fn(VarBuilder<'static>) -> Result<Model>,
}

pub(crate) const FAMILIES: [Family; 7] = [
    Family { name: "bert", recipe: "bert", build: bert },
    Family { name: "llama", recipe: "llama", build: |vb| llama(vb, false) },
    Family { name: "llama, tied", recipe: "llama", build: |vb| llama(vb, true) },
    Family { name: "vit", recipe: "vit", build: vit },
    Family { name: "dinov2", recipe: "vit", build: dinov2 },
    Family { name: "resnet18", recipe: "resnet", build: |vb| resnet::resnet18(10, vb) },
    Family { name: "efficientnet", recipe: "efficientnet", build: efficientnet },
];

impl Family {
    pub(crate) fn named(name: &str) -> Self {
        FAMILIES.into_iter().find(|family| family.name == name).expect("a family")
    }

    pub(crate) fn blueprint(&self) -> Blueprint {
        Recipe::named(self.recipe).expect("a recipe").into()
    }

    pub(crate) fn built(&self) -> Built<Model> {
        build(self.blueprint(), SEED, DType::F32, &Device::Cpu, self.build).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }
}

fn bert(vb: VarBuilder<'static>) -> Result<Model> {
    let config = bert::Config {
        vocab_size: 211,
        hidden_size: 64,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 128,
        max_position_embeddings: 32,
        ..Default::default()
    };
    let model = bert::BertModel::load(vb, &config)?;
    Ok(Func::new(move |ids| model.forward(ids, &ids.zeros_like()?, None)))
}

fn llama(vb: VarBuilder<'static>, tie_word_embeddings: bool) -> Result<Model> {
    let config = llama::Config {
        hidden_size: 64,
        intermediate_size: 128,
        vocab_size: 211,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        use_flash_attn: false,
        rms_norm_eps: 1e-5,
        rope_theta: 10_000.0,
        bos_token_id: None,
        eos_token_id: None,
        rope_scaling: None,
        max_position_embeddings: 32,
        tie_word_embeddings,
    };
    let dtype = vb.dtype();
    let model = llama::Llama::load(vb, &config)?;
    Ok(Func::new(move |ids| model.forward(ids, 0, &mut llama::Cache::new(false, dtype, &config, ids.device())?)))
}

fn vit(vb: VarBuilder<'static>) -> Result<Model> {
    let config = vit::Config {
        hidden_size: 64,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 128,
        hidden_act: Activation::Gelu,
        layer_norm_eps: 1e-12,
        image_size: 32,
        patch_size: 8,
        num_channels: 3,
        qkv_bias: true,
    };
    let model = vit::Model::new(&config, 10, vb)?;
    Ok(Func::new(move |images| model.forward(images)))
}

fn dinov2(vb: VarBuilder<'static>) -> Result<Model> {
    let model = dinov2::DinoVisionTransformer::new(vb, 2, 64, 4)?;
    Ok(Func::new(move |images| model.forward(images)))
}

fn efficientnet(vb: VarBuilder<'static>) -> Result<Model> {
    let model = efficientnet::EfficientNet::new(vb, efficientnet::MBConvConfig::b0(), 10)?;
    Ok(Func::new(move |images| model.forward(images)))
}

/// An input for a family: two sentences of seven words, or images.
pub(crate) fn input(family: &Family) -> Result<Tensor> {
    let (images, side) = match family.name {
        "bert" | "llama" | "llama, tied" => {
            return Tensor::arange(3_u32, 17, &Device::Cpu)?.reshape((2, 7));
        }
        // candle's implementation takes one image and resizes its position embeddings from 518 x 518 pixels.
        "dinov2" => (1, 56),
        _ => (2, 32),
    };
    let pixels = (0..images * 3 * side * side).map(|i| (i as f32 * 0.37).sin()).collect();
    Tensor::from_vec(pixels, (images, 3, side, side), &Device::Cpu)
}

/// The values of a tensor, row-major.
pub(crate) fn values(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).and_then(|t| t.flatten_all()?.to_vec1()).expect("values")
}

/// The bits of a tensor of 32-bit floats.
pub(crate) fn bits(tensor: &Tensor) -> Vec<u32> {
    let values: Vec<f32> = tensor.flatten_all().and_then(|t| t.to_vec1()).expect("values of f32");
    values.into_iter().map(f32::to_bits).collect()
}

/// Returns a weighted sum of all outputs, with distinct weights.
pub(crate) fn loss(outputs: &Tensor) -> Result<Tensor> {
    let outputs = outputs.flatten_all()?;
    let weights: Vec<f32> = (0..outputs.elem_count()).map(|i| (i as f32 * 0.7).cos()).collect();
    (&outputs * Tensor::from_vec(weights, outputs.shape(), outputs.device())?)?.i(..)?.sum_all()
}
