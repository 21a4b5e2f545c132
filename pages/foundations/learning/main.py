"""The fit on screen: its controls, its main figure, its reading, its export and its script."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.course import PANEL, Values
from components.page import Page
from core.checks import Check
from core.learning import FUNCTIONS, Fit, World, never_rises, normal_equations
from pages.foundations.learning import findings
from pages.foundations.learning.figures.hero import DRAWN, hero
from pages.foundations.learning.panels import own
from pages.foundations.learning.panels.table import added_of, text_of
from pages.foundations.learning.results import HIGHEST, RIDGES, Comparison, Data, comparison_of
from pages.foundations.learning.topic import TABLE, WITHOUT_POINTS
from pages.foundations.learning.words import number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the fits of every degree to the data, and the degree that is drawn."""

    page: Page
    data: Data
    degree: int
    ridge: float

    @cached_property
    def found(self) -> Comparison:
        """All degrees."""
        return comparison_of(self.data, self.ridge)

    @property
    def fit(self) -> Fit:
        """The one on screen."""
        return self.found.fits[self.degree]

    @property
    def floor(self) -> float | None:
        """The error of the function itself; None where nobody knows it."""
        return self.data.world.noise**2 if self.data.world else None


def controls(page: Page) -> Shown:
    """Draws the controls. Raises ValueError where the points on screen cannot be read or fitted.

    Those of a figure that an open panel does not use stand under More, where they keep their values.
    """
    unused = page.controls.value(PANEL) in WITHOUT_POINTS
    with st.columns([8, 1.3])[1] if unused else nullcontext():
        places = [page.more()] * 5 if unused else st.columns([2.2, 3, 3, 3, 1.6], vertical_alignment="bottom")
    with places[0]:
        source = page.controls.select("data", "Data", [*FUNCTIONS, TABLE])
    with places[1]:
        degree = page.controls.slider("degree", "Degree", 0, HIGHEST)
    with places[2]:
        points = page.controls.slider("points", "Training points", 5, 200)
    with places[3]:
        noise = page.controls.slider("noise", "Noise σ", 0.0, 1.0, step=0.05)
    with places[4], nullcontext() if unused else page.more():
        ridge = RIDGES[page.controls.select("ridge", "Ridge λ, a price on squared coefficients", list(RIDGES))]
        validation = page.controls.slider("validation", "Validation points", 2, 200)
        reach = page.controls.slider("reach", "x from −r to r, r", 0.5, 2.0, step=0.1)
        seed = page.controls.number("seed", "Seed", 0, 999)
        page.controls.switch("truth", "Show the function behind the points")
        added = page.controls.text("added", "Training points of your own: x y; x y")
    with places[0] if unused else nullcontext():
        own.removal(page, added)
        content = own.content(page) if source == TABLE else b""
    world = None if source == TABLE else World(source, noise, reach)
    points_added = () if unused else added_of(added)
    shown = Shown(page, Data(world, points, validation, seed, points_added, content), degree, ridge)
    if not unused:
        own.required(shown.data)
        _ = shown.found  # reads and fits here, where what cannot be fitted is told in words
    return shown


def world_of(shown: Shown) -> World:
    """The world of the main figure; for a table, whose function nobody knows, the sine with the noise on the slider."""
    return shown.data.world or World("sine", shown.page.controls.value("noise"))


def stand_in(shown: Shown) -> str:
    """What a panel that draws many data sets says where the points are a visitor's; else nothing."""
    if shown.data.world is not None:
        return ""
    return " Your table comes from a function that nobody knows, so these data sets are drawn from the sine."


def main_figure(shown: Shown) -> None:
    """The points with their curve, and the errors of every degree."""
    training, validation, _ = shown.data.sets
    sets = {"training": training, "validation": validation}
    world, every = shown.data.world, np.concatenate([training[:, 0], validation[:, 0]])
    low, high = (-world.reach, world.reach) if world is not None else (float(every.min()), float(every.max()))
    x = np.linspace(low, high, DRAWN)
    truth = world.truth(x) if world is not None and shown.page.controls.value("truth") else None
    title = findings.of_the_fit(shown.found, shown.degree)
    fig = hero(
        sets,
        (x, shown.fit.predict(x)),
        shown.found.errors,
        degree=shown.degree,
        look=shown.page.look,
        title=title,
        truth=truth,
        floor=shown.floor,
    )
    alt = f"Points with a fitted curve, and three errors over the degree. {title}."
    shown.page.plot(fig, name="fit", alt=alt, roomy=True, on_click=lambda point: clicked(shown, point))


def clicked(shown: Shown, carried: list[Any]) -> Values:
    """What a click sets: a point of the plane joins the training points, one of the errors is a degree."""
    if len(carried) == 1:
        return {"degree": int(carried[0])}
    points = (*shown.data.added, (round(float(carried[0]), 4), round(float(carried[1]), 4)))
    return {"added": text_of(points[-own.MOST_ADDED :])}


def reading(shown: Shown) -> str:
    """The live sentence."""
    errors, sets = shown.found.errors, shown.data.sets
    names = ("training", "validation", "test")
    told = ", ".join(
        f"<b>{number(errors[name][shown.degree])}</b> on {len(part):,} {'new' if name == 'test' else name}"
        for name, part in zip(names, sets, strict=True)
    )
    own_points = len(shown.data.added)
    also = f" {own_points} of the training points {'is' if own_points == 1 else 'are'} yours." if own_points else ""
    floor = f" Noise alone: <b>{number(shown.floor)}</b>." if shown.floor else ""
    price = f" with a ridge of <b>{number(shown.ridge)}</b>" if shown.ridge else ""
    words = f"Degree <b>{shown.degree}</b>{price} has an error of {told} point{'' if len(sets[2]) == 1 else 's'}."
    return f"{words}{also} {findings.of_the_choice(shown.found)}{floor}"


def checks(shown: Shown) -> list[Check]:
    """The identities of the fits on screen."""
    training = shown.data.sets[0]
    return [
        never_rises(shown.found.fits, *training.T),
        normal_equations(shown.fit, *training.T),
    ]


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The errors of every degree."""
    import pandas as pd

    return pd.DataFrame({"degree": np.arange(HIGHEST + 1), **shown.found.errors})


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.learning import best_of_guessers, decomposition, fit, random_features, selection, ways

    return [fit, selection, best_of_guessers, decomposition, random_features, ways]


def script(shown: Shown) -> str:
    """A script that computes the errors on screen with `core` alone."""
    if shown.data.world is None:
        points = "".join(
            f"{name} = np.array({part.tolist()})\n"
            for name, part in zip(("training", "validation", "test"), shown.data.sets, strict=True)
        )
        imports = "from core.learning import fit"
    else:
        world = shown.data.world
        counts = (shown.data.points, shown.data.validation, len(shown.data.sets[2]))
        lines = [f"world = World({world.function!r}, noise={world.noise!r}, reach={world.reach!r})"]
        lines += [
            f"{name} = np.column_stack(sample(world, {count}, seed={shown.data.seed}, stream={stream}))"
            for stream, (name, count) in enumerate(zip(("training", "validation", "test"), counts, strict=True))
        ]
        if shown.data.added:
            lines.append(f"training = np.concatenate([training, {[list(point) for point in shown.data.added]}])")
        points, imports = "\n".join(lines) + "\n", "from core.learning import World, fit, sample"
    return f"""import numpy as np

{imports}

{points}found = fit(training[:, 0], training[:, 1], degree={shown.degree}, ridge={shown.ridge!r})
for name, part in (("training", training), ("validation", validation), ("test", test)):
    print(name, found.error(part[:, 0], part[:, 1]))
"""
