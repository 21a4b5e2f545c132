"""The three stages: match dimensions, move the embedder towards text, fine-tune. With torch."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.checks import Check
from core.models import load_encoder
from core.orca.experiment import ARMS, EVALUATIONS, AlignParams, AlignResult, evaluation_steps
from core.orca.tasks import TaskData, task_data
from core.progress import Progress
from core.transport import SENTENCES, dataset_distance, exact

N_TEST = 200
BATCH = 32
ALIGN_RATE = 1e-2
HEAD_RATE = 1e-3
BODY_RATE = 1e-4
SAMPLES = 100
"""Samples whose embeddings are moved in each step of stage 2."""


class Pupil(nn.Module):
    """An embedder, a body and a predictor.

    The embedder maps each patch to the body's width; the body's own positions and normalization complete it. The
    predictor is linear on the mean over patches. `spread` is that of a word's embedding in the pretrained body, so that
    a patch is as loud as a word from the start.
    """

    def __init__(self, body: Any, n_values: int, n_classes: int, *, spread: float) -> None:
        super().__init__()
        width = body.config.hidden_size
        self.patches = nn.Linear(n_values, width)
        self.body = body
        self.predictor = nn.Linear(width, n_classes)
        nn.init.normal_(self.patches.weight, std=spread)

    def embed(self, patches: Float[Tensor, "sample patch value"]) -> Float[Tensor, "sample d"]:
        """The mean over patches of what enters the body: positions added, normalized."""
        embedded: Tensor = self.body.embeddings(inputs_embeds=self.patches(patches))
        return embedded.mean(dim=1)

    def forward(self, patches: Float[Tensor, "sample patch value"]) -> Float[Tensor, "sample label"]:
        """Scores of the classes."""
        hidden: Tensor = self.body(inputs_embeds=self.patches(patches)).last_hidden_state
        scores: Tensor = self.predictor(hidden.mean(dim=1))
        return scores


@dataclass(frozen=True, eq=False)
class SourceData:
    """The body's own data: the sentences as they enter it, [sentence d], and their subjects."""

    x: Float[Tensor, "sentence d"]
    y: Int[np.ndarray, "sentence"]


def run(params: AlignParams, *, on_progress: Progress) -> AlignResult:
    """Runs every arm for every seed: stage 1 builds, stage 2 aligns (one arm), stage 3 fine-tunes, a test half judges.

    Args:
        params: see `AlignParams`.
        on_progress: called at the start and at every step as (fraction, message, partial); see `Ledger.partial`.

    Raises:
        ModelUnavailableError: if MiniLM can be had from nowhere.

    Invariant: arms of one seed see the same data, the same first embedder and predictor, and the same batches.
    Source: Shen et al. 2023, Cross-Modal Fine-Tuning: Align then Refine (ORCA).
    """
    started, size = time.perf_counter(), 0.0
    on_progress(0.0, "Loading MiniLM")
    encoder = load_encoder()
    torch.set_num_threads(1)
    source = source_data(encoder)
    ledger = Ledger(on_progress, params)
    moved: list[Moved] = []
    for place, seed in enumerate(params.seeds):
        data = task_data(params.task, n_train=params.n_train, n_test=N_TEST, seed=seed)
        for arm, name in enumerate(ARMS):
            ledger.begins(arm, place)
            pupil = build(encoder.model, data, seed=seed, scratch=name == "from scratch")
            if name == "aligned":
                moved.append(move_embedder(pupil, data, source, steps=params.align_steps, on_step=ledger.moved))
                size = float(pupil.patches.weight.detach().norm())
            elif name == "only as loud":
                make_as_loud(pupil, size)
            fine_tune(pupil, data, params, seed=seed, ledger=ledger)
    first = moved[0]
    return AlignResult(
        params=params,
        eval_steps=evaluation_steps(params.tune_steps),
        accuracy=ledger.accuracy,
        distance=np.stack([one.distance for one in moved]),
        flow=first.flow,
        flow_steps=first.flow_steps,
        flow_labels=first.labels,
        source=first.source,
        source_labels=source.y,
        seconds=time.perf_counter() - started,
        checks=(first.check,),
    )


def source_data(encoder: Any) -> SourceData:
    """The project's sentences as they enter the body: token embeddings with positions, normalized, averaged."""
    lines = [line for group in SENTENCES.values() for line in group]
    batch = encoder.tokenizer(lines, padding=True, return_tensors="pt")
    with torch.inference_mode():
        embedded = encoder.model.embeddings(input_ids=batch["input_ids"])
        mask = batch["attention_mask"][..., None]
        mean = (embedded * mask).sum(1) / mask.sum(1)
    subjects = np.array([place for place, group in enumerate(SENTENCES.values()) for _ in group])
    return SourceData(mean.clone(), subjects)


def build(model: Any, data: TaskData, *, seed: int, scratch: bool) -> Pupil:
    """Stage 1: a pupil whose dimensions fit, around a copy of the body, or around one of random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        body = type(model)(model.config) if scratch else copy.deepcopy(model)
        torch.manual_seed(seed + 1)
        spread = float(model.embeddings.word_embeddings.weight.detach().std())
        pupil = Pupil(body, data.train_x.shape[-1], len(data.classes), spread=spread)
    # No dropout: with 200 samples and 60 steps it only adds noise to the comparison.
    return pupil.eval()


def make_as_loud(pupil: Pupil, size: float) -> None:
    """Scales the embedder's weights to a norm: the control that tells direction from size."""
    with torch.no_grad():
        pupil.patches.weight.mul_(size / pupil.patches.weight.norm())


@dataclass(frozen=True, eq=False)
class Moved:
    """How stage 2 moved the embeddings of one seed; see `AlignResult`."""

    distance: Float[np.ndarray, "step"]
    flow: Float[np.ndarray, "frame sample 2"]
    flow_steps: Int[np.ndarray, "frame"]
    labels: Int[np.ndarray, "sample"]
    source: Float[np.ndarray, "sentence 2"]
    check: Check


def move_embedder(
    pupil: Pupil,
    data: TaskData,
    source: SourceData,
    *,
    steps: int,
    on_step: Callable[[float], None] = lambda distance: None,
) -> Moved:
    """Stage 2: trains the embedder alone to lower the dataset distance between the embedded task and the sentences.

    Args:
        steps: gradient steps. on_step: is told the distance before each of them.
    """
    patches = torch.from_numpy(data.train_x[:SAMPLES])
    labels = data.train_y[:SAMPLES]
    optimizer = torch.optim.Adam(pupil.patches.parameters(), lr=ALIGN_RATE)
    values, frames = [], []
    for _ in range(steps):
        features = pupil.embed(patches)
        frames.append(features.detach().double().numpy())
        loss = distance_by_torch(features, labels, source)
        values.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        on_step(values[-1])
    with torch.inference_mode():
        features = pupil.embed(patches)
    frames.append(features.double().numpy())
    last = distance_by_torch(features, labels, source)
    values.append(float(last))
    peer = dataset_distance(frames[-1], labels, source.x.double().numpy(), source.y).value
    check = Check(
        "Stage 2 minimizes the page's own distance", abs(float(last) - peer), 1e-3 * peer, "float32 against float64"
    )
    kept = np.unique(np.linspace(0, steps, 16).astype(int))
    flow, plane = _plane(np.stack([frames[step] for step in kept]), source.x.double().numpy())
    return Moved(np.array(values), flow, kept, np.asarray(labels), plane, check)


def distance_by_torch(features: Float[Tensor, "sample d"], labels: np.ndarray, source: SourceData) -> Float[Tensor, ""]:
    """The dataset distance as a differentiable number: the plans are solved exactly and then held fixed.

    value = <P, |f - s|^2 + W2^2(label, label')>, with gradients through both terms (envelope theorem).

    Invariant: equals `core.transport.dataset_distance(...).value` to float32 rounding.
    """
    between = (torch.cdist(features, source.x) ** 2).clamp_min(0)
    classes, places = np.unique(labels, return_inverse=True)
    subjects = np.unique(source.y)
    table = torch.stack(
        [
            torch.stack([_least_cost(between[labels == label][:, source.y == subject]) for subject in subjects])
            for label in classes
        ]
    )
    return _least_cost(between + table[places][:, source.y])


def _least_cost(costs: Float[Tensor, "left right"]) -> Float[Tensor, ""]:
    n, m = costs.shape
    plan = exact(np.full(n, 1 / n), np.full(m, 1 / m), costs.detach().double().numpy()).plan
    return (torch.from_numpy(plan).to(costs.dtype) * costs).sum()


def _plane(frames: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Samples and sentences in one plane: the way of the samples' mean across, the widest spread of all upward."""
    way = source.mean(axis=0) - frames[0].mean(axis=0)
    way = way / (np.linalg.norm(way) or 1.0)
    both = np.concatenate([frames[0], frames[-1], source])
    rest = both - both.mean(axis=0)
    rest = rest - np.outer(rest @ way, way)
    axes = np.stack([way, np.linalg.svd(rest, full_matrices=False)[2][0]], axis=1)
    return (frames @ axes).astype(np.float32).astype(np.float64), source @ axes


class Ledger:
    """Keeps what has been measured so far, and tells it at every step.

    Args:
        on_progress: see `run`.
        params: of the run; a step of stage 2 and one of stage 3 count alike.
    """

    def __init__(self, on_progress: Progress, params: AlignParams) -> None:
        self.on_progress, self.params = on_progress, params
        self.accuracy = np.full((len(ARMS), len(params.seeds), EVALUATIONS), np.nan)
        self.distance: list[float] = []
        self.arm = self.place = self.done = 0

    def begins(self, arm: int, place: int) -> None:
        """Turns to the next arm of a seed."""
        self.arm, self.place = arm, place
        if ARMS[arm] == "aligned":
            self.distance = []

    def moved(self, distance: float) -> None:
        """Notes the distance before a step of stage 2."""
        self.distance.append(distance)
        self._tell(f"stage 2, step {len(self.distance)} of {self.params.align_steps}")

    def judged(self, number: int, share: float) -> None:
        """Notes an accuracy."""
        self.accuracy[self.arm, self.place, number] = share

    def tuned(self, step: int) -> None:
        """Notes a step of stage 3."""
        self._tell(f"stage 3, step {step} of {self.params.tune_steps}")

    def partial(self) -> dict[str, object]:
        """accuracy: {arm: mean over the seeds so far at each of `evaluation_steps`}; distance: of this seed so far."""
        means = {}
        for name, runs in zip(ARMS, self.accuracy, strict=True):
            judged = ~np.isnan(runs).all(axis=0)
            if judged.any():
                means[name] = [float(value) for value in np.nanmean(runs[:, judged], axis=0)]
        return {"accuracy": means, "distance": list(self.distance)}

    def _tell(self, words: str) -> None:
        self.done += 1
        name = f"Seed {self.params.seeds[self.place]}, {ARMS[self.arm]}"
        self.on_progress(self.done / self.params.training_steps, f"{name}: {words}", self.partial())


def fine_tune(pupil: Pupil, data: TaskData, params: AlignParams, *, seed: int, ledger: Ledger) -> None:
    """Stage 3: trains embedder and predictor, and the body where `tune_body`; classifies the test half now and then."""
    optimizer = _optimizer(pupil, tune_body=params.tune_body)
    x, y = torch.from_numpy(data.train_x), torch.from_numpy(np.asarray(data.train_y, dtype=np.int64))
    rng = np.random.default_rng(seed)
    judged = evaluation_steps(params.tune_steps)
    for step in range(1, params.tune_steps + 1):
        batch = torch.from_numpy(rng.integers(len(x), size=BATCH))
        loss = nn.functional.cross_entropy(pupil(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step in judged:
            ledger.judged(int(np.flatnonzero(judged == step)[0]), accuracy_of(pupil, data))
        ledger.tuned(step)


def _optimizer(pupil: Pupil, *, tune_body: bool) -> torch.optim.Optimizer:
    new = [*pupil.patches.parameters(), *pupil.predictor.parameters()]
    pupil.body.requires_grad_(tune_body)
    groups: list[dict[str, Any]] = [{"params": new, "lr": HEAD_RATE}]
    if tune_body:
        groups.append({"params": list(pupil.body.parameters()), "lr": BODY_RATE})
    return torch.optim.AdamW(groups, weight_decay=0.01)


def accuracy_of(pupil: Pupil, data: TaskData) -> float:
    """The share of the test half that is classified rightly."""
    with torch.inference_mode():
        guess = pupil(torch.from_numpy(data.test_x)).argmax(dim=1).numpy()
    return float((guess == data.test_y).mean())
