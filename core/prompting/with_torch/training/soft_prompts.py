"""Trains the small decoder on four tasks, then, with all its weights frozen, one vector in place of a control word."""

import time
from dataclasses import fields

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from core.progress import Progress, portion
from core.prompting.soft_prompts import (
    CONTEXT,
    HEADS,
    LAYERS,
    LENGTH,
    LETTERS,
    SEPARATOR,
    TASKS_OF_WORDS,
    VOCABULARY,
    WIDTH,
    SoftPrompt,
    SoftPromptParams,
    TinyDecoder,
    answers,
    held_questions,
)

BATCH, TUNING_BATCH = 128, 32
STEPS, RATE = 1200, 3e-3
TEST_EVERY = 10


class Decoder(nn.Module):
    """The layers of `TinyDecoder`, fed with vectors, so that the first of them may be anything."""

    words: nn.Parameter
    places: nn.Parameter
    attention: nn.Parameter
    mixed: nn.Parameter
    inner: nn.Parameter
    outer: nn.Parameter

    def __init__(self, weights: TinyDecoder | None = None) -> None:
        super().__init__()
        shapes = {
            "words": (len(VOCABULARY), WIDTH),
            "places": (CONTEXT, WIDTH),
            "attention": (LAYERS, WIDTH, 3 * WIDTH),
            "mixed": (LAYERS, WIDTH, WIDTH),
            "inner": (LAYERS, WIDTH, 4 * WIDTH),
            "outer": (LAYERS, 4 * WIDTH, WIDTH),
        }
        for name, shape in shapes.items():
            drawn = torch.randn(shape) * (0.3 if name in ("words", "places") else shape[-2] ** -0.5)
            kept = drawn if weights is None else torch.tensor(getattr(weights, name), dtype=torch.float32)
            self.register_parameter(name, nn.Parameter(kept))

    def forward(
        self, first: Float[Tensor, "item width"], ids: Int[Tensor, "item token"]
    ) -> Float[Tensor, "item answer letter"]:
        """The logits of the letters of the answer, each after those before it."""
        x = torch.cat([first[:, None], self.words[ids]], dim=1)
        x = x + self.places[: x.shape[1]]
        for layer in range(LAYERS):
            parts = (_unit(x) @ self.attention[layer]).unflatten(-1, (3, HEADS, WIDTH // HEADS))
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + seen.transpose(1, 2).flatten(2) @ self.mixed[layer]
            x = x + functional.relu(_unit(x) @ self.inner[layer]) @ self.outer[layer]
        logits: Float[Tensor, "item answer letter"] = _unit(x)[:, -LENGTH:] @ self.words[: len(LETTERS)].T
        return logits

    def weights(self) -> TinyDecoder:
        """The weights as numpy holds them."""
        return TinyDecoder(**{one.name: getattr(self, one.name).detach().numpy().copy() for one in fields(TinyDecoder)})


def _unit(x: Float[Tensor, "*any width"]) -> Float[Tensor, "*any width"]:
    return x * (x.square().mean(dim=-1, keepdim=True) + 1e-6).rsqrt()


def _asked(questions: Int[np.ndarray, "item 5"], task: str) -> tuple[Int[Tensor, "item token"], Int[Tensor, "item 5"]]:
    """What stands behind the first vector, and the right answers."""
    right = answers(task, questions)
    middle = np.full((len(questions), 1), SEPARATOR)
    return torch.from_numpy(np.concatenate([questions, middle, right[:, :-1]], axis=1)), torch.from_numpy(right)


def train_decoder(
    *, seed: int = 0, steps: int = STEPS, on_progress: Progress | None = None
) -> tuple[TinyDecoder, float]:
    """Trains the decoder on all four tasks at once, and returns its weights and seconds of processor.

    Args:
        seed: of weights and questions. steps: updates of 128 questions.
        on_progress: told the part done every 50 updates; an exception it raises ends the training.
    """
    began, rng, report = time.process_time(), np.random.default_rng([seed, 3]), portion(on_progress)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        decoder = Decoder()
    optimizer = torch.optim.AdamW(decoder.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=steps, pct_start=0.1)
    each = BATCH // len(TASKS_OF_WORDS)
    for step in range(steps):
        parts = [_asked(rng.integers(len(LETTERS), size=(each, LENGTH)), task) for task in TASKS_OF_WORDS]
        ids, right = torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])
        first = decoder.words[len(LETTERS) + 1 :].repeat_interleave(each, dim=0)
        loss = functional.cross_entropy(decoder(first, ids).flatten(0, 1), right.flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            report(step / steps, f"{step} of {steps} updates, loss {float(loss.detach()):.3f}")
    return decoder.weights(), time.process_time() - began


def tune(decoder: TinyDecoder, params: SoftPromptParams, *, on_progress: Progress | None = None) -> SoftPrompt:
    """The tuning that `core.prompting.tune_soft_prompt` promises."""
    began, rng, report = time.process_time(), np.random.default_rng([params.seed, 4]), portion(on_progress)
    model = Decoder(decoder).requires_grad_(requires_grad=False)
    scale = float(decoder.words.std())
    vector = torch.tensor(rng.normal(scale=scale, size=WIDTH), dtype=torch.float32, requires_grad=True)
    optimizer = torch.optim.Adam([vector], lr=params.rate)
    test = _asked(held_questions(), params.task)
    steps, tested, losses, vectors, since = [0], [_right(model, vector, test)], [float("nan")], [_kept(vector)], []
    for step in range(1, params.steps + 1):
        ids, right = _asked(rng.integers(len(LETTERS), size=(TUNING_BATCH, LENGTH)), params.task)
        logits = model(vector.expand(TUNING_BATCH, -1), ids)
        loss = functional.cross_entropy(logits.flatten(0, 1), right.flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        since.append(float(loss.detach()))
        if step % TEST_EVERY == 0 or step == params.steps:
            steps.append(step)
            tested.append(_right(model, vector, test))
            losses.append(float(np.mean(since)))
            vectors.append(_kept(vector))
            since = []
            found = SoftPrompt(
                params, np.array(steps), np.array(tested), np.array(losses), np.stack(vectors),
                decoder.changed(model.weights()), time.process_time() - began,
            )  # fmt: skip
            report(step / params.steps, f"{tested[-1]:.0%} right after {step} updates", found)
    return found


def _kept(vector: Float[Tensor, "width"]) -> Float[np.ndarray, "width"]:
    return vector.detach().numpy().astype(np.float64)


@torch.inference_mode()
def _right(
    model: Decoder, vector: Float[Tensor, "width"], test: tuple[Int[Tensor, "item token"], Int[Tensor, "item 5"]]
) -> float:
    """The share of questions answered wholly right: the letters before each are the right ones if all before are."""
    ids, right = test
    return float((model(vector.expand(len(ids), -1), ids).argmax(-1) == right).all(dim=1).double().mean())
