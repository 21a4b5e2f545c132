"""`python -m core.decoding.train write`, then `exits`, `medusa` and `draft`: text first, then what learns from it."""

import argparse
import functools
from pathlib import Path

import torch

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
from core.decoding.with_torch.training.text import Shard, WritingParams, shards, write
from core.files import cache_dir
from core.language import backbone
from core.models import CausalLM, load_causal_lm

VOCABULARY = 4096
HEADS = 3
DRAFT_LAYERS = (0, 29)


def say(part: float, message: str, partial: object = None, /) -> None:
    """Prints how far it is."""
    print(f"{part:.3f} {message}", flush=True)


def main() -> None:
    """Reads the command line and does what it asks."""
    parser = argparse.ArgumentParser(prog="python -m core.decoding.train", description=__doc__)
    parser.add_argument("action", choices=["write", "exits", "medusa", "draft"])
    parser.add_argument("--tokens", type=int, default=WritingParams.tokens, help="tokens to write in all")
    parser.add_argument("--batch", type=int, default=WritingParams.batch, help="texts written at once")
    parser.add_argument("--epochs", type=int, default=3, help="passes over the text")
    options = parser.parse_args()
    folder = cache_dir() / "decoding" / "text"
    if options.action == "write":
        params = WritingParams(tokens=options.tokens, batch=options.batch)
        write(load_causal_lm(dtype="bfloat16"), params, folder, on_progress=say)
    else:
        learn(options.action, folder, epochs=options.epochs)


def learn(action: str, folder: Path, *, epochs: int) -> None:
    """Learns one of the parts from all shards that are there."""
    lm = load_causal_lm()
    parts = list(shards(folder))
    if not parts:
        raise SystemExit("There is no text to learn from. Run: python -m core.decoding.train write")
    vocabulary = frequent_tokens(parts, size=VOCABULARY)
    recipe = f"python -m core.decoding.train {action} --epochs {epochs}"
    {"exits": learn_exits, "medusa": learn_medusa, "draft": distill}[action](lm, parts, vocabulary, recipe, epochs)


def learn_exits(lm: CausalLM, parts: list[Shard], vocabulary: torch.Tensor, recipe: str, epochs: int) -> None:
    """An adapter and a classifier for each exit."""
    learned, held = examples(parts, vocabulary, layers=EXIT_LAYERS, ahead=0)
    head, norm = lm.model.get_output_embeddings().weight[vocabulary], backbone(lm.model).norm
    params = LearningParams(epochs=epochs)
    kept: dict[str, torch.Tensor] = {"vocabulary": vocabulary}
    accuracy = {}
    for layer in EXIT_LAYERS:
        report = functools.partial(_every, label=f"exit {layer}")
        weights, biases = learn_blocks(
            learned.hidden[layer], learned.label[:, 0], head, params, blocks=2, norm=norm, report=report
        )
        read = Exit(weights, biases, norm, head, vocabulary)
        with torch.inference_mode():
            some = learned.hidden[layer][:40_000].float()
            guesses = torch.cat([read(rows).argmax(-1) for rows in torch.split(some, 2048)])
        agrees = (guesses == learned.label[: len(guesses), 0]).float()
        confidence = learn_classifier(some, agrees, LearningParams(epochs=4, rate=1e-2))
        accuracy[layer] = held_accuracy(read, held, layer)[0]
        kept |= {f"{layer}.weights": weights, f"{layer}.biases": biases, f"{layer}.confidence": confidence}
        say(1.0, f"exit {layer}: agrees on {accuracy[layer]:.3f} of held-out places")
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
    say(1.0, f"{size / 1e6:.1f} MB")


def learn_medusa(lm: CausalLM, parts: list[Shard], vocabulary: torch.Tensor, recipe: str, epochs: int) -> None:
    """Three heads for the tokens after the next one."""
    learned, held = examples(parts, vocabulary, layers=(lm.n_layers,), ahead=HEADS)
    head = lm.model.get_output_embeddings().weight[vocabulary]
    params = LearningParams(epochs=epochs, rate=2e-3)
    found, table = [], []
    for ahead in range(1, HEADS + 1):
        report = functools.partial(_every, label=f"head {ahead}")
        states, label = learned.hidden[lm.n_layers], learned.label[:, ahead]
        block = learn_blocks(states, label, head, params, blocks=2, norm=torch.nn.Identity(), report=report)
        read = Exit(*block, torch.nn.Identity(), head, vocabulary)
        found.append(block)
        table.append(held_accuracy(read, held, lm.n_layers, ahead=ahead))
        say(1.0, f"head {ahead}: {[round(share, 3) for share in table[-1]]} by rank on held-out places")
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


def distill(lm: CausalLM, parts: list[Shard], vocabulary: torch.Tensor, recipe: str, epochs: int) -> None:
    """A draft model of two layers."""
    params = LearningParams(epochs=epochs, batch=8, rate=5e-4)
    report = functools.partial(_every, label="draft")
    kept = learn_draft(lm, parts, vocabulary, params, layers=DRAFT_LAYERS, report=report)
    size = keep_part(
        lm,
        DRAFT_FILE,
        {"vocabulary": vocabulary, **kept},
        recipe=recipe,
        seed=params.seed,
        description=f"A draft of two layers for smollm2-135m, learned from {total(parts)} of its own tokens.",
        about={"layers": len(DRAFT_LAYERS), "tokens": total(parts)},
    )
    say(1.0, f"{size / 1e6:.1f} MB")


_last: dict[str, int] = {}


def _every(part: float, message: str, partial: object = None, /, *, label: str) -> None:
    """Prints one report in twenty."""
    if int(part * 20) != _last.get(label):
        _last[label] = int(part * 20)
        say(part, f"{label}: {message}")


if __name__ == "__main__":
    main()
