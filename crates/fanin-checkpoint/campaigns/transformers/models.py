"""The small models that fanin's Hugging Face families are held to: each a configuration and the class that is built from it."""

import transformers as hf

TEXT = {"vocab_size": 60, "bos_token_id": 1, "eos_token_id": 2}
GPT2 = {"n_embd": 8, "n_head": 2, "n_layer": 2, "n_positions": 16, **TEXT}
LLAMA = {
    "hidden_size": 8,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_hidden_layers": 2,
    "intermediate_size": 12,
    **TEXT,
}
BERT = {
    "hidden_size": 8,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 16,
    "vocab_size": 60,
}
VIT = {"hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 2, "intermediate_size": 12, "image_size": 32}
BASIC = {"embedding_size": 4, "hidden_sizes": [4, 8], "depths": [1, 2], "layer_type": "basic"}
BOTTLENECK = {"embedding_size": 4, "hidden_sizes": [8, 16], "depths": [2, 1], "layer_type": "bottleneck"}


def small():
    """Every option that changes a name or a shape, at least once."""
    gpt2 = lambda model, **more: (model, hf.GPT2Config(**{**GPT2, **more}))
    bert = lambda model, **more: (model, hf.BertConfig(**{**BERT, **more}))
    vit = lambda model, **more: (model, hf.ViTConfig(**{**VIT, **more}))
    resnet = lambda model, base, **more: (model, hf.ResNetConfig(**{**base, **more}))
    yield gpt2(hf.GPT2LMHeadModel)
    yield gpt2(hf.GPT2LMHeadModel, tie_word_embeddings=False, n_inner=20)
    yield gpt2(hf.GPT2Model)
    yield gpt2(hf.GPT2ForSequenceClassification, num_labels=3, pad_token_id=0)
    yield gpt2(hf.GPT2ForTokenClassification, num_labels=5)
    for name in ["Llama", "Mistral", "Qwen2", "Qwen3", "Olmo2"]:
        config, causal = getattr(hf, f"{name}Config"), getattr(hf, f"{name}ForCausalLM")
        yield causal, config(**LLAMA)
        yield causal, config(**{**LLAMA, "tie_word_embeddings": True, "pad_token_id": 0})
        yield getattr(hf, f"{name}Model"), config(**{**LLAMA, "num_key_value_heads": 4})
    yield hf.LlamaForSequenceClassification, hf.LlamaConfig(**LLAMA, num_labels=3, pad_token_id=0)
    yield hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True, head_dim=6)
    yield hf.MistralForCausalLM, hf.MistralConfig(**LLAMA, head_dim=6)
    yield hf.Qwen3ForCausalLM, hf.Qwen3Config(**LLAMA, head_dim=6, attention_bias=True)
    yield hf.Olmo2ForCausalLM, hf.Olmo2Config(**LLAMA, attention_bias=True)
    yield bert(hf.BertForMaskedLM)
    yield bert(hf.BertForMaskedLM, tie_word_embeddings=False)
    yield bert(hf.BertModel)
    yield bert(hf.BertForPreTraining)
    yield bert(hf.BertForSequenceClassification, num_labels=5)
    yield bert(hf.BertForTokenClassification)
    yield bert(hf.BertForQuestionAnswering)
    yield bert(hf.BertForNextSentencePrediction)
    yield bert(hf.BertForMultipleChoice)
    yield bert(hf.BertLMHeadModel, is_decoder=True)
    yield vit(hf.ViTForImageClassification)
    yield vit(hf.ViTForImageClassification, num_labels=10, qkv_bias=False, num_channels=1, patch_size=8)
    yield vit(hf.ViTModel)
    yield vit(hf.ViTModel, pooler_output_size=6)
    yield vit(hf.ViTForMaskedImageModeling)
    yield resnet(hf.ResNetForImageClassification, BASIC)
    yield resnet(hf.ResNetForImageClassification, BOTTLENECK, num_labels=7, num_channels=1)
    yield resnet(hf.ResNetForImageClassification, BOTTLENECK, downsample_in_bottleneck=True, downsample_in_first_stage=True)
    yield resnet(hf.ResNetModel, BASIC, downsample_in_first_stage=True)


def medium():
    """A model of each family whose parameters are many enough to tell a std by."""
    yield hf.GPT2LMHeadModel, hf.GPT2Config(n_embd=96, n_head=4, n_layer=3, n_positions=64, **{**TEXT, "vocab_size": 500})
    llama = {**LLAMA, "hidden_size": 96, "intermediate_size": 160, "vocab_size": 500, "pad_token_id": 0}
    yield hf.LlamaForCausalLM, hf.LlamaConfig(**llama)
    bert = {**BERT, "hidden_size": 96, "intermediate_size": 192, "vocab_size": 500, "initializer_range": 0.03}
    yield hf.BertForMaskedLM, hf.BertConfig(**bert)
    vit = {**VIT, "hidden_size": 96, "intermediate_size": 192}
    yield hf.ViTForImageClassification, hf.ViTConfig(**vit, num_labels=10)
    resnet = {**BOTTLENECK, "embedding_size": 16, "hidden_sizes": [64, 128]}
    yield hf.ResNetForImageClassification, hf.ResNetConfig(**resnet, num_labels=10)
