"""What the frameworks' own models are called, how they are shaped, and what their own code fills them with.

    pip install torch==2.15.0 transformers==5.24.0 timm==1.0.31 torchvision==0.29.2 flax==0.12.8 jax==0.10.2 keras==3.15.1
    python make.py > models.json

Every model is built by its framework from nothing, small. A row is [name, shape, mean, std, kurtosis, min, max] of the values that its
code drew; `values: false` marks models that serve for their names alone, because the recipe is another project's start.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import numpy as np
import timm
import torch
import torchvision
import transformers as hf
from torch import nn

torch.manual_seed(0)
MODELS = []


def row(name, value):
    value = np.asarray(value, dtype=np.float64)
    mean, std = value.mean(), value.std()
    kurtosis = float(((value - mean) ** 4).mean() / std**4) if std > 0 else 1.0
    numbers = [float(f"{x:.6g}") for x in (mean, std, kurtosis, value.min(), value.max())]
    return [name, list(value.shape), *numbers]


def add(model, recipe, parameters, settings=None, values=True):
    rows = [row(name, value) for name, value in parameters]
    MODELS.append({"model": model, "recipe": recipe, "settings": settings or {}, "values": values, "parameters": rows})


def of_torch(module):
    seen, rows = set(), []
    for name, value in module.state_dict().items():
        # A tied parameter has one address; which of its names that is, its owner says. Both are listed.
        rows.append((name, value.detach().float().numpy()))
    return rows


def language_models():
    small = {"vocab_size": 300, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 160}
    gpt2 = {"vocab_size": 300, "n_embd": 64, "n_layer": 3, "n_head": 4, "n_positions": 64}
    add("GPT2LMHeadModel", "gpt2", of_torch(hf.GPT2LMHeadModel(hf.GPT2Config(**gpt2))))
    crossed = hf.GPT2Config(**gpt2, add_cross_attention=True, is_decoder=True)
    add("GPT2Model with cross-attention", "gpt2", of_torch(hf.GPT2Model(crossed)))
    add("GPT2ForSequenceClassification", "gpt2", of_torch(hf.GPT2ForSequenceClassification(hf.GPT2Config(**gpt2))))
    neox = hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**small))
    add("GPTNeoXForCausalLM", "gpt_neox", of_torch(neox), values=False)
    llama = of_torch(hf.LlamaForCausalLM(hf.LlamaConfig(**small, num_key_value_heads=2)))
    add("LlamaForCausalLM", "llama", llama)
    add("MistralForCausalLM", "llama", of_torch(hf.MistralForCausalLM(hf.MistralConfig(**small, num_key_value_heads=2))))
    add("Qwen2ForCausalLM", "llama", of_torch(hf.Qwen2ForCausalLM(hf.Qwen2Config(**small, num_key_value_heads=2))))
    olmo2 = of_torch(hf.Olmo2ForCausalLM(hf.Olmo2Config(**small)))
    add("Olmo2ForCausalLM", "llama", olmo2)
    add("Olmo2ForCausalLM", "olmo2", olmo2, values=False)
    olmo = of_torch(hf.OlmoForCausalLM(hf.OlmoConfig(**small)))
    add("OlmoForCausalLM", "mitchell", olmo, values=False)
    add("LlamaForCausalLM", "mup", llama, {"base_width": 32}, values=False)
    add("GPT2LMHeadModel", "mup", of_torch(hf.GPT2LMHeadModel(hf.GPT2Config(**gpt2))), {"base_width": 16}, values=False)
    add("GPTNeoXForCausalLM", "mup", of_torch(neox), {"base_width": 64}, values=False)
    for kind in ["BertForMaskedLM", "BertForSequenceClassification", "BertForQuestionAnswering", "BertForPreTraining"]:
        add(kind, "bert", of_torch(getattr(hf, kind)(hf.BertConfig(**small))), {"padding": 0})
    add("RobertaForMaskedLM", "bert", of_torch(hf.RobertaForMaskedLM(hf.RobertaConfig(**small))), {"padding": 1})
    add("ElectraForPreTraining", "bert", of_torch(hf.ElectraForPreTraining(hf.ElectraConfig(**small))), {"padding": 0})
    t5 = {"vocab_size": 300, "d_model": 64, "d_kv": 12, "d_ff": 160, "num_layers": 2, "num_heads": 4}
    add("T5ForConditionalGeneration", "t5", of_torch(hf.T5ForConditionalGeneration(hf.T5Config(**t5))))
    gated = hf.T5Config(**t5, feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    add("T5ForConditionalGeneration, version 1.1", "t5", of_torch(hf.T5ForConditionalGeneration(gated)))
    add("T5EncoderModel", "t5", of_torch(hf.T5EncoderModel(hf.T5Config(**t5))))
    mamba = hf.MambaConfig(vocab_size=300, hidden_size=64, state_size=16, num_hidden_layers=2, expand=2, rescale_prenorm_residual=True)
    add("MambaForCausalLM", "mamba", of_torch(hf.MambaForCausalLM(mamba)), values=False)


def vision_models():
    vit = {"img_size": 32, "patch_size": 4, "embed_dim": 64, "depth": 2, "num_heads": 4, "num_classes": 10}
    build = timm.models.vision_transformer.VisionTransformer
    add("timm VisionTransformer", "vit", of_torch(build(**vit)), {"absolute": 1})
    add("timm VisionTransformer with registers", "vit", of_torch(build(**vit, reg_tokens=4, init_values=1e-5)), {"absolute": 1})
    add("timm VisionTransformer, weight_init = jax", "vit", of_torch(build(**vit, weight_init="jax")), {"absolute": 1, "jax": 1})
    small = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 160, "image_size": 32, "patch_size": 4}
    add("ViTForImageClassification", "vit", of_torch(hf.ViTForImageClassification(hf.ViTConfig(**small))), {"absolute": 1})
    distilled = timm.models.deit.VisionTransformerDistilled
    add("timm VisionTransformerDistilled", "deit", of_torch(distilled(**vit)), {"absolute": 1})
    deit = hf.DeiTForImageClassificationWithTeacher(hf.DeiTConfig(**small))
    add("DeiTForImageClassificationWithTeacher", "deit", of_torch(deit), {"absolute": 1})
    for name in ["resnet18", "resnet50"]:
        model = getattr(torchvision.models, name)
        add(f"torchvision {name}", "resnet", of_torch(model()), {"zero_last": 0})
        add(f"timm {name}", "resnet", of_torch(timm.create_model(name, num_classes=10)))
    add("torchvision resnet18, zero_init_residual", "resnet", of_torch(torchvision.models.resnet18(zero_init_residual=True)))
    sizes = {"embedding_size": 32, "hidden_sizes": [64, 96], "depths": [2, 2], "num_labels": 10}
    for layer in ["basic", "bottleneck"]:
        model = hf.ResNetForImageClassification(hf.ResNetConfig(**sizes, layer_type=layer))
        add(f"ResNetForImageClassification, {layer}", "resnet", of_torch(model), {"zero_last": 0})
    for name in ["efficientnet_b0", "mobilenetv2_100", "mobilenetv3_small_100"]:
        add(f"timm {name}", "efficientnet", of_torch(timm.create_model(name, num_classes=100)))
    add("timm convnext_atto", "convnext", of_torch(timm.create_model("convnext_atto", num_classes=100)), {"absolute": 1})
    convnext = hf.ConvNextConfig(hidden_sizes=[16, 32, 64, 128], depths=[1, 1, 1, 1])
    add("ConvNextForImageClassification", "convnext", of_torch(hf.ConvNextForImageClassification(convnext)), {"absolute": 1})


def torch_layers():
    layers = nn.ModuleDict({
        "linear": nn.Linear(96, 48), "conv1": nn.Conv1d(16, 24, 5), "conv2": nn.Conv2d(16, 24, 3, groups=4), "conv3": nn.Conv3d(4, 8, 3),
        "depthwise": nn.Conv2d(64, 64, 5, groups=64), "up": nn.ConvTranspose2d(24, 16, 3), "table": nn.ModuleDict({"emb": nn.Embedding(100, 32)}),
        "rnn": nn.RNN(24, 32, 2), "lstm": nn.LSTM(24, 32, 2, bidirectional=True), "gru": nn.GRU(24, 32), "projected": nn.LSTM(24, 48, proj_size=20),
        "rnn_cell": nn.RNNCell(24, 32), "lstm_cell": nn.LSTMCell(24, 32), "gru_cell": nn.GRUCell(24, 32),
        "attention": nn.MultiheadAttention(64, 4), "wide": nn.MultiheadAttention(64, 4, kdim=32, vdim=48, add_bias_kv=True),
        "encoder": nn.TransformerEncoderLayer(64, 4, 160), "decoder": nn.TransformerDecoderLayer(64, 4, 160),
        "batch": nn.BatchNorm2d(32), "layer": nn.LayerNorm(32), "group": nn.GroupNorm(4, 32), "rms": nn.RMSNorm(32), "prelu": nn.PReLU(8),
    })
    add("layers of torch", "torch", [(n, v) for n, v in of_torch(layers)])


def flax_layers():
    import flax.linen as fnn
    import jax
    import jax.numpy as jnp

    class Model(fnn.Module):
        @fnn.compact
        def __call__(self, x, tokens, image):
            fnn.Conv(24, (3, 3))(image)
            fnn.Conv(32, (3, 3), feature_group_count=4)(image)
            fnn.ConvTranspose(24, (3, 3))(image)
            fnn.BatchNorm(use_running_average=False)(image)
            fnn.GroupNorm(4)(image)
            y = fnn.Embed(100, 64)(tokens)
            y = fnn.MultiHeadDotProductAttention(4)(y, y)
            y = fnn.RMSNorm()(fnn.LayerNorm()(y))
            for cell in [fnn.OptimizedLSTMCell(48), fnn.LSTMCell(48), fnn.GRUCell(48), fnn.SimpleCell(48)]:
                fnn.RNN(cell)(x)
            return fnn.Dense(160)(x)

    inputs = jnp.ones((2, 5, 64)), jnp.ones((2, 5), int), jnp.ones((2, 8, 8, 32))
    variables = Model().init(jax.random.PRNGKey(0), *inputs)
    flat = jax.tree_util.tree_flatten_with_path(variables)[0]
    add("layers of flax.linen", "flax", [(".".join(k.key for k in path), value) for path, value in flat])


def keras_layers():
    import keras

    keras.utils.set_random_seed(0)
    kl = keras.layers
    image, words, series = np.ones((2, 8, 8, 16), "float32"), np.ones((2, 5), "int32"), np.ones((2, 5, 64), "float32")
    inputs = [
        (kl.Dense(96), series), (kl.Conv2D(24, 3), image), (kl.Conv1D(24, 3), series), (kl.Conv2D(32, 3, groups=4), image),
        (kl.DepthwiseConv2D(5), image), (kl.SeparableConv2D(24, 3), image), (kl.Conv2DTranspose(24, 3), image), (kl.Embedding(100, 32), words),
        (kl.LSTM(32), series), (kl.GRU(32), series), (kl.SimpleRNN(32), series), (kl.Bidirectional(kl.LSTM(24)), series),
        (kl.BatchNormalization(), image), (kl.LayerNormalization(), series), (kl.GroupNormalization(4), image), (kl.PReLU(), series),
    ]
    rows = []
    for layer, example in inputs:
        layer(example)
        rows += [(v.path, v.numpy()) for v in layer.weights if "seed" not in v.path]
    attention = kl.MultiHeadAttention(4, 24)
    attention(series, series)
    rows += [(v.path, v.numpy()) for v in attention.weights if "seed" not in v.path]
    add("layers of keras", "keras", rows)


language_models()
vision_models()
torch_layers()
flax_layers()
keras_layers()
import flax, jax, keras
versions = {m.__name__: m.__version__ for m in (torch, hf, timm, torchvision, flax, jax, keras)}
body = ",\n".join(
    '  {' + ", ".join(f'"{k}": {json.dumps(m[k])}' for k in ("model", "recipe", "settings", "values")) + ', "parameters": [\n    '
    + ",\n    ".join(json.dumps(r) for r in m["parameters"]) + "\n  ]}" for m in MODELS)
sys.stdout.write('{"versions": ' + json.dumps(versions) + ', "models": [\n' + body + "\n]}\n")
