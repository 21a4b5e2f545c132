"""The main figure of the page on representations: probes of every way to features, its reading, export and script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.course import PANEL
from components.page import Page
from core.checks import Check
from core.convolution import (
    ARMS,
    COUNTS,
    LEARNERS,
    PRETEXTS,
    RAW,
    SUPERVISED,
    UNTRAINED,
    Difference,
    Trials,
    chance_check,
    difference,
    features_check,
    recorded_encoders,
    recorded_trials,
    whole_items_check,
)
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.curves import curves

if TYPE_CHECKING:
    import pandas as pd

OTHERS = (RAW, UNTRAINED, *PRETEXTS, SUPERVISED)

IDLE = {
    "What it learned": ("versus",),
    "Two views": ("pretext", "versus"),
    "One probe": ("pretext", "versus"),
    "Neighbors": ("labels", "versus"),
    "Train your own": ("versus",),
}
"""The controls that a panel does not read, while it stands first."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the recorded probes, the pretext in question, what it is compared with, and the labels."""

    page: Page
    trials: Trials
    pretext: str
    versus: str
    count: int

    @property
    def found(self) -> Difference:
        """How far the pretext's features lie above the others."""
        return difference(self.trials.of(self.pretext, self.count), self.trials.of(self.versus, self.count))


def controls(page: Page) -> Shown:
    """Draws the controls. Raises AssetError where the recorded probes cannot be read."""
    idle, control = IDLE.get(page.controls.value(PANEL), ()), page.controls
    left, middle, right = st.columns([3.4, 3.2, 2], vertical_alignment="bottom")
    with left:
        pretext = control.choice("pretext", "Pretext task", list(PRETEXTS), disabled="pretext" in idle, wrap=True)
    with middle:
        words = "Labels per class for the probe"
        count = control.choice("labels", words, list(COUNTS), disabled="labels" in idle)
    with right:
        others = [name for name in OTHERS if name != pretext]
        versus = control.select("versus", "Compared with", others, disabled="versus" in idle)
    return Shown(page, recorded_trials(), pretext, versus, int(count))


def title(shown: Shown) -> str:
    """The finding in words."""
    return findings.compared(shown.pretext, shown.versus, shown.count, shown.found)


def main_figure(shown: Shown) -> None:
    """Accuracy against labels for every arm, and paired differences at the chosen number."""
    fig = curves(
        shown.trials,
        arm=shown.pretext,
        versus=shown.versus,
        count=shown.count,
        look=shown.page.look,
        title=title(shown),
    )
    alt = f"Accuracy of a linear probe against labels per class, for seven kinds of features. {title(shown)}."
    shown.page.plot(fig, name="probes", alt=alt, roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: the accuracies behind the title, and how far the title reaches."""
    trials = shown.trials
    words = [
        f"{name} <b>{trials.of(name, shown.count).mean():.1%}</b>"
        for name in dict.fromkeys((shown.pretext, shown.versus, UNTRAINED, SUPERVISED))
    ]
    seeds, draws = trials.of(shown.pretext, shown.count).shape
    return (
        f"Right: {', '.join(words)}, over {draws} draws of labels and {seeds} seeds. "
        f"{findings.over_counts(trials, shown.pretext, shown.versus)}"
    )


def checks(shown: Shown) -> list[Check]:
    """Features computed anew, accuracies as whole numbers of digits, and chance where labels are shuffled."""
    place, trials = LEARNERS.index(shown.pretext), shown.trials
    pictures, labels = results.held_out_digits()
    encoders = recorded_encoders()
    return [
        features_check(encoders.networks[place], pictures[: len(encoders.peer[place])], encoders.peer[place]),
        whole_items_check(trials.of(shown.pretext, shown.count), shown.count, labels),
        chance_check(trials.shuffled[ARMS.index(shown.pretext), COUNTS.index(shown.count)], shown.count, labels),
    ]


def export_frame(shown: Shown) -> "pd.DataFrame":
    """Every accuracy as a table, a line for each arm, seed, number of labels and draw."""
    import pandas as pd

    places = np.indices(shown.trials.accuracy.shape).reshape(4, -1)
    arm, seed, count, draw = places
    return pd.DataFrame(
        {
            "features": np.array(shown.trials.arms)[arm],
            "seed": seed,
            "labels_per_class": np.array(COUNTS)[count],
            "draw": draw,
            "accuracy": shown.trials.accuracy.ravel(),
        }
    )


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.convolution import agreement, encode, probe

    return [probe, difference, encode, agreement]


def script(shown: Shown) -> str:
    """A script that reproduces the title's number from the recorded probes."""
    return f"""from core.convolution import difference, recorded_trials

trials = recorded_trials()
one, other = trials.of({shown.pretext!r}, {shown.count}), trials.of({shown.versus!r}, {shown.count})
found = difference(one, other)
print(one.mean(), other.mean())
print(100 * found.mean, 100 * found.low, 100 * found.high)
"""
