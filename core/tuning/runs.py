"""A run of tuning: what is trained, and what came of it. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require, whole
from core.tuning.arguments import one_of, real, some_of
from core.tuning.parameters import MODULES, Shape, module_shapes, trainable_parameters
from core.tuning.texts import CLASSES

METHODS = ("probe", "prompt", "prefix", "ia3", "norms", "lora", "adapter", "last", "lp_ft", "full")
"""What may be trained: the head alone; vectors in front of the text; keys and values in front of it in every layer;
factors on some activations; the norms; two thin matrices beside some matrices; bottlenecks behind attention and MLP;
the last layers; all of the model, from the probe's head or from a random one."""

PUT_IN = ("prompt", "prefix", "ia3", "lora", "adapter")
"""Methods that put something new into the model and freeze all of the old."""

IDENTITY = ("ia3", "lora", "adapter")
"""Of these the ones that change nothing before the first update."""

CANDIDATES: dict[str, tuple[float, ...]] = {
    "probe": (1e-3, 1e-2),
    "prompt": (1e-2, 3e-2),
    "prefix": (3e-3, 1e-2),
    "ia3": (5e-3, 2e-2),
    "norms": (1e-3, 5e-3),
    "lora": (5e-4, 2e-3),
    "adapter": (5e-4, 2e-3),
    "last": (1e-4, 5e-4),
    "lp_ft": (3e-6, 1e-5, 3e-5, 1e-4),
    "full": (3e-5, 1e-4),
}
"""The learning rates among which the validation set chooses for each method."""

PRECISE = ("lp_ft",)
"""Methods whose matrix products are in float32; those of the others are in bfloat16, which takes less time.

Measured on SmolLM2: as soon as the weights move at all, by 3e-7 or by 3e-6 each, roundings of bfloat16 flip, and the
states of all texts move alike by a third of their spread; in float32 by .3 and by 3 %. A head that is learned on the
way goes along. That of a probe, from which LP-FT starts, takes it for a loss of several nats."""

BATCH = 16
"""Texts of an update."""

STEPS = 24
"""Updates of a run, of those that are recorded and of one that a visitor asks for."""

MOST_OWN, LONGEST_OWN = 6, 300
"""Texts of a visitor's own, and letters of each."""


@dataclass(frozen=True, slots=True)
class TuningParams:
    """One run of SmolLM2 on the task.

    Args:
        method: one of METHODS.
        rate: the learning rate, above 0 and at most 1.
        seed: of training examples, of their order and of what is random at the start, 0 to 9,999.
        steps: updates of 16 texts each, 1 to 400; a probe takes PROBE_STEPS of all texts.
        train: training texts, 16 to 400.
        layers: of "last": how many, 1 to 30.
        rank: of "lora": r, from 1 to the smallest side of the chosen matrices; 192 where keys or values are among them.
        alpha: of "lora": what is added is alpha / r times B A, 1 to 1,024.
        modules: of "lora": matrices of each layer.
        width: of "adapter": numbers between its two matrices, 1 to 576.
        tokens: of "prefix" and "prompt": places in front of each text, 1 to 64.
        own: texts that the tuned model judges at the end, at most MOST_OWN of 1 to LONGEST_OWN letters each.
    """

    method: str = "lora"
    rate: float = 2e-3
    seed: int = 0
    steps: int = STEPS
    train: int = 160
    layers: int = 4
    rank: int = 4
    alpha: int = 8
    modules: Sequence[str] = ("q_proj", "v_proj")
    width: int = 8
    tokens: int = 8
    own: Sequence[str] = ()

    def __post_init__(self) -> None:
        one_of("method", self.method, METHODS)
        real("rate", self.rate, 1e-9, 1)
        whole("seed", self.seed, 0, 9999)
        whole("steps", self.steps, 1, 400)
        whole("train", self.train, 16, 400)
        whole("layers", self.layers, 1, 30)
        whole("alpha", self.alpha, 1, 1024)
        shapes = module_shapes(Shape())
        modules = some_of("modules", self.modules, MODULES)
        whole("rank", self.rank, 1, min(min(shapes[name]) for name in modules))
        whole("width", self.width, 1, Shape().hidden_size)
        whole("tokens", self.tokens, 1, 64)
        own = self.own
        require(
            isinstance(own, tuple | list) and all(isinstance(text, str) for text in own), "own", own, "a row of texts"
        )
        whole("texts of your own", len(own), 0, MOST_OWN)
        for text in own:
            whole(f"letters of {text[:20]!r}", len(text.strip()), 1, LONGEST_OWN)
        # Rows may be lists; what a job is known by must not change.
        object.__setattr__(self, "modules", tuple(modules))
        object.__setattr__(self, "own", tuple(own))


def options_of(params: TuningParams, method: str) -> dict[str, Any]:
    """What `trainable_parameters` has to know of a run for a method."""
    known: dict[str, dict[str, Any]] = {
        "lora": {"rank": params.rank, "modules": params.modules},
        "last": {"layers": params.layers},
        "adapter": {"width": params.width},
        "prefix": {"tokens": params.tokens},
        "prompt": {"tokens": params.tokens},
    }
    return known.get(method, {})


def counted(shape: Shape, params: TuningParams) -> dict[str, int]:
    """Method -> the numbers that it trains, the head included, with the options of a run."""
    return {
        method: trainable_parameters(shape, method, classes=len(CLASSES), **options_of(params, method))
        for method in METHODS
    }


@dataclass(frozen=True, eq=False)
class TuningRun:
    """What came of a run.

    Args:
        params: see TuningParams.
        id_accuracy, ood_accuracy: shares of right answers on reviews of meals and of stories that it never saw.
        validation_accuracy: the same on reviews of meals that are there to choose a learning rate by.
        trainable: trained numbers, the head included.
        loss: mean cross entropy of each update's texts, in nats; shorter where training was stopped [step].
        perplexity: of each of OTHER_TEXTS after tuning [text].
        before: the same before it [text].
        frozen_change: the largest change of a weight that was not to be trained.
        start_change: how far the last state of a training text moved by what was put in before the first update.
        merge_gap: the largest difference of such a state after B A was added into the weights, over its largest entry;
            0 for other methods.
        stopped: whether training diverged and was stopped.
        seconds: of processor, from the first update to the last.
        own: of each of params.own, the probability that it praises [own].
    """

    params: TuningParams
    id_accuracy: float
    ood_accuracy: float
    validation_accuracy: float
    trainable: int
    loss: Float[np.ndarray, "step"]
    perplexity: Float[np.ndarray, "text"]
    before: Float[np.ndarray, "text"]
    frozen_change: float
    start_change: float
    merge_gap: float
    stopped: bool
    seconds: float
    own: Float[np.ndarray, "own"]

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was not to be trained has not moved; what was put in changed nothing at first, and merges."""
        found = [Check("Frozen weights are bit for bit the old ones", self.frozen_change, 0.0, "largest change")]
        if self.params.method in IDENTITY:
            found.append(
                Check("What is put in changes nothing at first", self.start_change, 0.0, "largest change of a state")
            )
        if self.params.method == "lora":
            found.append(
                Check("Merged into the weights it is the same model", self.merge_gap, 1e-4, "float32, 30 layers")
            )
        return tuple(found)
