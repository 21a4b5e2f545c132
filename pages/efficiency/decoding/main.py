"""The main figure of the decoding page, its live sentence, and what a visitor takes along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.page import Page
from core.decoding import Generation, Race
from pages.efficiency.decoding.figures.race import race_figure
from pages.efficiency.decoding.words.race import headline

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a race, the method in color, and a call of it.

    Args:
        page: that it is on.
        race: of several methods on one prompt.
        kind: of that prompt.
        chosen: the method in color.
        step: a call of it.
        recorded: the race came with the project, so texts and laws of its kind did too.
    """

    page: Page
    race: Race
    kind: str
    chosen: str
    step: int
    recorded: bool

    @property
    def run(self) -> Generation:
        """The run of the chosen method."""
        return self.race.runs[self.chosen]


def main_figure(shown: Shown) -> None:
    """Tokens against seconds for all methods, and the calls of the chosen one."""
    title = headline(shown.race, shown.chosen)
    fig = race_figure(shown.race, shown.chosen, shown.step, look=shown.page.look, title=title)
    alt = f"Tokens written against seconds by greedy decoding and the chosen method. {title}."
    shown.page.plot(fig, name="race", alt=alt, on_click=lambda point: {"step": int(point[0])})


def source_functions() -> list[Callable[..., Any]]:
    """The core functions that were run."""
    from core.decoding import generate, judge, lookup, speculative_sample

    return [generate, judge, speculative_sample, lookup]


def export_frame(race: Race) -> "pd.DataFrame":
    """Every call of every method: what was drafted, accepted and added, and the seconds."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "method": name,
                "call": number,
                "drafted": len(step.draft),
                "accepted": len(step.accepted),
                "added": len(step.added),
                "draft_seconds": step.draft_seconds,
                "verify_seconds": step.verify_seconds,
                "layers": step.depth,
            }
            for name, run in race.runs.items()
            for number, step in enumerate(run.steps)
        ]
    )
