"""The CLIP page's panel about repair: every edit of pictures or words, its rank, strength and group table."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from components.jobs import job_panel
from components.page import Page
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    CONTROL,
    MAX_INSIGHTS,
    REPAIRS,
    TEXT_SIDE,
    AdviceParams,
    Chance,
    GroupAccuracy,
    Repair,
    RepairVectors,
    ask_for_insights,
    class_kept,
    differences,
    directions_used,
    read_pairs,
    recorded_clip,
    remove,
    residual,
    roboshot,
    span,
    write_pairs,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.groups import treatments
from pages.prompting.clip_spurious.figures.tables import group_card, percent_range
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.topic import LOWEST_RANK
from pages.prompting.clip_spurious.words import (
    about_lines,
    best_in_words,
    counted,
    edit_in_words,
    spread_in_words,
)

WEIGHTS = ("0", "1", "10", "100", "1000", "10000")
PUBLISHED_WEIGHT = 1000.0
ADVISED = "clip_advised"


def repair_of(page: Page, kind: str) -> Repair:
    """The repair that the page's controls or its link ask for, within what core takes."""
    value = page.controls.value
    return Repair(
        kind,
        read_pairs(value("harmful")),
        read_pairs(value("helpful")),
        strength=min(max(value("strength"), 0), 100) / 100,
        rank=min(max(value("rank"), 0), 2 * MAX_INSIGHTS),
        weight=float(value("weight")) if value("weight") in WEIGHTS else PUBLISHED_WEIGHT,
    )


def repair(shown: Shown) -> None:
    """The insights, the rank and strength of the edits, every edit's group table, and what predicts its success."""
    page = shown.page
    insights = shown.repair.harmful, shown.repair.helpful
    strength, rank, weight = st.columns([3, 3, 4], vertical_alignment="bottom")
    with strength:
        page.controls.slider("strength", "Strength of every edit (%)", 0, 100)
    with rank:
        most = max(LOWEST_RANK, 2 * max(map(len, insights)))
        page.controls.slider("rank", "Rank: directions at most", 0, most)
    with weight:
        page.controls.choice("weight", "Calibration weight λ", list(WEIGHTS))
    left, right = st.columns([2, 3])
    with left:
        for name, label, pairs in zip(
            ("harmful", "helpful"), ("Harmful insights, one pair a line", "Helpful insights"), insights, strict=True
        ):
            text = page.controls.text(name, label, lines=4)
            if said := about_lines(text, pairs, _rank(results.pair_vectors(shown.model, pairs))):
                st.caption(said)
    found = {kind: results.groups_of(shown.model, _with(shown.repair, kind)) for kind in REPAIRS}
    control = results.control_of(shown.model, _with(shown.repair, "reject"))
    with right:
        _chart(shown, found, control)
    st.html(_cards(shown, found, control))
    st.caption(
        "Each table: accuracy with Wilson’s 95 % interval. The edits of pictures change the vectors of pictures and "
        "leave the class names as they are; “project” and “calibrate” change the class names and leave the pictures. "
        "Those take every harmful text for a prompt of its own, with all that the texts share, so more of the class "
        "may go with them. “Calibrate” also draws “a landbird on land” and “a landbird on water” together, and in the "
        "same way for the waterbird: the more the larger λ is, and with λ = 0 it is “project”. Random directions, as "
        f"many as reject takes, are the control: drawn {len(control.draws)} times. The table is that of the draw "
        "with the median worst group, the bar in the chart goes from the lowest to the highest."
    )
    shown.page.note(prediction(shown.repair, shown.words))
    _residuals(shown)
    _adviser(page)


def _with(repair: Repair, kind: str) -> Repair:
    return replace(repair, kind=kind)


def _rank(pairs: np.ndarray) -> int:
    return int(span(differences(pairs)).shape[1])


def _chart(shown: Shown, found: Mapping[str, GroupAccuracy], control: Chance) -> None:
    rows = {_title(kind): (groups.average, groups.worst, groups.worst_interval) for kind, groups in found.items()}
    rows[CONTROL] = (control.median.average, control.median.worst, control.worst_range)
    title = _finding(shown, found, control)
    bar = "95 % interval, or range"
    fig = treatments(rows, look=shown.page.look, title=title, bar=bar, height=400)
    shown.page.plot(fig, name="repair", alt=f"Average and worst group accuracy of each edit. {title}.")


def _finding(shown: Shown, found: Mapping[str, GroupAccuracy], control: Chance) -> str:
    """What the chosen edit does; without one, what the best of them would do."""
    kind = shown.repair.kind
    if kind != "none":
        return edit_in_words(kind, found["none"], found[kind], control)
    edits = {name: groups for name, groups in found.items() if name != "none"}
    return best_in_words(found["none"], edits, results.verdict_of(shown.model).accuracy["linear probe"])


def prediction(repair: Repair, words: RepairVectors) -> str:
    """How much of the class direction's length the edit leaves, in words: the failure predictor."""
    if repair.kind not in TEXT_SIDE:
        repair = _with(repair, "reject")
    count, kept = directions_used(repair, words), class_kept(repair, words)
    what = "Rejecting" if repair.kind == "reject" else "Taking out of the words"
    return (
        f"{what} {counted(count)} leaves <b>{kept:.0%}</b> of the length of the direction that tells the classes apart "
        f"in words, <b>{kept**2:.0%}</b> of its square."
    )


def _title(kind: str) -> str:
    return "as it is" if kind == "none" else kind


def _cards(shown: Shown, found: Mapping[str, GroupAccuracy], control: Chance) -> str:
    chosen = shown.page.look.accent(shown.page.topic.chapter)
    cards = [
        _card(kind, _does(shown, kind), groups, chosen if kind == shown.repair.kind else "transparent")
        for kind, groups in found.items()
    ]
    spread = f"worst group over {len(control.draws)} draws: {spread_in_words(control)}"
    cards.append(_card(CONTROL, _does(shown, CONTROL), control.median, "transparent", spread))
    return f'<div class="clip-row">{"".join(cards)}</div>'


def _does(shown: Shown, kind: str) -> str:
    """The edit in a few words, with the number of directions it uses."""
    if kind == "none":
        return "no edit"
    count = directions_used(_with(shown.repair, kind), shown.words)
    return {
        "reject": f"pictures: {count} off",
        "increase": f"pictures: {count} up",
        "both": "pictures: off, then up",
        "project": f"words: {count} off",
        "calibrate": f"words: {count} off, λ = {shown.repair.weight:g}",
        CONTROL: f"pictures: {count} off",
    }[kind]


def _card(kind: str, does: str, groups: GroupAccuracy, border: str, spread: str = "") -> str:
    summary = (
        spread or f"average {groups.average:.0%}, worst {groups.worst:.0%} ({percent_range(groups.worst_interval)})"
    )
    names = {"classes": CLASSES, "backgrounds": BACKGROUNDS}
    return group_card(_title(kind), does, groups.table, groups.interval, summary, border=border, **names)


def _residuals(shown: Shown) -> None:
    """What is left in the removed span: nothing after reject, something after both."""
    x, words = recorded_clip(shown.model).images, shown.words
    basis, both = span(differences(words.harmful)), roboshot(x, words.harmful, words.helpful)
    shown.page.note(
        f"At full strength and rank, the largest part left in the removed span after reject is "
        f"<b>{residual(remove(x, basis), basis):.0e}</b>; after both it is <b>{residual(both, basis):.2f}</b>: "
        "strengthening brings back a part wherever the two spans are not orthogonal."
    )


def _adviser(page: Page) -> None:
    """The bundled language model's own suggestions, for the visitor to judge and to make pairs of."""
    with st.expander("Ask a language model for harmful insights", on_change="rerun", key="clip_adviser") as box:
        if not box.open:
            return
        st.caption(
            "A model of 135 million parameters is a weak adviser. Its answer stands here word for word, right or wrong."
        )
        params = AdviceParams()
        advice = job_panel(ask_for_insights, params, start="Ask", cost="About ten seconds of one free core, once.")
        if advice is None:
            return
        said = zip(params.questions, advice.answers, strict=True)
        text = "\n\n".join(f"You: {question}\nSmolLM2-135M: {answer}" for question, answer in said)
        st.code(text, language=None, wrap_lines=True)
        st.text_area("What of it is of use, as pairs like “a bird in a forest | a bird on a lake”", key=ADVISED)
        st.button("Add to the harmful insights", on_click=add_advised, args=(page,))


def add_advised(page: Page) -> None:
    """Appends the pairs that a visitor has made of the answer to the harmful insights. A callback."""
    pairs = read_pairs(st.session_state.get(ADVISED) or "")
    present = read_pairs(page.controls.value("harmful"))
    page.controls.set({"harmful": write_pairs(tuple(dict.fromkeys((*present, *pairs))))})
    st.session_state[ADVISED] = ""
