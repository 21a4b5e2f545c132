"""The panel of the perceptron: its line turns mistake by mistake, beside the two lengths that bound their number."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.learning import BestLine
from pages.foundations.networks import results, words
from pages.foundations.networks.clouds import CLOUDS, PARTED, XOR, Cloud
from pages.foundations.networks.figures.mistakes import plane, proof


def cloud_of(page: Page) -> Cloud:
    """The points that the parameters describe."""
    values = page.controls.values()
    return Cloud(
        values["cloud"] if values["cloud"] in CLOUDS else PARTED,
        min(max(float(values["margin"]), 0.0), 0.5),
        min(max(int(values["count"]), 2), 150),
        min(max(int(values["cloud_seed"]), 0), 999),
    )


def draw(page: Page) -> None:
    """The controls, the plane and the proof."""
    places = st.columns([2.2, 2, 2, 1.2, 2.4], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("cloud", "Points", list(CLOUDS))
    if name != XOR:
        with places[1]:
            page.controls.slider("margin", "Margin of the line", 0.0, 0.5, step=0.01)
        with places[2]:
            page.controls.slider("count", "How many", 2, 150)
        with places[3]:
            page.controls.number("cloud_seed", "Seed", 0, 999)
    cloud = cloud_of(page)
    run = results.mistakes_of(cloud)
    with places[4]:
        step = page.controls.slider("mistake", "After so many mistakes", 0, run.mistakes)
    best = _best(cloud)
    title = words.told_mistakes(run) + (f". {words.told_best(best)}" if best else "")
    page.finding(title)
    height = page.look.hero - 165
    left, right = st.columns(2)
    with left:
        fig = plane(run, step, look=page.look, best=best.weights if best else None, height=height)
        page.plot(fig, name="plane", alt=f"Points of two classes and the perceptron's line. {title}.")
    with right:
        fig = proof(run, step, look=page.look, height=height)
        page.plot(
            fig,
            name="proof",
            alt=f"The length of the weights against the number of mistakes, with its bounds. {title}.",
        )
    page.note(_reading(page, cloud) + words.told_no_line(run, step))


def _best(cloud: Cloud) -> BestLine | None:
    """The best line, where no line parts the points."""
    return None if cloud.name == PARTED else results.line_of(cloud)


def _reading(page: Page, cloud: Cloud) -> str:
    run = results.mistakes_of(cloud)
    if run.margin > 0:
        return (
            f"The longest point has R = <b>{run.radius:.3f}</b>, the widest margin is γ = <b>{run.margin:.3f}</b>, so "
            "there "
            f"are at most (R/γ)² = <b>{run.bound:,.4g}</b> mistakes; <b>{run.mistakes}</b> were made. Along u, the "
            "direction "
            "of that margin, each mistake adds γ or more; the length of w grows like √k at most: it ends before they "
            "meet."
        )
    best = results.line_of(cloud)
    return (
        f"All lines were tried: the best gets <b>{best.right}</b> of {best.total} right. The margin is 0, the bound "
        f"infinite. After {run.passes} passes it still errs in each of them."
    )


def checks(page: Page) -> Sequence[Check]:
    """The identities of the run on screen, and of the best line where no line parts the points."""
    cloud = cloud_of(page)
    best = _best(cloud)
    return [*results.mistakes_of(cloud).checks, *(line_checks(cloud, best) if best else ())]


def line_checks(cloud: Cloud, best: BestLine) -> list[Check]:
    """The best line's count, taken again from its weights; of XOR it is 3/4."""
    x, y = cloud.data()
    right = int((np.sign(x[:, :2] @ best.weights[:2] + best.weights[2]) == y).sum())
    again = Check("The best line has as many right as was found", abs(right - best.right), 0.0, "counted")
    if cloud.name != XOR:
        return [again]
    return [again, Check("The best line gets 3/4 of XOR", abs(best.share - 0.75), 0.0, "over all lines, exact")]


def script(page: Page) -> str:
    """A script that counts the same mistakes."""
    x, y = cloud_of(page).data()
    return f"""import numpy as np

from core.learning import perceptron

x = np.array({x.tolist()!r})
y = np.array({y.tolist()!r})
run = perceptron(x, y, passes={cloud_of(page).passes})
print(run.mistakes, run.converged, run.margin, run.bound)
"""
