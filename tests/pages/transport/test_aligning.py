"""What the page says of alignment: over all recorded runs, and over every way in which the seeds may fall."""

import numpy as np
import pytest

from components.phrases import signed
from core.orca import ARMS, TASKS, AlignResult, recorded_alignment
from pages.adaptation.transport import aligning

RUNS = [recorded_alignment(task, tune_body=tuned) for task in TASKS for tuned in (True, False)]
LOW, MIDDLE, HIGH = (np.array([level - 0.05, level, level + 0.05]) for level in (0.3, 0.5, 0.7))


def ends(run: AlignResult) -> dict[str, np.ndarray]:
    return dict(zip(ARMS, run.accuracy[:, :, -1], strict=True))


def name_of(run: AlignResult) -> str:
    return f"{run.params.task}-{run.params.tune_body}"


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_the_title_of_each_recorded_run_tells_arms_apart_by_their_seeds(run: AlignResult) -> None:
    last, said = ends(run), aligning.of_the_ends(ends(run))
    best = max(last, key=lambda arm: last[arm].mean())
    for arm, values in last.items():
        apart = values.max() < last[best].min()
        assert (arm in said) == (not apart)
    assert said.startswith("No difference between")
    assert "is shown by 3 seeds" in said


def test_one_arm_above_all_seeds_of_all_others_ends_highest() -> None:
    last = {"a": np.array([0.8, 0.9]), "b": np.array([0.5, 0.79])}
    assert aligning.of_the_ends(last) == "“a” ends highest in 2 seeds: 80% to 90%"
    overlapping = {**last, "b": np.array([0.5, 0.81])}
    assert aligning.of_the_ends(overlapping) == "No difference at the end is shown by 2 seeds"
    third = aligning.of_the_ends({**overlapping, "c": np.array([0.1, 0.2])})
    assert third == "No difference between a and b is shown by 2 seeds; the other ends lower"


def test_a_change_that_the_seeds_do_not_show_is_called_so() -> None:
    apart = aligning.by_seed(np.array([0.8, 0.9]), np.array([0.5, 0.6]))
    assert apart == "<b>+0.300</b> (+0.300 to +0.300)"
    assert "no difference shown by 2 seeds" in aligning.by_seed(np.array([0.5, 0.7]), np.array([0.6, 0.4]))


@pytest.mark.parametrize(
    ("aligned", "plain", "loud", "told"),
    [
        (HIGH, LOW, HIGH, "3 seeds show nothing beyond loudness: aligned against only as loud <b>+0.000</b>"),
        (HIGH, LOW, MIDDLE, "Alignment brings more than loudness alone"),
        (MIDDLE, LOW, HIGH, "Alignment brings less than loudness alone"),
        (HIGH, LOW, np.array([0.1, 0.5, 0.9]), "stays open"),
        (HIGH, HIGH, LOW, "no difference shown by 3 seeds; being only as loud by <b>−0.400</b>"),
    ],
)
def test_the_first_gain_is_set_against_loudness(
    aligned: np.ndarray, plain: np.ndarray, loud: np.ndarray, told: str
) -> None:
    said = aligning.of_the_start(10, aligned, plain, loud)
    assert told in said
    endings = ("nothing beyond loudness", "than loudness alone:", "loudness is at work stays open")
    assert sum(ending in said for ending in endings) == aligning.differ(aligned, plain)


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_each_recorded_run_says_of_loudness_what_its_seeds_say(run: AlignResult) -> None:
    aligned, plain, loud = run.accuracy[:3, :, 0]
    said = aligning.of_the_start(int(run.eval_steps[0]), aligned, plain, loud)
    gains = aligned.min() > plain.max()
    level = aligned.min() <= loud.max() and loud.min() <= aligned.max()
    assert signed(f"<b>{(loud - plain).mean():+.3f}</b>") in said
    assert "-" not in said
    assert ("nothing beyond loudness" in said) == bool(gains and level and loud.min() > plain.max())
    assert ("stays open" in said) == bool(gains and level and loud.min() <= plain.max())
