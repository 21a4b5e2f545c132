"""What the page says of tasks that were learned and tasks that were asked: at the edges, and of what is recorded."""

from collections.abc import Mapping

import numpy as np
import pytest

from core.tuning import FAMILIES, TASKS, TransferParams, TransferRecord, TransferRun, recorded_transfer
from pages.adaptation.fine_tuning import transferring as words

SEEDS = range(3)
FAMILY = TASKS["meals"].family
REST = tuple(name for name, task in TASKS.items() if task.family != FAMILY)


def made(right: Mapping[tuple[str, ...], Mapping[str, int]]) -> TransferRecord:
    """A record of three seeds with 12 of 24 right everywhere but where it is said, alike on every seed."""
    rows = [(), *((task,) for task in TASKS), REST]
    return TransferRecord(
        tuple(
            TransferRun(TransferParams(row, seed), dict.fromkeys(TASKS, 12) | dict(right.get(row, {})),
                        np.ones(2), 10, 0.0, 0.0)
            for row in rows
            for seed in SEEDS
        )
    )  # fmt: skip


def test_what_is_no_more_than_noise_is_called_so() -> None:
    assert words.transfer_title(made({})) == (
        "One task learned: the task itself 50% to 50% (noise), its relative 50% to 50% (noise), strangers 50% to 50% "
        "(noise); four learned: these 50% to 50% (noise), the two held out 50% to 50% (noise)"
    )


def test_each_kind_is_said_by_itself() -> None:
    own = {(task,): {task: 24} for task in TASKS}
    said = words.transfer_title(made(own))
    assert "the task itself 50% to 100%, its relative 50% to 50% (noise)" in said
    held = words.transfer_title(made({REST: {"meals": 24, "stories": 18}}))
    assert held.endswith("these 50% to 50% (noise), the two held out 50% to 88%")
    worse = words.transfer_title(made({REST: {"meals": 0, "stories": 6}}))
    assert worse.endswith("the two held out 50% to 12%")


@pytest.mark.parametrize("kind", words.SAID)
def test_the_title_is_true_of_what_is_recorded(kind: str) -> None:
    record = recorded_transfer()
    families = {name: task.family for name, task in TASKS.items()}

    def belongs(learned: tuple[str, ...], task: str) -> bool:
        return {
            "itself": learned == (task,),
            "relative": len(learned) == 1 and learned != (task,) and families[learned[0]] == families[task],
            "stranger": len(learned) == 1 and families[learned[0]] != families[task],
            "learned": len(learned) == 4 and task in learned,
            "held out": len(learned) == 4 and families[task] not in {families[name] for name in learned},
        }[kind]

    bare = {run.params.seed: run.right for run in record.runs if not run.params.tasks}
    pairs = [(run, task) for run in record.runs for task in TASKS if belongs(run.params.tasks, task)]
    before = np.mean([bare[run.params.seed][task] / 24 for run, task in pairs])
    after = np.mean([run.right[task] / 24 for run, task in pairs])
    by_seed = [
        np.mean([run.right[task] - bare[seed][task] for run, task in pairs if run.params.seed == seed])
        for seed in SEEDS
    ]
    asked = 24 * len({(run.params.seed, task) for run, task in pairs})
    error = np.sqrt((before * (1 - before) + after * (1 - after)) / asked)
    clear = (min(by_seed) > 0 or max(by_seed) < 0) and abs(after - before) > 1.96 * error
    part = f"{words.SAID[kind]} {before:.0%} to {after:.0%}"
    title = words.transfer_title(record)
    assert part in title
    assert (f"{part} (noise)" in title) != clear


def test_rows_are_called_by_what_was_learned_or_left_out() -> None:
    assert words.label(()) == "nothing"
    assert words.label(("goods",)) == "goods"
    assert words.label(REST) == f"all but {FAMILY}"
    assert [words.label(row) for row in recorded_transfer().rows] == [
        "nothing", *TASKS, *(f"all but {family}" for family in FAMILIES)
    ]  # fmt: skip


def test_the_reading_counts_questions_and_seeds() -> None:
    said = words.transfer_reading(recorded_transfer())
    run = next(run for run in recorded_transfer().runs if run.params.tasks)
    assert f"<b>{run.params.steps}</b> updates of 8 questions" in said
    assert "A cell is <b>72</b> new questions, over <b>3</b> seeds" in said
