"""The main figure of the fine-tuning page: every recorded method as a point; its control, reading and script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.course import FIGURE, PANEL
from components.page import Page
from core.checks import Check
from core.tuning import StepCost, TuningRecord, recorded_costs, recorded_runs
from pages.adaptation.fine_tuning.comparing import methods_reading, methods_title
from pages.adaptation.fine_tuning.figures.methods import methods
from pages.adaptation.fine_tuning.topic import METHOD_OF, NAMES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: all recorded runs, and the method that is lit."""

    page: Page
    method: str

    @property
    def record(self) -> TuningRecord:
        """The recorded runs."""
        return recorded_runs()

    @property
    def costs(self) -> dict[str, StepCost]:
        """Method -> one update of it."""
        return {method: recorded_costs().of(method) for method in self.record.methods}


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return bool(page.controls.value(PANEL) != FIGURE)


def controls(page: Page) -> Shown:
    """Draws the control."""
    names = [NAMES[method] for method in recorded_runs().methods]
    return Shown(page, METHOD_OF[page.controls.choice("run", "Method, also by a click on its point", names)])


def main_figure(shown: Shown) -> None:
    """Methods as points, what an update of each costs, and the losses of one of them."""
    words = methods_title(shown.record)

    def clicked(data: list[Any]) -> dict[str, Any]:
        return {"run": NAMES[data[0]]}

    fig = methods(shown.record, shown.costs, NAMES, shown.method, look=shown.page.look, title=words)
    shown.page.plot(
        fig,
        name="methods",
        alt=f"Accuracy in and out of distribution by method, over the trained numbers. {words}.",
        on_click=clicked,
        roomy=True,
    )


def reading(shown: Shown) -> str:
    """The live sentence."""
    return methods_reading(shown.record, shown.method, shown.costs[shown.method])


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
    params = shown.record.chosen(shown.method)[0].params
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

    return [tune, prepare, run_on, linear_theory, trainable_parameters]
