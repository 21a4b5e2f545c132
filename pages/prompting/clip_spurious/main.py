"""The CLIP page's main figure, its live sentence, and what a visitor takes along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.course import PANEL, Values
from components.page import Page
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    FAMILY,
    Repair,
    RepairVectors,
    calibrated_projection,
    class_vectors,
    debias_text,
    fade_scenes,
    fade_shares,
    group_accuracy,
    increase,
    orthogonal_projection,
    probabilities,
    recorded_clip,
    reject,
    render_fade,
    roboshot,
    span,
    training_shares,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures import groups as tables
from pages.prompting.clip_spurious.figures.fade import fade
from pages.prompting.clip_spurious.figures.tables import large_picture
from pages.prompting.clip_spurious.topic import AS_IT_IS, GROUPS, IDLE, REPAIRED
from pages.prompting.clip_spurious.words import finding

if TYPE_CHECKING:
    import pandas as pd

GROUP_CLICKED = "clip_spurious_group_clicked"
"""Set in the session by a click on a cell, until the pictures of that group have been drawn."""


@dataclass(frozen=True)
class Shown:
    """What is on screen: a model, a bird, the share of water behind it, and the repair."""

    page: Page
    model: str
    place: int
    percent: float
    repair: Repair

    @property
    def bird(self) -> str:
        """The true class of the bird."""
        return str(fade_scenes()[self.place].bird)

    @property
    def scale(self) -> float:
        """exp(logit_scale) of the model."""
        return recorded_clip(self.model).scale

    def chances(self, repair: Repair) -> np.ndarray:
        """Probabilities of the classes over the fade, [share class]."""
        return probabilities(results.fade_of(self.model, self.place, repair), self.scale)

    @property
    def words(self) -> RepairVectors:
        """The vectors of the words that the repair goes by."""
        return results.repair_vectors(self.model, self.repair)

    @property
    def plain(self) -> Repair:
        """The same without a repair."""
        return replace(self.repair, kind="none")


def resting(page: Page, name: str) -> dict[str, Any]:
    """How a control is drawn: at rest, and with a word why, where the open panel does not read it."""
    panel = page.controls.value(PANEL)
    if name not in IDLE.get(panel, ()):
        return {}
    return {"disabled": True, "help": f"It changes nothing in “{panel}”. It works again in the main figure."}


def main_figure(shown: Shown) -> None:
    """The bird, the scores that cross, and the group tables; one below the other where the screen is narrow."""
    page, repair = shown.page, shown.repair
    before = shown.chances(shown.plain)
    after = None if repair.kind == "none" else shown.chances(repair)
    left, middle, right = st.columns([4.1, 4, 3.1])
    with left:
        address = results.picture_of(shown.place, shown.percent)
        st.html(large_picture(address, f"A {shown.bird} before {shown.percent:g} % water", look=page.look))
    with middle:
        title = finding(shown.bird, before)
        at = shown.percent / 100
        fig = fade(fade_shares(), before, after, at=at, look=page.look, title=title, classes=CLASSES)
        # In a third of the screen the title takes a second line, of which the figure gives back the room.
        fig.update_layout(height=page.look.hero - round(1.3 * page.look.title_size))
        page.plot(fig, name="fade", alt=f"Probabilities of both classes over the water in the background. {title}.")
    with right:
        group_tables(shown)


def group_tables(shown: Shown) -> None:
    """The group table, and the one after the repair; a click on a cell opens the pictures of that group."""
    page, plain = shown.page, results.groups_of(shown.model, shown.plain)
    found = {"all test pictures": plain}
    title = f"Worst group: {plain.worst:.0%} right"
    if shown.repair.kind != "none":
        after = results.groups_of(shown.model, shown.repair)
        found = {AS_IT_IS: plain, REPAIRED: after}
        title = f"Worst group: {plain.worst:.0%}, repaired {after.worst:.0%}"
    fig = tables.group_tables(
        [(name, groups.table, groups.interval) for name, groups in found.items()],
        look=page.look,
        title=title,
        classes=CLASSES,
        backgrounds=[f"on {ground}" for ground in BACKGROUNDS],
    )
    alt = f"Accuracy of each class on each background, with 95 % intervals. {title}."
    page.plot(fig, name="groups", alt=alt, on_click=open_group)


def open_group(cell: Sequence[Any]) -> Values:
    """What a click on a cell of a group table sets."""
    row, column, table = (int(value) for value in cell)
    st.session_state[GROUP_CLICKED] = True
    group = GROUPS[len(BACKGROUNDS) * row + column]
    return {"group": group, "seen": REPAIRED if table else AS_IT_IS, PANEL: "Groups"}


def reading(shown: Shown) -> str:
    """The live sentence: the answer for the picture on screen, and the groups behind it."""
    at = int(np.abs(100 * fade_shares() - shown.percent).argmin())
    truth = CLASSES.index(shown.bird)
    groups = results.groups_of(shown.model, shown.plain)
    correlation = FAMILY[shown.model].training.corpus.correlation
    text = (
        f"True class <b>{shown.bird}</b>, at {shown.percent:g} % of water with probability "
        f"<b>{shown.chances(shown.plain)[at, truth]:.2f}</b>. Of 1200 test pictures {groups.average:.0%} are right, "
        f"in the worst group <b>{groups.worst:.0%}</b>; weighted like the pictures captioned by class, "
        f"{groups.weighted(training_shares(correlation)):.1%}."
    )
    if shown.repair.kind == "none":
        return text
    after = results.groups_of(shown.model, shown.repair)
    return (
        f"{text} Repaired: <b>{shown.chances(shown.repair)[at, truth]:.2f}</b>, worst group <b>{after.worst:.0%}</b>."
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The curves on screen as a table."""
    import pandas as pd

    before, after = shown.chances(shown.plain), shown.chances(shown.repair)
    columns: dict[str, Any] = {"water": fade_shares()}
    for place, name in enumerate(CLASSES):
        columns |= {name: before[:, place], f"{name} repaired": after[:, place]}
    return pd.DataFrame(columns)


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    return [
        render_fade,
        probabilities,
        span,
        reject,
        increase,
        roboshot,
        class_vectors,
        orthogonal_projection,
        calibrated_projection,
        debias_text,
        group_accuracy,
    ]


def editing(shown: Shown) -> str:
    """The start of a script: the model, its words, and the repair on screen as `edit` and `reword`."""
    repair = shown.repair
    s, rank = repair.strength, repair.rank
    edit = {
        "reject": f"clip.reject(x, harmful, strength={s}, rank={rank})",
        "increase": f"clip.increase(x, helpful, strength={s}, rank={rank})",
        "both": f"clip.roboshot(x, harmful, helpful, reject_strength={s}, increase_strength={s}, rank={rank})",
    }.get(repair.kind, "x")
    flat = f"clip.orthogonal_projection(harmful.reshape(-1, harmful.shape[-1]), rank={rank})"
    matrix = {"project": flat, "calibrate": f"clip.calibrated_projection({flat}, same, weight={repair.weight})"}
    words = f"clip.debias_text(t, {matrix[repair.kind]}, strength={s})" if repair.kind in matrix else "t"
    return f"""import numpy as np

from core import clip

model = clip.load_clip({shown.model!r})
prompts = clip.class_prompts(model.classes)
classes = clip.class_vectors(model.encode_text(sum(prompts, [])), [len(p) for p in prompts])


def pairs(texts):
    return model.encode_text([text for pair in texts for text in pair]).reshape(len(texts), 2, -1)


harmful = pairs({list(repair.harmful)!r})
helpful = pairs({list(repair.helpful)!r})
same = pairs(clip.group_prompts())


def edit(x):
    return {edit}


def reword(t):
    return {words}

"""


def script(shown: Shown) -> str:
    """A script that computes the fade and the group tables on screen with `core` alone."""
    return f"""{editing(shown)}
scene = clip.fade_scenes()[{shown.place}]
x = model.encode_image(clip.render_fade(scene, clip.fade_shares()))
for name, images, words in (("as it is", x, classes), ("repaired", edit(x), reword(classes))):
    chances = clip.probabilities(images @ words.T, model.scale)[:, model.classes.index(scene.bird)]
    here = np.abs(clip.fade_shares() - {shown.percent / 100}).argmin()
    print(f"{{name}}: {{scene.bird}} with probability {{chances[here]:.2f}} at {shown.percent:g} % of water")

label, background = clip.evaluation_labels()
x = model.encode_image(clip.render_all(clip.evaluation_scenes()))
for name, images, words in (("as it is", x, classes), ("repaired", edit(x), reword(classes))):
    found = clip.group_accuracy(clip.predict(images, words), label, background)
    print(f"{{name}}: average {{found.average:.0%}}, worst group {{found.worst:.0%}}")
    print(found.table)
"""
