"""The panel on the tree of thoughts: one search for 24, what beams solve, and what was published at equal budgets."""

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from components.figures.heights import room
from components.numbers import as_text
from components.page import Badge, Page, Panel
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.reasoning import (
    BEAMS,
    GAME_OF_24,
    GAME_OF_24_SOURCE,
    GAME_OF_24_TOKENS,
    ORACLE_BEAMS,
    PUZZLES,
    BeamShare,
    Search24,
    area,
    is_judged,
    recorded_beams,
    recorded_judge,
    search24,
    solvable_multisets,
    solve24,
    value_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.shares import Bar, one_column
from pages.prompting.reasoning.figures.tree import shares, tree
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels import depth
from pages.prompting.reasoning.panels.hands import NEAREST, ORACLE, asked, error_slider, signs
from pages.prompting.reasoning.panels.thoughts import steering, toggled

TREE, DEPTH, BEAMS_VIEW, JUDGE, PUBLISHED = "one tree", "depth first", "60 puzzles", "a model as judge", "published"
VIEWS = (TREE, DEPTH, BEAMS_VIEW, JUDGE, PUBLISHED)
ABOVE = 160
FIRST = 6
"""Solutions that stand in the sentence; all of them are below it."""


def panel(shown: Shown) -> Panel:
    """The panel."""
    view = shown.page.controls.value("tree")
    badges = {TREE: Badge.EXACT, DEPTH: Badge.EXACT, BEAMS_VIEW: Badge.RECORDED, JUDGE: Badge.RECORDED}.get(view)
    return Panel(
        "Tree of thoughts",
        lambda: draw(shown),
        stands="instead",
        badges=(badges,) if badges else (),
        checks=lambda: depth.checks(shown) if view == DEPTH else checks(shown),
        script=lambda: depth.script(shown) if view == DEPTH else script(shown),
    )


def draw(shown: Shown) -> None:
    """The view on screen, below its controls."""
    views = [view for view in VIEWS if view != JUDGE or is_judged()]
    view = shown.page.controls.choice("tree", "What to see", views, label_visibility="collapsed")
    {TREE: one_tree, DEPTH: depth.depth_first, BEAMS_VIEW: beams, JUDGE: judge, PUBLISHED: published}[view](shown)


@lru_cache(maxsize=64)
def search(hand: tuple[int, ...], beam: int, evaluator: str, error: float, thoughts: str = "") -> Search24:
    """The search on screen, with the thoughts that the visitor has added or struck."""
    added, struck = steering(thoughts)
    if evaluator == ORACLE:
        return search24(hand, beam=beam, evaluator="oracle", error=error, added=added, struck=struck)
    return search24(hand, beam=beam, added=added, struck=struck)


def _searched(shown: Shown) -> Search24:
    value = shown.page.controls.value
    return search(asked(shown), value("beam"), value("evaluator"), value("error") / 100, value("thoughts"))


def one_tree(shown: Shown) -> None:
    """The tree of one search, which grows level by level."""
    page = shown.page
    beam, depth = _tree_controls(page)
    try:
        found = _searched(shown)
    except ValueError as error:
        told(error)
        return
    solutions = solve24(found.numbers)
    title = findings.of_the_search(found.solution is not None, bool(solutions), found.nodes, beam)
    if depth < 3:
        title = f"After {depth} of 3 levels: {sum(map(len, found.levels[:depth])):,} states scored"
    fig = tree(found, depth, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(
        fig,
        name="tree",
        alt=f"The states of a search for 24, level by level. {title}.",
        roomy=True,
        on_click=lambda row: {"thoughts": toggled(page.controls.value("thoughts"), str(row[1]), kept=bool(row[3]))},
    )
    _ways(page, found, solutions, ended=depth == 3)
    if page.controls.value("thoughts"):
        back = {"thoughts": ""}
        st.button("Take your thoughts back", on_click=page.controls.set, args=(back,), key="reasoning_back_thoughts")


def _tree_controls(page: Page) -> tuple[int, int]:
    """The controls of one search; returns the states kept a level and the levels grown."""
    places = st.columns([2.2, 2.4, 2, 2, 2], vertical_alignment="bottom")
    with places[0]:
        page.controls.text("hand", "Four numbers, 1 to 13")
    with places[1]:
        evaluator = page.controls.select("evaluator", "Kept are the best by", [NEAREST, ORACLE])
    with places[2]:
        beam = page.controls.slider("beam", "States kept a level", 1, 20)
    with places[3]:
        depth = page.controls.slider("depth", "Levels grown", 1, 3)
    if evaluator == ORACLE:
        with places[4]:
            error_slider(page)
    return beam, depth


def _ways(page: Page, found: Search24, solutions: Sequence[str], *, ended: bool) -> None:
    """How the search ends, once it has, and the ways that there are."""
    way = f"The search ends with <b>{signs(found.solution)}</b>. " if found.solution and ended else ""
    listed = "; ".join(map(signs, solutions[:FIRST]))
    every = f"{ways_in_all(len(solutions))}: {listed}" if solutions else "There is no way at all"
    more = " …" if len(solutions) > FIRST else "."
    page.sentence(
        f"{way}{every}{more} The proposer is no model: it lists every state one operation away, "
        f"{' + '.join(str(len(level)) for level in found.levels)} here."
        + alive(" A click strikes a kept state, or adds another.")
    )
    if len(solutions) > FIRST:
        with st.expander(f"All {len(solutions)} ways"):
            page.note("; ".join(map(signs, solutions)) + ".")


def ways_in_all(count: int) -> str:
    """How many ways there are, of at least one."""
    return "The only way" if count == 1 else f"{count} ways in all"


def beams(shown: Shown) -> None:
    """What each width solves of sixty puzzles."""
    page = shown.page
    error = error_slider(page) / 100
    record = recorded_beams()
    oracle = record.oracle[error]
    shown_beams = {one.beam: one.share for one in record.heuristic}
    five = oracle[ORACLE_BEAMS.index(5)]
    title = findings.of_the_beams({1: shown_beams[1], 100: shown_beams[100]}, five.share, error, five.beam)
    curves = {
        NEAREST: _curve(record.heuristic),
        f"{ORACLE} in {error:.0%}": _curve(oracle),
        "depth first": _curve(record.deep),
        "best of chains": _curve(record.chains),
    }
    fig = shares(
        curves,
        look=page.look,
        title=title,
        height=room(page.look, ABOVE),
        colors=dict(zip(curves, ("query", "target", "accepted", "mass"), strict=True)),
    )
    page.plot(fig, name="beams", alt=f"Share of puzzles solved over states scored. {title}.")
    deep, chains = record.deep[-1], record.chains[-1]
    page.sentence(
        f"{PUZZLES} puzzles that can be solved, three seeds; beams of {', '.join(map(str, BEAMS))}. Depth first with "
        f"up to {deep.beam} states gone into: <b>{findings.percent(deep.share)}</b> for {deep.nodes:.0f} states. One "
        f"chain of steps by chance: {findings.percent(record.chains[0].share)}; the best of {chains.beam}, which a "
        f"checker finds: <b>{findings.percent(chains.share)}</b> for {chains.nodes:.0f} states, exact."
    )


def _curve(found: Sequence[BeamShare]) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    return [one.nodes for one in found], [one.share for one in found], [one.interval for one in found]


def judge(shown: Shown) -> None:
    """Whether SmolLM2 tells good states from bad ones."""
    page, found = shown.page, recorded_judge()
    every = area(found.scores, found.reachable)
    bars = [Bar("all states", *every, color=page.look.ink)]
    for left, color in ((2, "query"), (3, "key")):
        part = found.left == left
        bars.append(
            Bar(f"{left} numbers left", *area(found.scores[part], found.reachable[part]), color=page.look.role(color))
        )
    title = findings.of_the_judge(*every)
    fig = one_column(
        bars, look=page.look, title=title, axis="probability that a good state gets the higher score (AUC)",
        height=room(page.look, ABOVE + 60),
    )  # fmt: skip
    page.plot(fig, name="judge", alt=f"Areas under the curve with 95 % intervals. {title}.")
    best = found.states[int(found.scores.argmax())]
    page.sentence(
        f"SmolLM2 scores <b>{len(found.states)}</b> states after eight examples by how much likelier “sure” is than "
        f"“impossible”; half of them can make 24. It is surest of <b>{best}</b>, which "
        f"{'can' if found.reachable[int(found.scores.argmax())] else 'cannot'}. One half is chance; lines span 95 % "
        "(Hanley and McNeil)."
    )


def published(shown: Shown) -> None:
    """The published shares at several budgets."""
    page = shown.page
    look = page.look
    colors = {"vote": "draft", "tree": "query", "best": "accepted"}
    inks = {name: look.role(colors.get(name.split()[0].rstrip(","), "mass")) for name in GAME_OF_24}
    bars = [Bar(name, share / 100, share / 100, share / 100, inks[name]) for name, share in GAME_OF_24.items()]
    vote, best = GAME_OF_24["vote of 100 chains"], GAME_OF_24["best of 100 chains"]
    title = f"Published for GPT-4: of the same 100 chains a vote solves {vote:g} %, the best of them {best:g} %"
    texts = {name: f"{share:g} %" for name, share in GAME_OF_24.items()}
    fig = one_column(
        bars, look=look, title=title, axis="games of 24 solved", height=room(look, ABOVE), texts=texts
    )  # fmt: skip
    page.plot(fig, name="published", alt=f"Published shares of games of 24. {title}.")
    page.sentence(
        f"Not measured here: {GAME_OF_24_SOURCE}, 100 hard puzzles; the authors’ rerun of the last gave 69. Best of "
        "100 needs a checker, and this game has one: whether an expression makes 24. At like numbers of written "
        f"tokens: the best of 100 chains writes {GAME_OF_24_TOKENS['best of 100 chains']:,} a puzzle, and the tree "
        f"with b = 5 writes {GAME_OF_24_TOKENS['tree, b = 5']:,}."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """Solutions replayed, the count of hands that can be solved, and the oracle that never errs."""
    if shown.page.controls.value("tree") != TREE:
        return (Check("1,362 of 1,820 hands can be solved", abs(len(solvable_multisets()) - 1362), 0.0, "counted now"),)
    try:
        found = _searched(shown)
    except ValueError:
        return ()
    solutions = solve24(found.numbers)
    replayed = [value_of(solution) for solution in (*solutions, *([found.solution] if found.solution else []))]
    wrong = sum(value != 24 for value in replayed)
    straight = search(found.numbers, 1, ORACLE, 0.0)
    missed = float(bool(solutions) != (straight.solution is not None))
    return (
        Check("Every solution replayed makes 24", float(wrong), 0.0, f"{len(replayed)} expressions, in fractions"),
        Check("An oracle without error finds one where there is one", missed, 0.0, "with one state kept"),
    )


def script(shown: Shown) -> str:
    """A script that searches as on screen."""
    value = shown.page.controls.value
    hand = value("hand")
    try:
        hand = as_text(asked(shown))
    except ValueError:
        hand = "4 9 10 13"
    oracle = f', evaluator="oracle", error={value("error") / 100!r}' if value("evaluator") == ORACLE else ""
    added, struck = steering(value("thoughts"))
    steered = f", added={added!r}, struck={struck!r}" if added or struck else ""
    return f"""from fractions import Fraction

from core.reasoning import search24, solvable_multisets, solve24

found = search24({list(map(int, hand.split()))}, beam={value("beam")}{oracle}{steered})
print(found.solution, found.nodes, [len(level) for level in found.levels])
print(solve24(found.numbers))
print(len(solvable_multisets()))
"""
