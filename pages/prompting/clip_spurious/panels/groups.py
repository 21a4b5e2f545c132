"""The CLIP page's panel about groups: their pictures, right and wrong, and every treatment of the model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from components.phrases import signed
from components.sight import bring_into_sight
from core.clip import BACKGROUNDS, CLASSES, CONTROL, Example, Verdict
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.groups import treatments
from pages.prompting.clip_spurious.figures.tables import percent_range, picture_row
from pages.prompting.clip_spurious.main import GROUP_CLICKED, Shown
from pages.prompting.clip_spurious.topic import AS_IT_IS, GROUPS, REPAIRED
from pages.prompting.clip_spurious.words import best_in_words

if TYPE_CHECKING:
    import pandas as pd

MOST = 8
EDITS = ("reject", "increase", "reject and increase", "projected words", "calibrated words")
"""The treatments that edit vectors by insights."""


def groups(shown: Shown) -> None:
    """The pictures of one group, then every treatment of the model by its average and its worst group."""
    with st.container(key="clip_examples"):
        _pictures(shown)
    if st.session_state.pop(GROUP_CLICKED, False):
        bring_into_sight("clip_examples")
    _treatments(shown)


def _pictures(shown: Shown) -> None:
    page, repair = shown.page, shown.plain
    left, right = st.columns([3, 1])
    with left:
        name = page.controls.choice("group", "Pictures of the group", list(GROUPS))
    with right:
        if shown.repair.kind != "none" and page.controls.choice("seen", "Model", [AS_IT_IS, REPAIRED]) == REPAIRED:
            repair = shown.repair
    truth, ground = divmod(GROUPS.index(name), len(BACKGROUNDS))
    found = results.examples_of(shown.model, repair, (truth, ground), most=MOST)
    accuracy = results.groups_of(shown.model, repair)
    ends = percent_range(accuracy.interval[truth, ground])
    page.note(
        f"Of {found.n_wrong + found.n_right} test pictures of a {name}, <b>{found.n_right}</b> are read right: "
        f"<b>{accuracy.table[truth, ground]:.0%}</b>, Wilson’s 95 % interval {ends}."
    )
    st.html(
        picture_row(f"{found.n_wrong} wrong", _shown(found.wrong), color=page.look.role("rejected"))
        + picture_row(f"{found.n_right} right", _shown(found.right), color=page.look.role("accepted"))
    )
    st.caption(
        f"At most {MOST} of each, spread evenly over the scores. Below each picture stands the answer with its "
        "probability; in small type the cosines with the words landbird and waterbird."
    )


def _shown(examples: Sequence[Example]) -> list[tuple[str, str, str, str]]:
    """Each example as a row of pictures wants it."""
    rows = []
    for example in examples:
        says = int(np.argmax(example.cosines))
        alt = f"{example.scene.bird} on {example.scene.background}, called a {CLASSES[says]}"
        land, water = example.cosines
        answer = f"{CLASSES[says]} {example.chances[says]:.2f}"
        rows.append((results.small_picture(example.scene), alt, answer, signed(f"{land:+.2f}, {water:+.2f}")))
    return rows


def _treatments(shown: Shown) -> None:
    page = shown.page
    found = results.verdict_of(shown.model)
    rows = {
        name: (float(np.nanmean(groups.table)), groups.worst, groups.worst_interval)
        for name, groups in found.accuracy.items()
    }
    rows |= {name: (rows[name][0], rows[name][1], drawn.worst_range) for name, drawn in found.chance.items()}
    edits = {name: found.accuracy[name] for name in EDITS}
    title = best_in_words(found.accuracy["zero-shot"], edits, found.accuracy["linear probe"])
    fig = treatments(rows, look=page.look, title=title, bar="95 % interval, or range")
    page.plot(fig, name="treatments", alt=f"Average and worst group accuracy of each treatment. {title}.")
    st.caption(
        "All with the page’s own words and insights at full strength. The oracle direction and the linear probe use "
        "labels, which the other rows never see: they show how much of the class the picture encoder holds. The "
        "insights are captions of the kind the model was trained on; those of a language model are noisier. The bar is "
        "Wilson’s 95 % interval of the group that came out worst; it does not know that this group was picked. Two "
        f"controls are drawn: {len(found.chance['random words'].draws)} choices of four random words, and "
        f"{len(found.chance[CONTROL].draws)} spans of random directions. Their rows show the draw with the median "
        "worst group, their bars the lowest and the highest."
    )
    st.dataframe(_table(found), width="stretch", height="content")


def _table(found: Verdict) -> "pd.DataFrame":
    import pandas as pd

    cells = {
        name: [
            f"{groups.table[place]:.1%} ({percent_range(groups.interval[place])})"
            for place in np.ndindex(groups.table.shape)
        ]
        for name, groups in found.accuracy.items()
    }
    return pd.DataFrame.from_dict(cells, orient="index", columns=list(GROUPS))
