"""What several prompts bring together: eight formats with the same examples, over all subsets."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from components.page import Badge, Page, Panel
from core.checks import Check
from core.prompting import COMBINATIONS, over_subsets, single_check
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
def by_draw(correction: str) -> Mapping[str, np.ndarray]:
    """By combination, its accuracy over draw of examples and number of prompts."""
    members = log_probs(correction)
    found = [over_subsets(members[:, draw], truth()) for draw in range(members.shape[1])]
    return {name: np.stack([curves[name] for curves in found]) for name in COMBINATIONS}


def draw(page: Page) -> None:
    """The choice of a correction, and the curves."""
    correction = page.controls.choice("members", "The prompts", [RAW, BATCH], label_visibility="collapsed")
    found = by_draw(correction)
    curves = {name: values.mean(axis=0) for name, values in found.items()}
    title = ensembles_title(curves)
    fig = ensembles_figure(curves, look=page.look, title=title)
    page.plot(fig, name="ensembles", alt=f"Curves of accuracy over the number of prompts. {title}.")
    better = {name: int((found[name][:, -1] > found["mean"][:, 0]).sum()) for name in ("mean", "vote")}
    draws = len(found["mean"])
    page.note(
        f"Exact means over all subsets of eight formats, then over {draws} draws of examples. The mean of all eight is "
        f"better than a single prompt in <b>{better['mean']}</b> of {draws} draws, their vote in "
        f"<b>{better['vote']}</b>. “Best on half” picks by half of the labeled items and is measured on the other."
    )


def checks(page: Page) -> Sequence[Check]:
    """Of one member every combination is the mean accuracy of the prompts."""
    return [single_check(by_draw(page.controls.value("members")), log_probs(page.controls.value("members")), truth())]


def script(page: Page) -> str:
    """A script that computes the curves from what is recorded."""
    how = "batch(run.log_probs)" if page.controls.value("members") == BATCH else "run.log_probs"
    return f"""import numpy as np

from core.prompting import batch, over_subsets, recorded_formats

found = recorded_formats()
items = found.runs[0][0].evaluation().task.items
truth = np.array([found.runs[0][0].evaluation().task.labels.index(item.answer) for item in items])
for draw in range(len(found.runs[0])):
    members = np.stack([{how} for run in (runs[draw] for runs in found.runs)])
    print(draw, over_subsets(members, truth))
"""
