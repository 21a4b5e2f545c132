"""The main figure of the fine-tuning page: its controls, its reading, its export and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import FIGURE, PANEL
from components.page import Page
from core.checks import Check
from core.tuning import METHODS, recorded_costs, recorded_runs
from pages.adaptation.fine_tuning.figures import methods as figures
from pages.adaptation.fine_tuning.topic import MEMORY, NAMES, NUMBERS, SECONDS
from pages.adaptation.fine_tuning.words import methods_reading, methods_title

if TYPE_CHECKING:
    import pandas as pd

METHOD_OF = {name: method for method, name in NAMES.items()}
AXES = {
    NUMBERS: "trained numbers",
    MEMORY: "MB held for one update",
    SECONDS: "seconds of one update, one thread",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: what stands across, and the method whose losses are drawn."""

    page: Page
    axis: str
    method: str

    @property
    def costs(self) -> dict[str, float]:
        """Method -> what stands across."""
        costs = {method: recorded_costs().of(method) for method in METHODS}
        if self.axis == MEMORY:
            return {method: cost.memory / 1e6 for method, cost in costs.items()}
        if self.axis == SECONDS:
            return {method: cost.seconds for method, cost in costs.items()}
        return {method: float(cost.trainable) for method, cost in costs.items()}


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return bool(page.controls.value(PANEL) != FIGURE)


def controls(page: Page) -> Shown:
    """Draws the controls."""
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with left:
        axis = page.controls.choice("axis", "Across", list(AXES))
    with right:
        method = page.controls.choice("method", "Losses of", list(METHOD_OF))
    return Shown(page, axis, METHOD_OF[method])


def main_figure(shown: Shown) -> None:
    """Methods as points, and the losses of one of them."""
    words = methods_title(recorded_runs())

    def clicked(data: list[Any]) -> dict[str, Any]:
        return {"method": NAMES[data[0]]}

    fig = figures.methods(
        recorded_runs(), shown.costs, NAMES, shown.method, look=shown.page.look, title=words, label=AXES[shown.axis]
    )
    shown.page.plot(
        fig,
        name="methods",
        alt=f"Accuracy of five methods in and out of distribution, over {AXES[shown.axis]}. {words}.",
        on_click=clicked,
        roomy=True,
    )


def reading(shown: Shown) -> str:
    """The live sentence."""
    costs = recorded_costs()
    return methods_reading(recorded_runs(), shown.method, costs.of(shown.method), costs.of("full").trainable)


def checks() -> tuple[Check, ...]:
    """The identities of the recorded runs."""
    return recorded_runs().checks


def export_frame() -> "pd.DataFrame":
    """The recorded runs, one line each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "method": run.params.method,
            "learning_rate": run.params.rate,
            "seed": run.params.seed,
            "trained": run.trainable,
            "id_accuracy": run.id_accuracy,
            "ood_accuracy": run.ood_accuracy,
            "validation_accuracy": run.validation_accuracy,
            "last_loss": run.loss[-1],
            "seconds": run.seconds,
        }
        for run in recorded_runs().runs
    )


def script(shown: Shown) -> str:
    """A script that reads the recorded runs of the chosen method, and says how to run one again."""
    params = recorded_runs().chosen(shown.method)[0].params
    return f"""from core.tuning import TuningParams, recorded_runs, tune

# Recorded by: python -m core.assets record tuning methods
for run in recorded_runs().chosen({shown.method!r}):
    print(run.params.seed, f"in {{run.id_accuracy:.3f}}, out {{run.ood_accuracy:.3f}}, trained {{run.trainable:,}}")
for check in recorded_runs().checks:
    print(check.name, check.error, check.bound)
print("to train the same: tune({params!r})")
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.tuning import linear_theory, prepare, run_on, trainable_parameters, tune

    return [tune, prepare, run_on, trainable_parameters, linear_theory]
