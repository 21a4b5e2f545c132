"""Trains one head to look a key up, with each way to score queries against keys."""

import math
import platform
import time
from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn

from core.attention.lookups import (
    ANSWERS,
    SYMBOLS,
    Lookups,
    ScoreAnswers,
    ScoreTraining,
    ScoreTrials,
    lookups,
    texts_of,
)
from core.attention.scores import SCORES, score_weights, scores_of
from core.checks import Check
from core.progress import Progress, portion

BATCH, POINTS = 64, 6
TIMED_TOKENS, REPEATS = 256, 7


class Model(nn.Module):
    """One query, PLACES keys, each with a value: softmax of the scores, the mean value, a linear classifier.

    Args:
        kind: one of SCORES.
        width: d of queries and keys.
        rng: of the score's own weights; all else is drawn by torch before, so that it is equal for equal seeds.
    """

    def __init__(self, kind: str, width: int, rng: np.random.Generator) -> None:
        super().__init__()
        self.kind = kind
        self.symbols = nn.Parameter(torch.randn(SYMBOLS, width))
        self.query, self.key = (nn.Parameter(torch.randn(width, width) / math.sqrt(width)) for _ in range(2))
        self.values, self.head = nn.Embedding(ANSWERS, ANSWERS), nn.Linear(ANSWERS, ANSWERS)
        drawn = score_weights(kind, width, rng)
        self.own = nn.ParameterDict({name: nn.Parameter(torch.from_numpy(w).float()) for name, w in drawn.items()})

    def scores(self, asked: Int[Tensor, "text"], keys: Int[Tensor, "text place"]) -> Float[Tensor, "text place"]:
        """The score of each text's query against its keys; made for all pairs of symbols, and read off."""
        table = score_table(self.kind, self.symbols @ self.query, self.symbols @ self.key, dict(self.own.items()))
        return table[asked[:, None], keys]

    def forward(
        self, asked: Int[Tensor, "text"], keys: Int[Tensor, "text place"], values: Int[Tensor, "text place"]
    ) -> Float[Tensor, "text answer"]:
        """Logits of the value that stands at the key which is asked for."""
        weights = self.scores(asked, keys).softmax(dim=-1)
        logits: Tensor = self.head((weights[..., None] * self.values(values)).sum(dim=1))
        return logits


def score_table(
    kind: str, query: Float[Tensor, "query d"], key: Float[Tensor, "key d"], own: Mapping[str, Tensor]
) -> Float[Tensor, "query key"]:
    """As `core.attention.scores_of`, in torch and with gradients."""
    if kind == "additive":
        inner = torch.tanh((query @ own["A"].T)[:, None] + (key @ own["B"].T)[None])
        return inner @ own["v"]
    if kind == "bilinear":
        return query @ own["W"] @ key.T
    if kind == "cosine":
        unit = nn.functional.normalize
        return own["factor"] * (unit(query, dim=-1) @ unit(key, dim=-1).T)
    product = query @ key.T
    return product / math.sqrt(query.shape[1]) if kind == "scaled" else product


def _tensors(texts: Lookups) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return tuple(torch.from_numpy(part) for part in texts)  # type: ignore[return-value]


def run(params: ScoreTraining, *, on_progress: Progress | None = None) -> ScoreTrials:
    """The trainings that `core.attention.train_scores` promises."""
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    points = np.unique(np.linspace(0, params.steps, POINTS + 1).round().astype(int))
    grid = [(k, w, r, s) for k in SCORES for w in params.widths for r in params.rates for s in params.seeds]
    shape = tuple(len(part) for part in (SCORES, params.widths, params.rates, params.seeds))
    report, accuracy, gradient, checks = portion(on_progress), [], [], []
    for n, (kind, width, rate, seed) in enumerate(grid):
        report(n / len(grid), f"{SCORES[kind]}, dimension {width}, rate {rate:g}, seed {seed}")
        curve, first, check, _ = _one(kind, width, rate, seed, points)
        accuracy.append(curve)
        gradient.append(first)
        checks.append(check)
    norms = np.array(gradient).reshape(shape)[:, :, 0]  # no rate has moved a weight before the first step
    return ScoreTrials(
        params=params,
        steps=points,
        accuracy=np.stack(accuracy).reshape(*shape, -1),
        gradient=norms / norms[list(SCORES).index("scaled")],
        seconds=np.array([[_seconds(kind, width) for width in params.widths] for kind in SCORES]),
        machine=platform.machine(),
        checks=(max(checks, key=lambda check: check.error),),
    )


def answers(params: ScoreTraining) -> ScoreAnswers:
    """What each trained head says to its test texts, the trainings being those of `run`."""
    torch.set_num_threads(1)
    grid = [(k, w, r, s) for k in SCORES for w in params.widths for r in params.rates for s in params.seeds]
    shape = tuple(len(part) for part in (SCORES, params.widths, params.rates, params.seeds))
    last = np.array([params.steps])
    given = [_one(kind, width, rate, seed, last)[3] for kind, width, rate, seed in grid]
    return ScoreAnswers(np.stack(given).reshape(*shape, -1))


def _one(
    kind: str, width: int, rate: float, seed: int, points: Int[np.ndarray, "point"]
) -> tuple[Float[np.ndarray, "point"], float, Check, UInt8[np.ndarray, "text"]]:
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Model(kind, width, np.random.default_rng(1000 + seed))
    tests, first, curve = _tensors(texts_of(seed)), 0.0, []
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for step in range(points[-1] + 1):
        if step in points:
            with torch.no_grad():
                given = model(*tests[:3]).argmax(dim=-1)
                curve.append(float((given == tests[3]).double().mean()))
        *seen, right = _tensors(lookups(BATCH, rng))
        optimizer.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(model(*seen), right))
        if step == 0 and model.query.grad is not None:
            first = float(model.query.grad.norm())
        optimizer.step()
    return np.array(curve), first, _check(model, tests), given.numpy().astype(np.uint8)


@torch.no_grad()
def _check(model: Model, tests: tuple[Tensor, Tensor, Tensor, Tensor]) -> Check:
    """The trained model's scores against those of numpy, in float64."""
    double = [(model.symbols @ matrix).double().numpy() for matrix in (model.query, model.key)]
    weights = {name: part.double().numpy() for name, part in model.own.items()}
    table = scores_of(model.kind, double[0], double[1], weights)
    expected = table[tests[0].numpy()[:, None], tests[1].numpy()]
    error = float(np.abs(model.scores(tests[0], tests[1]).numpy() - expected).max() / max(1.0, np.abs(expected).max()))
    bound = 8 * model.query.shape[0] * 2.0**-23
    return Check("The trained heads' scores again in numpy", error, bound, "float32, relative to the largest score")


def _seconds(kind: str, width: int) -> float:
    """Processor time of all scores of TIMED_TOKENS tokens against themselves, the shortest of some."""
    rng = np.random.default_rng(0)
    query, key = (torch.from_numpy(rng.normal(size=(TIMED_TOKENS, width))).float() for _ in range(2))
    own = {name: torch.from_numpy(part).float() for name, part in score_weights(kind, width, rng).items()}
    taken = []
    for _ in range(REPEATS):
        # The clock of a process ticks in steps that one product may lie below.
        start, count = time.process_time(), 0
        while (spent := time.process_time() - start) < 0.02:
            score_table(kind, query, key, own)
            count += 1
        taken.append(spent / count)
    return min(taken)
