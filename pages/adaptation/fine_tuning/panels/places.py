"""LoRA by rank and place: the same method with more or fewer numbers, beside other matrices of SmolLM2."""

from typing import TYPE_CHECKING, Any

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import VARIANT_NAMES, recorded_places
from pages.adaptation.fine_tuning.comparing import methods_title, places_reading
from pages.adaptation.fine_tuning.figures.methods import methods

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 100
NAMES = {name: name for name in VARIANT_NAMES}


def draw(page: Page) -> None:
    """Variants as points, what an update of each costs, and the losses of one of them."""
    record, look = recorded_places(), page.look
    chosen = page.controls.choice("variant", "Rank and place, also by a click on its point", list(record.methods))
    words = methods_title(record, NAMES)

    def clicked(data: list[Any]) -> dict[str, Any]:
        return {"variant": data[0]}

    fig = methods(record, record.costs, NAMES, chosen, look=look, title=words, height=room(look, ABOVE))
    page.plot(
        fig,
        name="places",
        alt=f"Accuracy in and out of distribution of LoRA by rank and place, over the trained numbers. {words}.",
        on_click=clicked,
        roomy=True,
    )
    page.note(places_reading(record, chosen))


def checks() -> tuple[Check, ...]:
    """The identities of the recorded runs."""
    return recorded_places().checks


def data() -> "pd.DataFrame":
    """The recorded runs, one line each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "variant": recorded_places().name(run.params),
            "seed": run.params.seed,
            "trained": run.trainable,
            "id_accuracy": run.id_accuracy,
            "ood_accuracy": run.ood_accuracy,
        }
        for run in recorded_places().runs
    )


def script(page: Page) -> str:
    """A script that reads the runs of the chosen variant, and says how to run one again."""
    name = page.controls.value("variant")
    params = recorded_places().chosen(name)[0].params
    return f"""from core.tuning import TuningParams, recorded_places, tune

# Recorded by: python -m core.assets record tuning places
for run in recorded_places().chosen({name!r}):
    print(run.params.seed, f"in {{run.id_accuracy:.3f}}, out {{run.ood_accuracy:.3f}}, trained {{run.trainable:,}}")
print("to train the same: tune({params!r})")
"""
