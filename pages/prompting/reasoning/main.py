"""The main figure of the page on thinking aloud: accuracy against tokens, its reading, its export and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import PANEL
from components.page import Page
from core.checks import Check
from core.reasoning import (
    COUNT,
    METHODS,
    SAMPLES,
    WARM,
    Kind,
    Outcome,
    checks,
    guess,
    outcome,
    recorded_heats,
    recorded_kinds,
    recorded_methods,
    sets_of,
    vote,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.budget import budget
from pages.prompting.reasoning.results import VOTE, found, has_votes, missing, ways
from pages.prompting.reasoning.topic import WITHOUT_WAYS

if TYPE_CHECKING:
    import pandas as pd

CUTS = "a budget of thought"
"""The view of "Better spent" that shows one problem."""


COUNTS = "It counts where the way is a vote: choose it, or click a point of the votes’ line."


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen.

    Args:
        page: the page.
        kind: of the problems.
        way: a method, or a vote.
        k: chains in the vote.
        place: of the problem, from 0 on, over all sets.
        heat: the temperature of the vote's chains.
        lost: the way that was on screen before, where these problems do not have it; else empty.
    """

    page: Page
    kind: Kind
    way: str
    k: int
    place: int
    heat: float
    lost: str = ""

    @property
    def chosen(self) -> Outcome:
        """The way on screen."""
        return found(self.kind, self.way, self.k, self.heat)

    @property
    def direct(self) -> Outcome:
        """What it is compared with."""
        return outcome(self.kind, "direct")

    @property
    def votes(self) -> list[Outcome]:
        """The votes of one to all recorded chains; none where none were sampled."""
        return [vote(self.kind, k, heat=self.heat) for k in range(1, SAMPLES + 1)] if has_votes(self.kind) else []

    @property
    def spot(self) -> tuple[int, int]:
        """The set of the problem, and its place there."""
        return divmod(self.place, COUNT)


def controls(page: Page) -> Shown:
    """Draws the controls; those that an open panel does not use are out of sight."""
    panel = page.controls.value(PANEL)
    with page.own_controls(rest=panel in WITHOUT_WAYS):
        places = st.columns([2, 2.2, 2, 2.4, 1.2], vertical_alignment="bottom")
    with places[0]:
        kind = page.controls.select("size", "Problems", list(recorded_kinds()))
    with places[1]:
        before = str(page.controls.value("way"))
        way = page.controls.select("way", "Way", list(ways(kind)))
    with places[2]:
        k = page.controls.slider("k", "k, chains in a vote", 1, SAMPLES, disabled=way != VOTE, help=COUNTS)
    place = page.controls.value("place") if places_problem(page) else problem_slider(page, places[3], kind)
    with places[4], page.more():
        page.controls.switch("reading", "Count the tokens of the prompt as well")
        heat = fitting(page, kind) if panel == "Vote" else warmth(page, kind)
    lost = before if before != way and before in (*METHODS, VOTE) else ""
    return Shown(page, kind, way, k, place - 1, heat, lost)


def places_problem(page: Page) -> bool:
    """Whether the open panel draws the problem's slider itself, since a control can stand on a page only once."""
    value = page.controls.value
    return bool(value(PANEL) == "Vote" or (value(PANEL) == "Better spent" and value("spent") == CUTS))


def warmth(page: Page, kind: Kind) -> float:
    """The choice of the temperature of the vote's chains, where several were recorded."""
    heats = recorded_heats(kind)
    if len(heats) < 2:
        return fitting(page, kind)
    return float(page.controls.choice("warmth", "Temperature of a vote’s chains", list(heats)))


def fitting(page: Page, kind: Kind) -> float:
    """The temperature on screen; the usual one where it was not recorded."""
    heat = page.controls.value("warmth")
    return float(heat) if heat in recorded_heats(kind) else WARM


def problem_slider(page: Page, place: Any, kind: Kind) -> int:
    """The slider over all problems of a kind, drawn in a place."""
    with place:
        return int(page.controls.slider("place", "Problem shown", 1, COUNT * len(sets_of(kind))))


def main_figure(shown: Shown) -> None:
    """Accuracy of every way against the tokens it takes."""
    title = findings.of_the_method(shown.chosen, shown.direct, guess(shown.kind))
    fig = budget(
        [outcome(shown.kind, method) for method in recorded_methods(shown.kind)],
        shown.votes,
        chosen=shown.chosen.name,
        with_reading=shown.page.controls.value("reading"),
        guess=guess(shown.kind),
        look=shown.page.look,
        title=title,
    )
    alt = f"The share of right answers of each way over its tokens, with 95 % intervals. {title}."
    shown.page.plot(fig, name="budget", alt=alt, roomy=True, on_click=clicked)


def clicked(carried: list[Any]) -> dict[str, Any]:
    """What a click on a point sets: its way, and the number of chains of a vote."""
    name = str(carried[0])
    if name.startswith("vote of "):
        return {"way": VOTE, "k": int(name.removeprefix("vote of "))}
    return {"way": name}


def reading(shown: Shown) -> str:
    """The live sentence; for a vote with the temperature of its chains, and one greedy chain beside it."""
    voted = shown.way == VOTE
    told = findings.of_the_reading(
        shown.chosen,
        shown.direct,
        guess(shown.kind),
        greedy=outcome(shown.kind, "few-shot chain") if voted else None,
        drawn=findings.of_the_heats(shown.heat, recorded_heats(shown.kind)) if voted else "",
    )
    why = findings.of_the_missing(*([way for way in some if way == shown.lost] for some in missing(shown.kind)))
    return f"{why} {told}" if why else told


def all_checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the recorded answers on screen."""
    return checks(shown.kind)


def export_frame(shown: Shown) -> "pd.DataFrame":
    """A line for each way."""
    import pandas as pd

    every = [*(outcome(shown.kind, method) for method in recorded_methods(shown.kind)), *shown.votes]
    return pd.DataFrame({
        "way": [one.name for one in every],
        "right": [one.accuracy for one in every],
        "low": [one.interval[0] for one in every],
        "high": [one.interval[1] for one in every],
        "tokens written": [one.tokens for one in every],
        "tokens read": [one.read for one in every],
        "problems": [one.count for one in every],
    })  # fmt: skip


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.reasoning import answer, extract_answer, first_wrong_step, majority, search24

    return [answer, extract_answer, first_wrong_step, majority, search24]


def script(shown: Shown) -> str:
    """A script that counts the answers on screen, and asks the model for one of them again."""
    seed, place = shown.spot
    method = "few-shot chain" if shown.way == VOTE else shown.way
    more = f", samples={SAMPLES}, temperature={shown.heat}" if shown.way == VOTE else ""
    way = (
        f"vote({shown.kind!r}, {shown.k}, heat={shown.heat})"
        if shown.way == VOTE
        else f"outcome({shown.kind!r}, {shown.way!r})"
    )
    return f"""from core.models import load_causal_lm
from core.reasoning import demos, examples, outcome, problems, vote, write_all

found = {way}
print(found.accuracy, found.interval, found.tokens)
problem = problems({shown.kind!r}, {seed})[{place}]
shown = demos({method!r}, examples({shown.kind!r}, {seed}))
print(problem.text, problem.truth)
for text in write_all(load_causal_lm(), [problem.text], {method!r}, shown{more}).texts[0]:
    print(text)
"""
