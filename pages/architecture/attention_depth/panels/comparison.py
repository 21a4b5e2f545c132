"""One head on two texts or in two models, and the difference of its maps."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from components.screens import alive
from core.attention import AttentionRecord, MapComparison, compare_maps, map_distances, strongest
from core.checks import Check
from core.models import loadable_names, lookup
from pages.architecture.attention.panels.places import Place, place_of
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.compounds import Compared
from pages.architecture.attention_depth.panels.maps import LOW, Opens, side_by_side, without_future
from pages.architecture.attention_depth.panels.opening import DIFFERENCE, HERE, OTHER, THERE, opens
from pages.architecture.attention_depth.words import moved_title, name_of


def panel(shown: Shown) -> Panel:
    """Both maps and their difference in the place of the figure."""
    return Panel(
        "Compare", lambda: draw(shown), stands="instead", checks=lambda: checks(shown), script=lambda: script(shown)
    )


def draw(shown: Shown) -> None:
    """The chosen head on another text or in another model, and the difference."""
    page, record = shown.page, shown.record
    left, right = st.columns([4, 2])
    with left:
        page.controls.text("other_text", "Other text")
    with right:
        names = [name for name in loadable_names() if lookup(name).kind in ("causal_lm", "encoder")]
        page.controls.select("other_model", "Model of the other text", names)
    both = compared(shown)
    if both is None:
        return
    other, found = both
    page.badges(*_sources(shown))
    theirs = head_in(other, shown)
    click = _compared(shown, other, found)
    page.note(_row(page, found))
    page.note(
        f"Orange: the other text gives more; blue: this text does. Compared by {found.unit}: "
        f"<b>{len(found.labels_a)}</b> pairs, <b>{len(found.left_out_a) + len(found.left_out_b)}</b> tokens have no "
        f"partner. Layer {shown.layer}, head {shown.head} against layer {theirs[0]}, head {theirs[1]} of {other.model}."
        f"{_movers(record, other)}"
    )
    st.caption(click)


def compared(shown: Shown) -> tuple[AttentionRecord, MapComparison] | None:
    """The other text and the comparison with it; None where it cannot be shown, which is said."""
    other_text, other_model = (shown.page.controls.value(name) for name in ("other_text", "other_model"))
    if results.other_needs_model(other_model, other_text) and not ensure_loaded(other_model):
        return None
    try:
        other = results.other_of(other_model, other_text)
        head = shown.layer, shown.head
        return other, compare_maps(shown.record, other, head_a=head, head_b=head_in(other, shown))
    except ValueError as error:
        st.warning(literally(str(error)))
        return None


def other_place(shown: Shown) -> Place | None:
    """The compared head on the other text, whose single weights can be taken apart."""
    both = compared(shown)
    if both is None:
        return None
    layer, head = head_in(both[0], shown)
    return place_of(shown.page, both[0], layer, head, name="other text")


def cell_of(shown: Shown, view: str) -> Compared | None:
    """One of the maps of the comparison, whose cells are made of one or several weights."""
    both = compared(shown)
    if both is None:
        return None
    other, found = both
    heads = (shown.layer, shown.head), head_in(other, shown)
    return Compared(shown.page, view, (shown.record, other), heads, found, _run(shown), _sources(shown))


def _sources(shown: Shown) -> tuple[Badge, ...]:
    """Where the numbers of both texts come from."""
    loaded = results.is_loaded(shown.page.controls.value("other_model"))
    return tuple(dict.fromkeys((shown.source, Badge.MEASURED if loaded else Badge.RECORDED)))


def head_in(other: AttentionRecord, shown: Shown) -> tuple[int, int]:
    """The layer and head of the panels, as far as the other model has them."""
    layers, heads = other.weights.shape[:2]
    return min(shown.layer, layers - 1), min(shown.head, heads - 1)


def _movers(record: AttentionRecord, other: AttentionRecord) -> str:
    """The heads of one model whose maps differ most between the texts, in words."""
    if record.model != other.model or record.weights.shape != other.weights.shape:
        return ""
    best = strongest(map_distances(record, other), 3)
    return f" The heads that move most: {', '.join(f'{name_of(i, j)} <b>{value:.0%}</b>' for i, j, value in best)}."


def _row(page: Page, found: MapComparison) -> str:
    """What the query whose row moves most gives less to, and what more, in words."""
    place = int(found.moved_by_query.argmax())
    lost, won = int(found.difference[place].argmin()), int(found.difference[place].argmax())
    if found.moved_by_query[place] < 0.005:
        return "Both maps give the same weights."
    words = [
        f"{token_chip(found.labels_b[key], page.look.role('key'))} goes from <b>{found.map_a[place, key]:.2f}</b> to "
        f"<b>{found.map_b[place, key]:.2f}</b>"
        for key in (lost, won)
    ]
    return f"At {found.unit} {place} the weight on {words[0]}; that on {words[1]}."


def _compared(shown: Shown, other: AttentionRecord, found: MapComparison) -> str:
    """Draws the maps, and returns what a click on them opens, in words."""
    page, record, rows = shown.page, shown.record, found.moved_by_query
    place = int(rows.argmax())
    title = moved_title(found.unit, place, found.labels_a[place], float(rows[place]), found.moved)
    less = "other text less this text"
    maps = {
        "this text": without_future(found.map_a, causal=record.causal),
        "other text": without_future(found.map_b, causal=other.causal),
        less: without_future(found.difference, causal=record.causal and other.causal),
    }
    words = [found.labels_a, found.labels_b, found.labels_b]
    clicks = dict(zip(maps, _clicks(other, found), strict=True))
    side_by_side(page, maps, words, name="compared", finding=title, difference=less, height=LOW, opens=clicks)
    cells = "a weight, or for the difference two weights" if found.unit == "token" else "the weights of its tokens"
    return alive(f"Click a cell to open it by its sum: {cells}.")


def _clicks(other: AttentionRecord, found: MapComparison) -> tuple[Opens, Opens, Opens]:
    """What a click opens in each map: single weights by their own sum, cells of several by their weights."""
    kept = {"other_text": other.text, "other_model": other.model}
    if found.unit == "word":
        return opens(HERE, **kept), opens(THERE, **kept), opens(DIFFERENCE, **kept)

    def at(positions: Sequence[tuple[int, ...]], then: Opens) -> Opens:
        return lambda query, key: then(positions[query][0], positions[key][0])

    ours, theirs = at(found.positions_a, opens()), at(found.positions_b, opens(OTHER, **kept))
    return ours, theirs, opens(DIFFERENCE, **kept)


def checks(shown: Shown) -> list[Check]:
    """The identities of the maps of both texts; none of the other where it cannot be shown."""
    other_model, other_text = (shown.page.controls.value(name) for name in ("other_model", "other_text"))
    own = [*shown.record.checks]
    if results.other_needs_model(other_model, other_text):
        return own
    try:
        theirs = results.other_of(other_model, other_text).checks
    except ValueError:
        return own
    return [*own, *(replace(check, name=f"Other text: {check.name}") for check in theirs)]


def script(shown: Shown) -> str:
    """A script that compares both maps with `core` alone."""
    return f"""{_run(shown)}
print(found.unit, found.moved)
print(found.difference)
"""


def _run(shown: Shown) -> str:
    """The lines of a script that make the comparison."""
    record = shown.record
    other_model, other_text = (shown.page.controls.value(name) for name in ("other_model", "other_text"))
    loader = "load_encoder" if lookup(other_model).kind == "encoder" else "load_causal_lm"
    return f"""from core.attention import compare_maps, to_record, trace
from core.models import {", ".join(sorted({"load_causal_lm", loader}))}

lm, other = load_causal_lm({record.model!r}), {loader}({other_model!r})
a = to_record(lm, trace(lm, {record.text!r}))
b = to_record(other, trace(other, {other_text!r}))
layers, heads = b.weights.shape[:2]
head_a, head_b = ({shown.layer}, {shown.head}), (min({shown.layer}, layers - 1), min({shown.head}, heads - 1))
found = compare_maps(a, b, head_a=head_a, head_b=head_b)"""
