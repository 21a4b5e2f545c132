"""What several prompts bring together: twelve with other examples, or eight formats, over all subsets."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel
from core.checks import Check
from core.prompting import Difference, difference, over_subsets, recorded_leanings, single_check
from pages.prompting.prompts.figures.ensembles import ensembles_figure
from pages.prompting.prompts.panels.formats import drawn_log_probs, log_probs, truth
from pages.prompting.prompts.topic import VIEWS
from pages.prompting.prompts.words import (
    BATCH,
    ENSEMBLES,
    OTHER_EXAMPLES,
    OTHER_FORMATS,
    RAW,
    ensembles_reading,
    ensembles_title,
)


def panel(page: Page) -> Panel:
    """Ensembles in the place of the main figure."""
    return Panel(
        ENSEMBLES,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED, Badge.EXACT),
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@cache
def places() -> list[int]:
    """Where the prompts with examples stand among the recorded ones."""
    return [place for place, params in enumerate(recorded_leanings().params) if params.examples]


@cache
def members(differ: str, correction: str) -> np.ndarray:
    """Log-probabilities of the labels under the prompts of each ensemble, shape [ensemble member item label].

    With other examples there is one ensemble; with other formats one for each draw of four examples.
    """
    if differ == OTHER_FORMATS:
        return np.swapaxes(drawn_log_probs(correction), 0, 1)
    return log_probs(correction)[places()][None]


@cache
def answers(differ: str) -> np.ndarray:
    """By item of the ensembles, the place of its label."""
    return truth()[: members(differ, RAW).shape[2]]


@cache
def curves(differ: str, correction: str) -> Mapping[str, np.ndarray]:
    """By combination, its accuracy over the number of prompts, mean over the ensembles."""
    each = [over_subsets(logs, answers(differ)) for logs in members(differ, correction)]
    return {name: np.mean([found[name] for found in each], axis=0) for name in each[0]}


@cache
def gain(differ: str, correction: str) -> Difference:
    """What the mean log-probability of all members brings beside one of them, over the items."""
    found = members(differ, correction)
    single = found.argmax(axis=-1) == answers(differ)
    # Every member counts alike only where its labels' probabilities sum to 1.
    normed = found - np.logaddexp.reduce(found, axis=-1, keepdims=True)
    together = normed.mean(axis=1).argmax(axis=-1) == answers(differ)
    return difference([*single.reshape(-1, single.shape[-1])], [*together])


def draw(page: Page) -> None:
    """The choice of prompts and of a correction, and the curves."""
    left, right = st.columns([2, 2.6], vertical_alignment="bottom")
    with left:
        differ = page.controls.choice("differ", "The prompts have", VIEWS["differ"], label_visibility="collapsed")
    with right:
        correction = page.controls.choice("members", "Correction", [RAW, BATCH], label_visibility="collapsed")
    found, logs = curves(differ, correction), members(differ, correction)
    title = ensembles_title(found)
    fig = ensembles_figure(found, look=page.look, title=title)
    page.plot(fig, name="ensembles", alt=f"Curves of accuracy over the number of prompts. {title}.")
    single = (logs.argmax(axis=-1) == answers(differ)).mean(axis=-1)
    what = (
        f"{logs.shape[1]} prompts with 1 to 8 examples"
        if differ == OTHER_EXAMPLES
        else f"{logs.shape[1]} formats of the same four examples, mean of {len(logs)} draws of them"
    )
    together = ensembles_reading(gain(differ, correction), logs.shape[1])
    page.note(
        f"Sentiment, {logs.shape[2]} reviews, exact means over all subsets of {what}. Alone they are right in "
        f"<b>{single.min():.0%}</b> to <b>{single.max():.0%}</b>. {together} "
        "“Best on half” picks a prompt by half of the labeled reviews and is measured on the other half."
    )


def checks(page: Page) -> Sequence[Check]:
    """Of one member every combination is the mean accuracy of the prompts."""
    differ, correction = page.controls.value("differ"), page.controls.value("members")
    found = members(differ, correction)
    return [single_check(curves(differ, correction), found.reshape(-1, *found.shape[2:]), answers(differ))]


def script(page: Page) -> str:
    """A script that computes the curves from what is recorded."""
    how = "batch(run.log_probs)" if page.controls.value("members") == BATCH else "run.log_probs"
    if page.controls.value("differ") == OTHER_FORMATS:
        return f"""import numpy as np

from core.prompting import batch, over_subsets, recorded_formats

kept = recorded_formats()
task = kept.runs[0][0].evaluation().task
truth = np.array([task.labels.index(item.answer) for item in task.items])
draws = [over_subsets(np.stack([{how} for run in formats]), truth) for formats in zip(*kept.runs)]
for name in draws[0]:
    print(name, np.mean([found[name] for found in draws], axis=0).round(3))
"""
    return f"""import numpy as np

from core.prompting import TASKS, batch, over_subsets, recorded_leanings, recorded_run

kept = recorded_leanings()
task = TASKS[kept.task]
runs = [recorded_run(kept.task, params) for params in kept.params if params.examples]
truth = np.array([task.labels.index(item.answer) for item in task.items])
print(over_subsets(np.stack([{how} for run in runs]), truth))
"""
