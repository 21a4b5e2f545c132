"""The main figure of the decoding page, its live sentence, and what a visitor takes along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.page import Page
from core.decoding import Generation, Race
from pages.efficiency.decoding.figures.race import race_figure
from pages.efficiency.decoding.words import why_apart

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
    title = headline(shown)
    fig = race_figure(shown.race, shown.chosen, shown.step, look=shown.page.look, title=title)
    alt = f"Tokens written against seconds for {len(shown.race.runs)} methods. {title}."
    shown.page.plot(fig, name="race", alt=alt, on_click=lambda point: {"step": int(point[0])})


def headline(shown: Shown) -> str:
    """The finding in words: how fast the chosen method is against greedy, by the clock and in calls."""
    run, race = shown.run, shown.race
    if run is race.reference:
        name = "Greedy decoding" if race.params.temperature == 0 else "Plain sampling"
        return f"{name}: one call for each token, {run.tokens_per_second:.1f} tokens per second"
    speed = race.speedup(shown.chosen)
    name = shown.chosen[0].upper() + shown.chosen[1:]
    verdict = f"{speed:.2f} times as fast as greedy" if speed >= 1 else f"slower than greedy, {speed:.2f} of its speed"
    return f"{name}: {verdict}, with {race.calls_saved(shown.chosen):.0%} of the calls saved"


def reading(shown: Shown) -> str:
    """The live sentence: calls, acceptance, and whether the text is greedy's."""
    run, race = shown.run, shown.race
    words = (
        f"<b>{len(run.token_ids)}</b> tokens in <b>{run.target_calls}</b> calls of the target and "
        f"<b>{run.seconds:.1f}</b> s ({race.params.dtype}, {race.threads} thread). "
    )
    if run.proposed:
        words += f"<b>{run.accepted}</b> of <b>{run.proposed}</b> draft tokens were accepted. "
    if run is race.reference:
        return words
    if race.params.temperature > 0:
        return words + f"At temperature {race.params.temperature:g} each text is drawn, so texts differ by chance."
    apart = race.parts_at(shown.chosen)
    if apart is None:
        return words + "The text is greedy's, token for token."
    return words + f"The text leaves greedy's at token <b>{apart}</b>: {why_apart(run.method)}."


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


def script(race: Race, chosen: str) -> str:
    """A script that runs the same method on the same prompt from `core` alone."""
    params, method = race.params, race.runs[chosen].method
    drawn = f", temperature={params.temperature}, seed={params.seed}" if params.temperature > 0 else ""
    return f"""\
from core.decoding import {type(method).__name__}, generate
from core.models import load_causal_lm

lm = load_causal_lm({params.model!r}, dtype={params.dtype!r})
run = generate(lm, {params.prompt!r}, {method!r}, max_new_tokens={params.max_new_tokens}{drawn})
print(run.text)
print(f"{{len(run.token_ids)}} tokens in {{run.target_calls}} calls, {{run.tokens_per_second:.1f}} tokens per second")
"""
