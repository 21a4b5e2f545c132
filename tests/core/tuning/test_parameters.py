"""Counts of trainable parameters against peft's own, and against torch's."""

import copy
import dataclasses
import itertools

import pytest
from peft import IA3Config, LoraConfig, PeftConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig

from core.tuning import MODULES, Shape, trainable_parameters

CONFIG = LlamaConfig(
    vocab_size=61,
    hidden_size=48,
    intermediate_size=80,
    num_hidden_layers=3,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=8,
    tie_word_embeddings=True,
)
CAUSAL = "CAUSAL_LM"


def counted_by_peft(config: PeftConfig, shapes: LlamaConfig = CONFIG) -> int:
    model = AutoModelForCausalLM.from_config(copy.deepcopy(shapes))
    return int(get_peft_model(model, config).get_nb_trainable_parameters()[0])


@pytest.mark.parametrize("modules", [*itertools.combinations(MODULES, 1), ("q_proj", "v_proj"), MODULES])
def test_lora_and_ia3_are_counted_as_peft_does(modules: tuple[str, ...]) -> None:
    for rank in (1, 5):
        found = counted_by_peft(LoraConfig(task_type=CAUSAL, r=rank, target_modules=list(modules)))
        assert trainable_parameters(CONFIG, "lora", rank=rank, modules=modules) == found
    inputs = [name for name in modules if name == "down_proj"]
    config = IA3Config(task_type=CAUSAL, target_modules=list(modules), feedforward_modules=inputs)
    assert trainable_parameters(CONFIG, "ia3", modules=modules) == counted_by_peft(config)


def test_the_defaults_are_pefts() -> None:
    assert trainable_parameters(CONFIG, "lora", rank=3) == counted_by_peft(LoraConfig(task_type=CAUSAL, r=3))
    assert trainable_parameters(CONFIG, "ia3") == counted_by_peft(IA3Config(task_type=CAUSAL))


@pytest.mark.parametrize("heads", [(6, 2), (6, 6), (4, 1)])
def test_prefix_and_prompt_are_counted_as_peft_does(heads: tuple[int, int]) -> None:
    shapes = copy.deepcopy(CONFIG)
    shapes.num_attention_heads, shapes.num_key_value_heads = heads
    shapes.head_dim = shapes.hidden_size // heads[0]
    for tokens in (1, 7):
        prefix = counted_by_peft(PrefixTuningConfig(task_type=CAUSAL, num_virtual_tokens=tokens), shapes)
        assert trainable_parameters(shapes, "prefix", tokens=tokens) == prefix
        prompt = counted_by_peft(PromptTuningConfig(task_type=CAUSAL, num_virtual_tokens=tokens), shapes)
        assert trainable_parameters(shapes, "prompt", tokens=tokens) == prompt


@pytest.mark.parametrize("changes", [{}, {"tie_word_embeddings": False}, {"attention_bias": True, "mlp_bias": True}])
def test_parts_are_counted_as_torch_does(changes: dict[str, bool]) -> None:
    shapes = LlamaConfig(**{**CONFIG.to_dict(), **changes})
    model = AutoModelForCausalLM.from_config(copy.deepcopy(shapes))
    assert trainable_parameters(shapes, "full") == trainable_parameters(shapes, "lp_ft") == model.num_parameters()
    last = nn.ModuleList([*model.model.layers[-2:], model.model.norm])
    assert trainable_parameters(shapes, "last", layers=2) == sum(part.numel() for part in last.parameters())
    norms = [part for name, part in model.named_parameters() if "norm" in name]
    assert trainable_parameters(shapes, "norms") == sum(part.numel() for part in norms)
    head = nn.Linear(shapes.hidden_size, 4)
    assert trainable_parameters(shapes, "probe", classes=4) == sum(part.numel() for part in head.parameters())


def test_houlsbys_adapter_is_two_bottlenecks_a_layer() -> None:
    bottleneck = nn.Sequential(nn.Linear(48, 5), nn.GELU(), nn.Linear(5, 48))
    one = sum(part.numel() for part in bottleneck.parameters())
    assert trainable_parameters(CONFIG, "adapter", width=5) == 2 * CONFIG.num_hidden_layers * one


def test_smollm2_has_the_known_counts() -> None:
    config = AutoConfig.for_model(
        "llama", vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, head_dim=64, tie_word_embeddings=True,
    )  # fmt: skip
    shapes = Shape()
    assert all(getattr(config, field.name) == getattr(shapes, field.name) for field in dataclasses.fields(Shape))
    assert trainable_parameters(shapes, "full") == 134_515_008
    assert trainable_parameters(shapes, "lora", rank=4) == 230_400
    assert trainable_parameters(shapes, "norms", classes=3) == 36_867
    assert trainable_parameters(shapes, "probe", classes=3) == 1731


@pytest.mark.parametrize(
    ("method", "options", "named"),
    [
        ("lora", {"rank": 0}, "rank is 0"),
        ("lora", {"rank": 17}, "rank is 17; it must be a whole number from 1 to 16"),
        ("lora", {}, "rank is None"),
        ("lora", {"rank": True}, "rank"),
        ("lora", {"rank": 2, "modules": ("qproj",)}, "modules = 'qproj' must be one of q_proj"),
        ("lora", {"rank": 2, "modules": ()}, "at least one"),
        ("lora", {"rank": 2, "modules": 5}, "modules = 5 must be a row of at least one of q_proj"),
        ("lora", {"rank": 2, "modules": [["q_proj"]]}, "must be a row"),
        ("lora", {"rank": 2, "alpha": 1}, "alpha"),
        ("prompt", {"tokens": 0}, "tokens is 0"),
        ("prefix", {}, "tokens is None"),
        ("adapter", {"width": 1.5}, "width is 1.5"),
        ("last", {"layers": 4}, "layers is 4; it must be a whole number from 1 to 3"),
        ("probe", {}, "classes is 0; it must be a whole number from 2"),
        ("full", {"rank": 3}, "rank"),
        ("everything", {}, "method = 'everything'"),
    ],
)
def test_bad_input_is_refused(method: str, options: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        trainable_parameters(CONFIG, method, **options)


def test_another_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match="gpt2"):
        trainable_parameters(AutoConfig.for_model("gpt2"), "full")


def test_one_module_may_be_named_by_a_word_and_counts_once() -> None:
    one = trainable_parameters(CONFIG, "lora", rank=2, modules="q_proj")
    assert one == trainable_parameters(CONFIG, "lora", rank=2, modules=["q_proj", "q_proj"])
