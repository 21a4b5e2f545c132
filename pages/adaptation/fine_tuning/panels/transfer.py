"""LoRA tuned on one task or on several, and tested on all: relatives, strangers, and families that were held out."""

from typing import TYPE_CHECKING

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import recorded_transfer
from pages.adaptation.fine_tuning.figures.transfer import transfer
from pages.adaptation.fine_tuning.transferring import transfer_reading, transfer_title

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 140


def draw(page: Page) -> None:
    """Right answers by what was learned and what was asked."""
    record, look = recorded_transfer(), page.look
    words = transfer_title(record)
    fig = transfer(record, look=look, title=words, height=room(look, ABOVE))
    page.plot(
        fig, name="transfer", alt=f"A table of right answers, by task learned and task asked. {words}.", roomy=True
    )
    page.note(transfer_reading(record))


def checks() -> tuple[Check, ...]:
    """The identities of the recorded runs."""
    return recorded_transfer().checks


def data() -> "pd.DataFrame":
    """Right answers by seed, what was learned, and what was asked."""
    import pandas as pd

    return pd.DataFrame(
        {
            "learned": " + ".join(run.params.tasks) or "nothing",
            "seed": run.params.seed,
            "asked": task,
            "right": hits,
            "questions": run.questions,
        }
        for run in recorded_transfer().runs
        for task, hits in run.right.items()
    )


def script() -> str:
    """A script that prints the recorded answers and one question of each task."""
    return """from core.tuning import TASKS, draw_asked, recorded_transfer

# Recorded by: python -m core.assets record tuning transfer
for learned in recorded_transfer().rows:
    print(learned or "nothing", {task: recorded_transfer().cell(learned, task).share for task in TASKS})
for task in TASKS:
    print(draw_asked(task, 0)[1][0])
"""
