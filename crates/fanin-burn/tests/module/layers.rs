//! Names, roles and layouts of burn's own layers.

use burn_core as burn;
use burn_core::module::Module;
use burn_core::tensor::Device;
use burn_nn::activation::{Activation, ActivationConfig};
use burn_nn::attention::{MultiHeadAttention, MultiHeadAttentionConfig};
use burn_nn::conv::{
    Conv1d, Conv1dConfig, Conv2d, Conv2dConfig, Conv3d, Conv3dConfig, ConvTranspose1d, ConvTranspose1dConfig,
    ConvTranspose2d, ConvTranspose2dConfig, ConvTranspose3d, ConvTranspose3dConfig, DeformConv2d, DeformConv2dConfig,
};
use burn_nn::gru::{Gru, GruConfig};
use burn_nn::{
    BatchNorm, BatchNormConfig, BiLstm, BiLstmConfig, Embedding, EmbeddingConfig, GroupNorm, GroupNormConfig,
    InstanceNorm, InstanceNormConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig, PReluConfig, RmsNorm,
    RmsNormConfig, SwiGlu, SwiGluConfig,
};
use fanin_burn::{Blueprint, Report};
use fanin_core::initializers::{Constant, Ones, Zeros, he_normal};
use fanin_core::{Layout, Plan, Role};

use super::models::SEED;

#[derive(Module, Debug)]
struct Convolutions {
    conv1: Conv1d,
    conv2: Conv2d,
    conv3: Conv3d,
    up1: ConvTranspose1d,
    up2: ConvTranspose2d,
    up3: ConvTranspose3d,
    deform: DeformConv2d,
}

#[derive(Module, Debug)]
struct Norms {
    batch: BatchNorm,
    layer: LayerNorm,
    group: GroupNorm,
    rms: RmsNorm,
    instance: InstanceNorm,
    activation: Activation,
}

#[derive(Module, Debug)]
struct Others {
    embedding: Embedding,
    linear: Linear,
    attention: MultiHeadAttention,
    gru: Gru,
    lstm: BiLstm,
    swiglu: SwiGlu,
}

fn convolutions(device: &Device) -> Convolutions {
    Convolutions {
        conv1: Conv1dConfig::new(6, 8, 3).init(device),
        conv2: Conv2dConfig::new([6, 8], [3, 3]).with_groups(2).init(device),
        conv3: Conv3dConfig::new([6, 8], [1, 2, 3]).init(device),
        up1: ConvTranspose1dConfig::new([6, 8], 3).init(device),
        up2: ConvTranspose2dConfig::new([6, 8], [3, 3]).with_groups(2).init(device),
        up3: ConvTranspose3dConfig::new([6, 8], [1, 2, 3]).init(device),
        deform: DeformConv2dConfig::new([6, 8], [3, 3]).init(device),
    }
}

fn norms(device: &Device) -> Norms {
    Norms {
        batch: BatchNormConfig::new(4).init(device),
        layer: LayerNormConfig::new(4).init(device),
        group: GroupNormConfig::new(2, 4).init(device),
        rms: RmsNormConfig::new(4).init(device),
        instance: InstanceNormConfig::new(4).init(device),
        activation: ActivationConfig::PRelu(PReluConfig::new()).init(device),
    }
}

fn others(device: &Device) -> Others {
    Others {
        embedding: EmbeddingConfig::new(11, 4).init(device),
        linear: LinearConfig::new(4, 3).init(device),
        attention: MultiHeadAttentionConfig::new(4, 2).init(device),
        gru: GruConfig::new(4, 3, true).init(device),
        lstm: BiLstmConfig::new(4, 3, true).init(device),
        swiglu: SwiGluConfig::new(4, 8).init(device),
    }
}

fn plan() -> Plan {
    Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal())
}

fn fans(report: &Report, name: &str) -> (usize, usize) {
    let fans = report.get(name).unwrap_or_else(|| panic!("{name} in\n{report}")).param().fans().unwrap();
    (fans.fan_in, fans.fan_out)
}

#[test]
fn convolutions_have_their_layouts() {
    let device = Device::flex();
    let report = fanin_burn::init(convolutions(&device), plan(), SEED).unwrap().1;
    let wanted = [
        ("conv1.weight", (18, 24)),
        // A module does not tell its groups, which only matter to the fan out.
        ("conv2.weight", (27, 72)),
        ("conv3.weight", (36, 48)),
        ("up1.weight", (18, 24)),
        ("up2.weight", (54, 36)),
        ("up3.weight", (36, 48)),
        ("deform.weight", (54, 72)),
    ];
    for (name, wanted) in wanted {
        assert_eq!(fans(&report, name), wanted, "{name}");
    }
    assert_eq!(report.len(), 14);
    let grouped = Blueprint::from(plan()).groups("*2.weight", 2);
    let report = fanin_burn::init(convolutions(&device), grouped, SEED).unwrap().1;
    assert_eq!([fans(&report, "conv2.weight"), fans(&report, "up2.weight")], [(27, 36), (27, 36)]);
    // An explicit layout takes precedence.
    let stated = Blueprint::from(plan()).layout("up1.weight", Layout::OutIn);
    assert_eq!(fans(&fanin_burn::init(convolutions(&device), stated, SEED).unwrap().1, "up1.weight"), (24, 18));
}

#[test]
fn norms_have_pytorchs_names() {
    let device = Device::flex();
    let listed = fanin_burn::list(&norms(&device));
    let names: Vec<_> = listed.iter().map(|param| (param.name.as_str(), param.path.as_str())).collect();
    let wanted = [
        ("batch.weight", "batch.gamma"),
        ("batch.bias", "batch.beta"),
        ("batch.running_mean", "batch.running_mean"),
        ("batch.running_var", "batch.running_var"),
        ("layer.weight", "layer.gamma"),
        ("layer.bias", "layer.beta"),
        ("group.weight", "group.gamma"),
        ("group.bias", "group.beta"),
        ("rms.weight", "rms.gamma"),
        ("instance.gamma", "instance.gamma"),
        ("instance.beta", "instance.beta"),
        ("activation.alpha", "activation.alpha"),
    ];
    assert_eq!(names, wanted);

    // A rule for `*` does not match running statistics; a rule that names them does.
    let half = || Plan::new().rule("*", Constant::new(0.5).unwrap());
    let value = |plan: Plan, name: &str| {
        let (module, _) = fanin_burn::init(norms(&device), plan, SEED).unwrap();
        fanin_burn::values(&module)[name].try_to_vec::<f32>().unwrap()
    };
    assert_eq!(value(half(), "batch.running_mean"), [0.0; 4]);
    assert_eq!(value(half(), "batch.running_var"), [1.0; 4]);
    assert_eq!(value(half(), "batch.weight"), [0.5; 4]);
    let named = Plan::new().rule("*.running_var", Constant::new(4.0).unwrap()).rule("*", Ones);
    assert_eq!(value(named, "batch.running_var"), [4.0; 4]);
}

/// Statistics that training has changed start again.
#[test]
fn running_statistics_are_written_where_the_layer_reads_them() {
    let device = Device::flex().autodiff();
    let norm = BatchNormConfig::new(3).init(&device);
    let images = burn_core::tensor::Tensor::<3>::ones([2, 3, 4], &device) * 5.0;
    norm.forward(images.clone());
    let mean = |norm: &BatchNorm| norm.running_mean.value_sync().to_data().try_to_vec::<f32>().unwrap();
    assert!(mean(&norm).iter().all(|mean| *mean > 0.1), "{:?}", mean(&norm));
    let (norm, _) = fanin_burn::init(norm, Plan::new().rule("*", Ones), SEED).unwrap();
    assert_eq!(mean(&norm), [0.0; 3]);
    norm.forward(images);
    assert!(mean(&norm).iter().all(|mean| *mean > 0.1));
}

#[test]
fn recurrent_gates_attention_and_tables_need_no_layout() {
    let device = Device::flex();
    let plan = Plan::new().rule("embedding.*", Ones).rule("*bias*", Zeros).rule("*", he_normal());
    let (_, report) = fanin_burn::init(others(&device), plan, SEED).unwrap();
    let weights = [
        ("linear.weight", (4, 3)),
        ("attention.query.weight", (4, 4)),
        ("gru.reset_gate.input_transform.weight", (4, 3)),
        ("gru.new_gate.hidden_transform.weight", (3, 3)),
        ("lstm.forward.input_gate.input_transform.weight", (4, 3)),
        ("lstm.reverse.cell_gate.hidden_transform.weight", (3, 3)),
        ("swiglu.linear_inner.weight", (4, 8)),
    ];
    for (name, wanted) in weights {
        assert_eq!(fans(&report, name), wanted, "{name}");
    }
    let role = |name: &str| report.get(name).unwrap().param().role();
    assert_eq!([role("embedding.weight"), role("linear.bias")], [Role::Embedding, Role::Bias]);
    assert_eq!(role("lstm.forward.forget_gate.input_transform.bias"), Role::Bias);
}

/// Every parameter of these layers is known.
#[test]
fn no_parameter_of_burns_own_layers_is_unknown() {
    fn roles<M: Module>(module: &M) -> Vec<(String, String)> {
        let json: serde_json::Value = serde_json::from_str(&fanin_burn::list(module).to_json()).unwrap();
        let role = |entry: &serde_json::Value| entry["role"].as_str().unwrap().to_owned();
        json.as_object().unwrap().iter().map(|(name, entry)| (name.clone(), role(entry))).collect()
    }
    let device = Device::flex();
    let all = [roles(&convolutions(&device)), roles(&norms(&device)), roles(&others(&device))].concat();
    for (name, role) in &all {
        let expected = match name.as_str() {
            "embedding.weight" => "embedding",
            "activation.alpha" => "scale",
            name if name.contains("running_") => "buffer",
            name if ["batch", "layer", "group", "rms", "instance"].iter().any(|norm| name.starts_with(norm)) => {
                if name.ends_with(".weight") || name.ends_with(".gamma") { "norm_gain" } else { "norm_bias" }
            }
            name if name.ends_with(".bias") => "bias",
            _ => "weight",
        };
        assert_eq!(role, expected, "{name}");
    }
    assert!(all.len() > 60, "{}", all.len());
}
