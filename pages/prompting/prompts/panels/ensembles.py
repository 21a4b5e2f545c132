"""What several prompts bring together: twelve with other examples, over all subsets."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from components.page import Badge, Page, Panel
from core.checks import Check
from core.prompting import over_subsets, recorded_leanings, single_check
from pages.prompting.prompts.figures.ensembles import ensembles_figure
from pages.prompting.prompts.panels.formats import log_probs, truth
from pages.prompting.prompts.words import BATCH, ENSEMBLES, RAW, ensembles_title


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
def curves(correction: str) -> Mapping[str, np.ndarray]:
    """By combination, its accuracy over the number of prompts."""
    return over_subsets(log_probs(correction)[places()], truth())


def draw(page: Page) -> None:
    """The choice of a correction, and the curves."""
    correction = page.controls.choice("members", "The prompts", [RAW, BATCH], label_visibility="collapsed")
    found = curves(correction)
    title = ensembles_title(found)
    fig = ensembles_figure(found, look=page.look, title=title)
    page.plot(fig, name="ensembles", alt=f"Curves of accuracy over the number of prompts. {title}.")
    single = (log_probs(correction)[places()].argmax(axis=-1) == truth()).mean(axis=-1)
    page.note(
        f"Sentiment, {len(truth())} reviews, exact means over all subsets of {len(places())} prompts with 1 to 8 "
        f"examples. Alone they are right in <b>{single.min():.0%}</b> to <b>{single.max():.0%}</b>. “Best on half” "
        "picks a prompt by half of the labeled reviews and is measured on the other half."
    )


def checks(page: Page) -> Sequence[Check]:
    """Of one member every combination is the mean accuracy of the prompts."""
    correction = page.controls.value("members")
    return [single_check(curves(correction), log_probs(correction)[places()], truth())]


def script(page: Page) -> str:
    """A script that computes the curves from what is recorded."""
    how = "batch(run.log_probs)" if page.controls.value("members") == BATCH else "run.log_probs"
    return f"""import numpy as np

from core.prompting import TASKS, batch, over_subsets, recorded_leanings, recorded_run

kept = recorded_leanings()
task = TASKS[kept.task]
runs = [recorded_run(kept.task, params) for params in kept.params if params.examples]
truth = np.array([task.labels.index(item.answer) for item in task.items])
print(over_subsets(np.stack([{how} for run in runs]), truth))
"""
