"""The view on a search depth first: into the best state, and back where it leads nowhere."""

from functools import lru_cache

import streamlit as st

from components.figures.heights import room
from components.refusals import told
from core.checks import Check
from core.reasoning import Search24, depth_first24, reachable, search24, solve24, value_of
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.tree import tree
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels.hands import NEAREST, ORACLE, asked, error_slider, signs

MOST = 60
"""States that the slider lets it go into."""

ABOVE = 160


@lru_cache(maxsize=64)
def search(hand: tuple[int, ...], evaluator: str, error: float, most: int) -> Search24:
    """The search on screen."""
    if evaluator == ORACLE:
        return depth_first24(hand, evaluator="oracle", error=error, most=most)
    return depth_first24(hand, most=most)


def _searched(shown: Shown) -> Search24:
    value = shown.page.controls.value
    return search(asked(shown), value("evaluator"), value("error") / 100, value("gone"))


def depth_first(shown: Shown) -> None:
    """The states of a search depth first, as far as it has gone."""
    page = shown.page
    places = st.columns([2.2, 2.4, 3, 3], vertical_alignment="bottom")
    with places[0]:
        page.controls.text("hand", "Four numbers, 1 to 13")
    with places[1]:
        evaluator = page.controls.select("evaluator", "Best is the first by", [NEAREST, ORACLE])
    with places[2]:
        most = page.controls.slider("gone", "States gone into, at most", 1, MOST)
    if evaluator == ORACLE:
        with places[3]:
            error_slider(page)
    try:
        found = _searched(shown)
    except ValueError as error:
        told(error)
        return
    gone, back = entered(found), dead_ends(found)
    title = findings.of_going_back(found.solution is not None, bool(solve24(found.numbers)), gone, back, gone >= most)
    fig = tree(found, 3, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="depth", alt=f"The states of a search depth first. {title}.", roomy=True)
    wide = search24(found.numbers, beam=5)
    ended = "found" if wide.solution else "not found"
    way = f"It ends with <b>{signs(found.solution)}</b>. " if found.solution else ""
    rule = (
        "A state that the oracle calls impossible is never gone into."
        if evaluator == ORACLE
        else "Nothing is dropped for good: it comes back to the next best."
    )
    page.sentence(
        f"{way}<b>{found.nodes:,}</b> states were scored and <b>{gone}</b> gone into; {back} of these could not make "
        f"24 any more. {rule} Breadth first with 5 kept by the nearest number: {ended}, for {wide.nodes:,} states."
    )


def entered(found: Search24) -> int:
    """How many states were gone into, the four numbers included."""
    return 1 + sum(one.kept for level in found.levels for one in level if len(one.values) > 1)


def dead_ends(found: Search24) -> int:
    """Those of them that could not make 24 any more."""
    return sum(one.kept and not reachable(one.values) for level in found.levels for one in level if len(one.values) > 1)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The solution replayed; with an oracle that never errs, no state from which there is no way."""
    try:
        found = _searched(shown)
    except ValueError:
        return ()
    missed = [] if found.solution is None else [abs(float(value_of(found.solution) or 0) - 24)]
    straight = search(found.numbers, ORACLE, 0.0, MOST)
    lost = float(bool(solve24(found.numbers)) != (straight.solution is not None)) + dead_ends(straight)
    return (
        Check("The solution replayed makes 24", max(missed, default=0.0), 0.0, "in fractions"),
        Check("With an oracle without error it never goes back", lost, 0.0, "dead ends, or a way that was missed"),
    )


def script(shown: Shown) -> str:
    """A script that searches as on screen."""
    value = shown.page.controls.value
    try:
        hand = list(asked(shown))
    except ValueError:
        hand = [4, 5, 6, 10]
    oracle = f', evaluator="oracle", error={value("error") / 100!r}' if value("evaluator") == ORACLE else ""
    return f"""from core.reasoning import depth_first24

found = depth_first24({hand}, most={value("gone")}{oracle})
print(found.solution, found.nodes, [sum(one.kept for one in level) for level in found.levels])
"""
