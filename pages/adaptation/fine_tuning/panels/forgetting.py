"""What is forgotten: perplexity on other texts after tuning, by method and learning rate, and with rehearsal."""

from typing import TYPE_CHECKING

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import NAMES_OF_OTHERS, TuningRun, grown, recorded_rehearsal, recorded_runs
from pages.adaptation.fine_tuning import comparing
from pages.adaptation.fine_tuning.figures.forgetting import forgetting
from pages.adaptation.fine_tuning.figures.rehearsal import rehearsal
from pages.adaptation.fine_tuning.topic import NAMES, REHEARSED

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 175


def draw(page: Page) -> None:
    """Perplexity after tuning over that before, of all methods or of those that rehearse."""
    first, second = st.columns(2, vertical_alignment="bottom")
    with first:
        text = NAMES_OF_OTHERS.index(
            page.controls.choice("other", "A text about something else", list(NAMES_OF_OTHERS))
        )
    with second:
        shown = page.controls.choice("compared", "Shown", ["all methods", REHEARSED])
    if shown == REHEARSED:
        _rehearsed(page, text)
    else:
        _methods(page, text)


def _methods(page: Page, text: int) -> None:
    record, look = recorded_runs(), page.look
    words = comparing.forgetting_title(record, text)
    fig = forgetting(record, NAMES, text, look=look, title=words, height=room(look, ABOVE))
    page.plot(fig, name="forgetting", alt=f"Perplexity on another text after tuning, by method. {words}.")
    page.note(comparing.forgetting_reading(record, text))


def _rehearsed(page: Page, text: int) -> None:
    record, found, look = recorded_runs(), recorded_rehearsal(), page.look
    words = comparing.rehearsal_title(record, found, text)
    fig = rehearsal(record, found, NAMES, text, look=look, title=words, height=room(look, ABOVE))
    page.plot(fig, name="rehearsal", alt=f"Perplexity on another text over the rehearsed share. {words}.")
    page.note(comparing.rehearsal_reading(record, found))


def checks(page: Page) -> tuple[Check, ...]:
    """The checks of the runs that are shown; of all methods the probe leaves every weight and each perplexity."""
    if page.controls.value("compared") == REHEARSED:
        return recorded_rehearsal().checks
    probe = recorded_runs().chosen("probe")
    moved = max(float(abs(run.perplexity - run.before).max()) for run in probe)
    return (Check("After a probe: the old perplexity", moved, 0.0, "both texts, all seeds"), *recorded_runs().checks)


def data() -> "pd.DataFrame":
    """Perplexities after tuning over those before, one line for each run."""
    import pandas as pd

    runs = [(0.0, run) for run in recorded_runs().runs]
    runs += [(one.share, one.run) for one in recorded_rehearsal().runs]
    return pd.DataFrame(_row(share, run) for share, run in runs)


def _row(share: float, run: TuningRun) -> dict[str, object]:
    params, times = run.params, dict(zip(NAMES_OF_OTHERS, grown(run), strict=True))
    accuracies = {"id_accuracy": run.id_accuracy, "ood_accuracy": run.ood_accuracy}
    chosen = {"method": params.method, "learning_rate": params.rate, "seed": params.seed, "rehearsed": share}
    return chosen | times | accuracies


def script() -> str:
    """A script that prints the recorded perplexities."""
    return """from core.tuning import grown, recorded_rehearsal, recorded_runs

# Recorded by: python -m core.assets record tuning methods
for method in recorded_runs().methods:
    for run in recorded_runs().tried(method):
        print(method, run.params.rate, run.before.round(2), run.perplexity.round(2))
# Recorded by: python -m core.assets record tuning rehearsal
for one in recorded_rehearsal().runs:
    print(one.run.params.method, "seed", one.run.params.seed, f"rehearsed {one.share:.1%}", grown(one.run).round(2))
"""
