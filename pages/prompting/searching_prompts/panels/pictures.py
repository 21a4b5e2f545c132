"""Pictures as examples: a pair says what to do with a new picture, drawn by the page or by the visitor."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.numbers import mean_interval
from core.prompting import (
    COMPOSED,
    OPERATIONS,
    SAID,
    Solved,
    applied,
    picture_tasks,
    read_picture_text,
    recorded_pictures,
    recorded_share_check,
    with_cell,
    write_picture,
)
from pages.prompting.searching_prompts import findings, results
from pages.prompting.searching_prompts.figures.pictures import Tile, shares, tiles
from pages.prompting.searching_prompts.topic import NONE, RIGHT, TWO, WRONG

ABOVE = 170
COMPOSED_NAMES = tuple(f"{first}, then {second}" for first, second in COMPOSED)
OWN = ("drawn_before", "drawn_after", "drawn")


@dataclass(frozen=True, eq=False)
class Example:
    """Pairs, a query, and what is wanted.

    Args:
        wanted: operations of the answer. shown: of the pairs, none without a pair or where the visitor drew it.
        before, after: [pair 12 12]. query, answer: [12 12]; no answer is known where the visitor drew the pair.
    """

    wanted: tuple[str, ...]
    shown: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    query: np.ndarray
    answer: np.ndarray | None

    @property
    def solved(self) -> Solved:
        """What the network makes of it."""
        return results.solved(self.before.tobytes(), self.after.tobytes(), self.query.tobytes(), len(self.before))


def draw(page: Page) -> None:
    """The controls, the pictures, and how often the network is right on new ones."""
    _controls(page)
    try:
        example = _example(page)
    except ValueError as error:
        told(error)
        st.button(
            "Back to a drawn task", on_click=page.controls.set, args=(dict.fromkeys(OWN, ""),), key="pictures_back"
        )
        return
    left, right = st.columns([1.35, 1])
    with left:
        _tiles(page, example)
    with right:
        _shares(page)
    page.note(_reading(page, example))


def _controls(page: Page) -> None:
    value = page.controls.value
    places = st.columns([1.7, 3.9, 1.5, 1.6], vertical_alignment="bottom")
    with places[0]:
        if value("pair") == TWO:
            page.controls.select("composed", "Wanted", list(COMPOSED_NAMES))
        else:
            page.controls.select("operation", "Wanted", list(OPERATIONS))
    with places[1]:
        page.controls.choice("pair", "The pair shows", [RIGHT, NONE, WRONG, TWO])
    with places[2]:
        if value("pair") == WRONG:
            page.controls.select("wrong", "It shows", list(OPERATIONS))
        elif value("pair") != NONE:
            page.controls.slider("pairs", "Pairs", 1, 3)
    with places[3]:
        page.controls.number("task", "Task number", 0, 9999)


def _example(page: Page) -> Example:
    """The task that is asked for, the visitor's own pictures in it; raises ValueError for a text that is no picture."""
    value, number = page.controls.value, int(page.controls.value("task"))
    sort = value("pair")
    wanted = COMPOSED[COMPOSED_NAMES.index(value("composed"))] if sort == TWO else (value("operation"),)
    pairs = {NONE: 0, WRONG: 1}.get(sort, int(value("pairs")))
    asked = picture_tasks(wanted, 1, pairs, number)
    before, after, query, shown = asked.before[0], asked.after[0], asked.query[0], wanted if pairs else ()
    if sort == WRONG:
        shown = (value("wrong"),)
        other = picture_tasks(shown, 1, 1, number + 10_000)
        before, after = other.before[0], other.after[0]
    if value("drawn"):
        query = read_picture_text(value("drawn"))
    answer: np.ndarray | None = applied(wanted, query[None])[0]
    if pairs and (value("drawn_before") or value("drawn_after")):
        first = read_picture_text(value("drawn_before")) if value("drawn_before") else before[0]
        second = read_picture_text(value("drawn_after")) if value("drawn_after") else after[0]
        before, after, shown, answer = first[None], second[None], (), None
    return Example(wanted, shown, before, after, query, answer)


def _title(example: Example) -> str:
    found = example.solved.colors[0]
    if example.answer is None:
        changed = int((found != example.query).sum())
        return f"From your own pair the network changes {changed} of 144 cells of the new picture"
    wanted, shown = (" then ".join(names) for names in (example.wanted, example.shown))
    follows = bool(example.shown) and bool((found == applied(example.shown, example.query[None])[0]).all())
    right = int((found == example.answer).sum())
    return findings.picture_title(wanted, shown or None, right, follows)


def _tiles(page: Page, example: Example) -> None:
    found = example.solved.colors[0]
    pairs: list[Tile] = []
    for place, (before, after) in enumerate(zip(example.before, example.after, strict=True)):
        own = place == 0
        pairs.append(Tile(before, "before", "drawn_before" if own else "", arrow=True))
        pairs.append(Tile(after, "after", "drawn_after" if own else ""))
    wrong = None if example.answer is None else found != example.answer
    answers = [Tile(example.query, "new picture", "drawn", arrow=True), Tile(found, "the network", wrong=wrong)]
    if example.answer is not None:
        answers.append(Tile(example.answer, "wanted"))
    rows = [answers] if not pairs else [pairs[:4], [*pairs[4:], *answers]] if len(pairs) > 4 else [pairs, answers]
    title = _title(example)
    pictures = {"drawn_before": example.before, "drawn_after": example.after}

    def clicked(data: list[Any]) -> dict[str, Any]:
        name, row, column = str(data[0]), int(data[1]), int(data[2])
        picture = example.query if name == "drawn" else pictures[name][0]
        return {name: write_picture(with_cell(picture, row, column))}

    fig = tiles(rows, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(
        fig, name="tiles", alt=f"Pairs of pictures, a new one, and the network’s answer. {title}.", on_click=clicked
    )


def _shares(page: Page) -> None:
    trials, sort, pairs = recorded_pictures(), page.controls.value("pair"), int(page.controls.value("pairs"))
    names: tuple[str, ...] = tuple(OPERATIONS)
    if sort == TWO:
        names = COMPOSED_NAMES
        bars = {"exact": trials.composed, "one alone would do": trials.untouched[None]}
    elif sort == WRONG:
        bars = {"as shown": trials.follows, "as wanted": trials.wrong_pair}
    elif sort == NONE:
        bars = {"no pair": trials.exact[:, 0], "one pair": trials.exact[:, 1]}
    else:
        bars = {f"{pairs} {'pair' if pairs == 1 else 'pairs'}": trials.exact[:, pairs]}
        bars |= {"no pair": trials.exact[:, 0]}
    beyond = mean_interval(trials.composed.mean(axis=0) - trials.untouched) if sort == TWO else None
    title = findings.shares_title(sort, pairs, {name: float(values.mean()) for name, values in bars.items()}, beyond)
    fig = shares(names, bars, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="shares", alt=f"Share of new tasks that are wholly right, by operation. {title}.")


def _reading(page: Page, example: Example) -> str:
    trials = recorded_pictures()
    if example.answer is None:
        return "Click cells of the pair and of the new picture; what is wanted, only you know."
    said = "; then ".join(SAID[name] for name in example.wanted)
    sure = float(example.solved.probs[0].max(axis=0).min())
    shares_of = ", ".join(
        f"with {pairs or 'no'} {'pair' if pairs == 1 else 'pairs'} <b>{trials.exact[:, pairs].mean():.0%}</b>"
        for pairs in range(trials.exact.shape[1])
    )
    wrong = " Wrong pairs in the bars show the next operation of the list." if example.shown != example.wanted else ""
    return (
        f"Wanted: {said}. In its least sure cell the network gives its color <b>{sure:.0%}</b>. Over all ten "
        "operations, "
        f"<b>100</b> new tasks each, it is wholly right {shares_of}, mean of <b>{len(trials.seeds)}</b> trainings. "
        f"{alive('Click a cell to draw.')}{wrong if example.shown else ''}"
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The kept network gives its recorded share again; the order of the pairs does not matter."""
    value = page.controls.value
    pairs = 0 if value("pair") == NONE else int(value("pairs")) if value("pair") == RIGHT else 1
    place = list(OPERATIONS).index(value("operation"))
    found = results.share_now(value("operation"), pairs)
    kept = [float(recorded_pictures().exact[0, pairs, place])]
    turned = results.turned(value("operation"), int(value("task")))
    return (
        recorded_share_check([found], kept),
        Check("Change of a probability when two pairs change places", turned, 1e-12, "float64, a mean of two codes"),
    )


def script(page: Page) -> str:
    """A script that asks the network on screen with `core` alone."""
    try:
        example = _example(page)
    except ValueError:
        return "# The text of a picture could not be read.\n"
    pictures = {"before": example.before[None], "after": example.after[None], "query": example.query[None]}
    lines = "\n".join(f"{name} = np.array({value.tolist()}).reshape({value.shape})" for name, value in pictures.items())
    return f"""import numpy as np

from core.prompting import recorded_pictures, solve

{lines}
found = solve(recorded_pictures().network, before, after, query)
print(found.colors[0])
print("least sure", f"{{found.probs[0].max(axis=0).min():.0%}}")
"""
