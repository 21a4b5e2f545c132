"""Every recorded method as a point: what it costs, and what it gets right in both domains; a click opens its run."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import TuningRecord, recorded_costs, recorded_runs
from pages.adaptation.fine_tuning.comparing import methods_reading, methods_title
from pages.adaptation.fine_tuning.figures import methods as figures
from pages.adaptation.fine_tuning.topic import MEMORY, METHOD_OF, NAMES, NUMBERS, SECONDS

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 145
AXES = {
    NUMBERS: "trained numbers",
    MEMORY: "MB held for one update",
    SECONDS: "seconds of one update, one thread",
}


def draw(page: Page) -> None:
    """Methods as points, and the losses of one of them."""
    record = recorded_runs()
    left, right = st.columns([1.1, 1.4], vertical_alignment="bottom")
    with left:
        axis = page.controls.choice("axis", "Across", list(AXES))
    with right:
        name = page.controls.choice("run", "Losses of", [NAMES[method] for method in record.methods])
    method, words = METHOD_OF[name], methods_title(record)

    def clicked(data: list[Any]) -> dict[str, Any]:
        return {"run": NAMES[data[0]]}

    fig = figures.methods(
        record, costs(record, axis), NAMES, method, look=page.look, title=words, label=AXES[axis],
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(
        fig,
        name="methods",
        alt=f"Accuracy in and out of distribution by method, over {AXES[axis]}. {words}.",
        on_click=clicked,
        roomy=True,
    )
    page.note(methods_reading(record, method, recorded_costs().of(method)))


def costs(record: TuningRecord, axis: str) -> dict[str, float]:
    """Method -> what stands across."""
    found = {method: recorded_costs().of(method) for method in record.methods}
    if axis == MEMORY:
        return {method: cost.memory / 1e6 for method, cost in found.items()}
    if axis == SECONDS:
        return {method: cost.seconds for method, cost in found.items()}
    return {method: float(cost.trainable) for method, cost in found.items()}


def checks() -> tuple[Check, ...]:
    """The identities of the recorded runs."""
    return recorded_runs().checks


def data() -> "pd.DataFrame":
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


def script(page: Page) -> str:
    """A script that reads the recorded runs of the chosen method, and says how to run one again."""
    method = METHOD_OF[page.controls.value("run")]
    params = recorded_runs().chosen(method)[0].params
    return f"""from core.tuning import TuningParams, recorded_runs, tune

# Recorded by: python -m core.assets record tuning methods
for run in recorded_runs().chosen({method!r}):
    print(run.params.seed, f"in {{run.id_accuracy:.3f}}, out {{run.ood_accuracy:.3f}}, trained {{run.trainable:,}}")
for check in recorded_runs().checks:
    print(check.name, check.error, check.bound)
print("to train the same: tune({params!r})")
"""
