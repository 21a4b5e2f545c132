"""The training of a small CLIP: open_clip's model and loss, a plain loop, and a look at it on the way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import open_clip
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from core.clip.corpus import Corpus, build_corpus, probe_batch
from core.clip.rendering import render_all
from core.clip.runs import ClipHistory, ClipTraining, history_checks
from core.clip.scenes import BACKGROUNDS, CLASSES, balanced_scenes
from core.clip.with_torch.architecture import new_model, to_pixels, tokenize
from core.progress import Progress, portion

_WARMUP, _CLIP_NORM, _MAX_LOGIT_SCALE = 40, 1.0, math.log(100)
_DRAWN_AT_ONCE = 250


def train_clip(params: ClipTraining, *, on_progress: Progress | None = None) -> tuple[open_clip.CLIP, ClipHistory]:
    """Trains a CLIP from scratch on the corpus: AdamW, 40 steps of warm-up, then a half cosine.

    The loss of a batch of n pairs with unit vectors x_i, t_i is the mean of the cross-entropies of rows and columns of
    `exp(logit_scale) X T^T` with the diagonal as the truth (Radford et al. 2021, figure 3; open_clip.ClipLoss).
    Captions repeat within a batch, so the loss cannot fall to zero; the accuracy is what tells.

    Args:
        on_progress: called while the pictures are drawn, and at each checkpoint, the first one before any update, with
            the fraction done, a sentence, and from the first checkpoint on the history so far; what it raises ends the
            training.

    Returns:
        The model in evaluation mode without gradients, and its history. Invariant: the same parameters give the same
        history on the same machine with one thread.
    """
    corpus = build_corpus(params.corpus)
    drawing = drawing_share(params)
    images = _drawn(corpus, portion(on_progress, 0.0, drawing))
    report = portion(on_progress, drawing)
    run = _Run(params, corpus, images, new_model(params.seed))
    due = set(np.linspace(0, params.steps, params.n_checkpoints).round().astype(int).tolist())
    for step in range(params.steps + 1):
        if step > 0:
            run.step(step)
        if step in due:
            run.measure(step)
            history = run.history()
            accuracy = history.group_accuracy[-1].mean()
            report(step / params.steps, f"Step {step}, zero-shot accuracy {accuracy:.2f}", history)
    return run.model.eval().requires_grad_(False), run.history()


def drawing_share(params: ClipTraining) -> float:
    """The part of a run's time that drawing its pictures takes: a pair costs 2.2 times as long to train on as to draw.

    Measured on one core: 0.95 ms for a picture, 131 ms for a step of 64 pairs.
    """
    drawn, trained = params.corpus.n_scenes, 2.2 * params.steps * params.batch
    return drawn / (drawn + trained)


def _drawn(corpus: Corpus, report: Progress) -> UInt8[np.ndarray, "scene row column 3"]:
    """The pictures of a corpus, with a word after each few hundred."""
    count, parts = len(corpus.scenes), []
    for start in range(0, count, _DRAWN_AT_ONCE):
        report(start / count, f"Drawing pictures, {start} of {count}")
        parts.append(render_all(corpus.scenes[start : start + _DRAWN_AT_ONCE]))
    return np.concatenate(parts)


@dataclass
class _Run:
    params: ClipTraining
    corpus: Corpus
    images: UInt8[np.ndarray, "scene row column 3"]
    model: open_clip.CLIP
    losses: list[float] = field(default_factory=list)
    scales: list[float] = field(default_factory=list)
    checkpoints: list[int] = field(default_factory=list)
    similarity: list[np.ndarray] = field(default_factory=list)
    accuracy: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([11, self.params.seed])
        self.loss = open_clip.ClipLoss()
        self.optimizer = _adamw(self.model, self.params.learning_rate)
        self.pairs, self.captions = probe_batch(seed=5)
        self.test = balanced_scenes(24, seed=2)
        self.probe_pixels, self.test_pixels = (to_pixels(render_all(s)) for s in (self.pairs, self.test))

    def step(self, step: int) -> None:
        """One batch: contrastive loss, gradient clipped by its norm, logit scale held below its limit."""
        rows = self.rng.choice(len(self.images), self.params.batch, replace=False)
        tokens = tokenize(self.corpus.captions(rows, self.rng))
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.learning_rate * _schedule(step, self.params.steps)
        loss = self.loss(*self.model.train()(to_pixels(self.images[rows]), tokens))
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP_NORM)
        self.optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(0, _MAX_LOGIT_SCALE)
        self.losses.append(float(loss.detach()))
        self.scales.append(float(self.model.logit_scale.detach().exp()))

    @torch.no_grad()
    def measure(self, step: int) -> None:
        """Writes down a checkpoint: the probe batch's cosines, and the accuracy of each group."""
        self.model.eval()
        self.checkpoints.append(step)
        cosines = _cosines(self.model, self.probe_pixels, self.captions)
        self.similarity.append(cosines.numpy().astype(np.float32))
        guesses = _cosines(self.model, self.test_pixels, [f"a photo of a {name}" for name in CLASSES]).argmax(1).numpy()
        truth = np.array([CLASSES.index(scene.bird) for scene in self.test if scene.bird])
        hits = (guesses == truth).reshape(len(CLASSES), len(BACKGROUNDS), -1)
        self.accuracy.append(hits.mean(axis=2))

    def history(self) -> ClipHistory:
        """All that was written down, with the checks of the finished model."""
        history = ClipHistory(
            params=self.params,
            loss=np.array(self.losses, np.float32),
            scale=np.array(self.scales, np.float32),
            checkpoints=tuple(self.checkpoints),
            similarity=np.stack(self.similarity),
            images=render_all(self.pairs),
            captions=self.captions,
            group_accuracy=np.stack(self.accuracy),
            checks=(),
        )
        return replace(history, checks=history_checks(history))


def _adamw(model: torch.nn.Module, learning_rate: float) -> torch.optim.AdamW:
    """Weight decay on matrices only, as open_clip's own recipe has it."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98), eps=1e-6)


def _schedule(step: int, steps: int) -> float:
    warmup = min(_WARMUP, steps // 4)
    if step <= warmup:
        return step / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))


def _cosines(
    model: open_clip.CLIP, pixels: Float[Tensor, "image 3 row column"], texts: Sequence[str]
) -> Float[Tensor, "image text"]:
    images = model.encode_image(pixels, normalize=True)
    words = model.encode_text(tokenize(texts), normalize=True)
    product: Tensor = images @ words.T
    return product
