"""The experiment: what is asked, what comes out, and the recorded runs. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check

TASKS = ("digits", "signals")
ARMS = ("aligned", "not aligned", "only as loud", "from scratch")
"""Stages 1, 2 and 3; stages 1 and 3; the same with the embedder's weights scaled to the size that stage 2 gave them,
their directions still random; stages 1 and 3 with a body of random weights."""

EVALUATIONS = 6
"""How often stage 3 stops to classify the test half."""


@dataclass(frozen=True, slots=True)
class AlignParams:
    """One experiment.

    Args:
        task: one of TASKS.
        seeds: at least 1; each draws its own data, embedder and predictor.
        tune_body: whether stage 3 trains the body too, or the embedder and predictor alone.
        align_steps: of stage 2, 1 to 500.
        tune_steps: of stage 3, 10 to 1000.
        n_train: training samples, 50 to 800.
    """

    task: str = "digits"
    seeds: tuple[int, ...] = (0, 1, 2)
    tune_body: bool = True
    align_steps: int = 60
    tune_steps: int = 60
    n_train: int = 200

    @property
    def training_steps(self) -> int:
        """All steps of stages 2 and 3, over all arms and seeds; stage 2 is for one arm alone."""
        return len(self.seeds) * (self.align_steps + len(ARMS) * self.tune_steps)

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"task is {self.task!r}; it must be one of {', '.join(TASKS)}")
        if not self.seeds:
            raise ValueError("seeds is empty; at least one run is needed")
        if not 1 <= self.align_steps <= 500 or not 10 <= self.tune_steps <= 1000:
            raise ValueError(
                f"align_steps is {self.align_steps} and tune_steps is {self.tune_steps}; "
                "they must be 1 to 500 and 10 to 1000"
            )
        if not 50 <= self.n_train <= 800:
            raise ValueError(f"n_train is {self.n_train}; it must be 50 to 800")


@dataclass(frozen=True, eq=False)
class AlignResult:
    """What came out.

    Args:
        params: what was asked.
        eval_steps: [eval], the steps of stage 3 at which the test half was classified.
        accuracy: [arm seed eval], shares of the test half, in the order of ARMS.
        distance: [seed step], the dataset distance between embedded task and embedded sentences along stage 2.
        flow: [frame sample 2], the embedded samples of the first seed along stage 2, in the plane of `source`.
        flow_steps: [frame], the steps of these frames.
        flow_labels: [sample]. source: [sentence 2], the sentences in the plane of their two main directions and the
            way of the samples. source_labels: [sentence].
        seconds: how long it took.
        checks: the identities of the run.
    """

    params: AlignParams
    eval_steps: Int[np.ndarray, "eval"]
    accuracy: Float[np.ndarray, "arm seed eval"]
    distance: Float[np.ndarray, "seed step"]
    flow: Float[np.ndarray, "frame sample 2"]
    flow_steps: Int[np.ndarray, "frame"]
    flow_labels: Int[np.ndarray, "sample"]
    source: Float[np.ndarray, "sentence 2"]
    source_labels: Int[np.ndarray, "sentence"]
    seconds: float
    checks: tuple[Check, ...]


def evaluation_steps(tune_steps: int) -> Int[np.ndarray, "eval"]:
    """The steps of stage 3 after which the test half is classified.

    Invariant: EVALUATIONS rising numbers, the last of them `tune_steps`.
    """
    return np.linspace(tune_steps / EVALUATIONS, tune_steps, EVALUATIONS).round().astype(np.int64)


def recording(params: AlignParams) -> str:
    """The name of the recorded run of a task, tuned or frozen."""
    return f"transport/orca_{params.task}_{'tuned' if params.tune_body else 'frozen'}.npz"


@functools.cache
def recorded_alignment(task: str, *, tune_body: bool = True) -> AlignResult:
    """The recorded run of a task with its default parameters.

    Args:
        task: one of TASKS. tune_body: whether stage 3 trained the body.

    Raises:
        ValueError: for another task.
        AssetError: if the file is missing or damaged.

    Invariant: three seeds for each arm.
    Source: `python -m core.assets record orca alignments`.
    """
    return kept(recording(AlignParams(task=task, tune_body=tune_body)), AlignResult)
