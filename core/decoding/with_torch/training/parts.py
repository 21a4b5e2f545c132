"""The exits, the Medusa heads and the small draft, each learned from the model's own text and kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int

from core.decoding.parts import DRAFT_FILE, EXIT_LAYERS, EXITS_FILE, MEDUSA_FILE
from core.decoding.with_torch.parts import Exit
from core.decoding.with_torch.training.examples import examples, frequent_tokens
from core.decoding.with_torch.training.files import keep_part
from core.decoding.with_torch.training.learning import (
    LearningParams,
    held_accuracy,
    learn_blocks,
    learn_classifier,
    learn_draft,
    total,
)
from core.decoding.with_torch.training.text import Shard, shards
from core.language import backbone
from core.models import CausalLM, load_causal_lm
from core.progress import portion

VOCABULARY = 4096
HEADS = 3
DRAFT_LAYERS = (0, 29)


@dataclass(frozen=True, eq=False)
class Learned:
    """What there is to learn from.

    Args:
        lm: the model that wrote the text.
        parts: its shards.
        vocabulary: the ids of the tokens that are learned.
    """

    lm: CausalLM
    parts: list[Shard]
    vocabulary: Int[torch.Tensor, "known"]


def learned_from(folder: Path) -> Learned:
    """The default model and all shards of its text in a folder.

    Raises:
        FileNotFoundError: where there is no text; it says how to write it.
    """
    parts = list(shards(folder))
    if not parts:
        raise FileNotFoundError(f"No text to learn from in {folder}. Run: python -m core.assets record decoding text")
    return Learned(load_causal_lm(), parts, frequent_tokens(parts, size=VOCABULARY))


def learn_exits(source: Learned, *, epochs: int, recipe: str) -> Iterator[str]:
    """An adapter and a classifier for each exit; says how often each agrees with the last layer."""
    lm, parts, vocabulary = source.lm, source.parts, source.vocabulary
    learned, held = examples(parts, vocabulary, layers=EXIT_LAYERS, ahead=0)
    head, norm = lm.model.get_output_embeddings().weight[vocabulary], backbone(lm.model).norm
    params = LearningParams(epochs=epochs)
    kept: dict[str, torch.Tensor] = {"vocabulary": vocabulary}
    accuracy = {}
    for layer in EXIT_LAYERS:
        weights, biases = learn_blocks(
            learned.hidden[layer], learned.label[:, 0], head, params, blocks=2, norm=norm, report=portion(None)
        )
        read = Exit(weights, biases, norm, head, vocabulary)
        with torch.inference_mode():
            some = learned.hidden[layer][:40_000].float()
            guesses = torch.cat([read(rows).argmax(-1) for rows in torch.split(some, 2048)])
        agrees = (guesses == learned.label[: len(guesses), 0]).float()
        confidence = learn_classifier(some, agrees, LearningParams(epochs=4, rate=1e-2))
        accuracy[layer] = held_accuracy(read, held, layer)[0]
        kept |= {f"{layer}.weights": weights, f"{layer}.biases": biases, f"{layer}.confidence": confidence}
        yield f"exit {layer}: agrees on {accuracy[layer]:.3f} of held-out places"
    about = {"layers": EXIT_LAYERS, "accuracy": accuracy, "tokens": total(parts)}
    size = keep_part(
        lm,
        EXITS_FILE,
        kept,
        recipe=recipe,
        seed=params.seed,
        description=f"Exits after layers {EXIT_LAYERS} of smollm2-135m, learned from {total(parts)} of its own tokens.",
        about=about,
    )
    yield f"exits: {size / 1e6:.1f} MB"


def learn_medusa(source: Learned, *, epochs: int, recipe: str) -> Iterator[str]:
    """Three heads for the tokens after the next one; says how often each guess of theirs is right, by rank."""
    lm, parts, vocabulary = source.lm, source.parts, source.vocabulary
    learned, held = examples(parts, vocabulary, layers=(lm.n_layers,), ahead=HEADS)
    head = lm.model.get_output_embeddings().weight[vocabulary]
    params = LearningParams(epochs=epochs, rate=2e-3)
    found, table = [], []
    for ahead in range(1, HEADS + 1):
        states, label = learned.hidden[lm.n_layers], learned.label[:, ahead]
        block = learn_blocks(states, label, head, params, blocks=2, norm=torch.nn.Identity(), report=portion(None))
        read = Exit(*block, torch.nn.Identity(), head, vocabulary)
        found.append(block)
        table.append(held_accuracy(read, held, lm.n_layers, ahead=ahead))
        yield f"head {ahead}: {[round(share, 3) for share in table[-1]]} by rank on held-out places"
    kept = {"vocabulary": vocabulary, "weights": torch.stack([weights for weights, _ in found], 1)}
    kept["biases"] = torch.stack([biases for _, biases in found], 1)
    keep_part(
        lm,
        MEDUSA_FILE,
        kept,
        recipe=recipe,
        seed=params.seed,
        description=f"{HEADS} Medusa heads for smollm2-135m, learned from {total(parts)} of its own tokens.",
        about={"accuracy": table, "tokens": total(parts)},
    )


def distill(source: Learned, *, epochs: int, recipe: str) -> str:
    """A draft model of two layers; says how large it is."""
    lm, parts, vocabulary = source.lm, source.parts, source.vocabulary
    params = LearningParams(epochs=epochs, batch=8, rate=5e-4)
    kept = learn_draft(lm, parts, vocabulary, params, layers=DRAFT_LAYERS, report=portion(None))
    size = keep_part(
        lm,
        DRAFT_FILE,
        {"vocabulary": vocabulary, **kept},
        recipe=recipe,
        seed=params.seed,
        description=f"A draft of two layers for smollm2-135m, learned from {total(parts)} of its own tokens.",
        about={"layers": len(DRAFT_LAYERS), "tokens": total(parts)},
    )
    return f"draft: {size / 1e6:.1f} MB"
