"""The main figure of the example page, its reading, its export and its script."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.page import Page
from pages.start.example.figures.bars import bars
from pages.start.example.law import Law
from pages.start.example.words import title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the law of a set of logits."""

    page: Page
    law: Law
    name: str


def main_figure(shown: Shown) -> None:
    """The law as bars."""
    words = title(shown.law)
    fig = bars(shown.law.probs, look=shown.page.look, title=words)
    shown.page.plot(fig, name="law", alt=f"Bars of the probabilities of five tokens. {words}.")


def reading(shown: Shown) -> str:
    """The live sentence."""
    law = shown.law
    return (
        f"At T = <b>{law.temperature:.1f}</b> the likeliest token gets <b>{law.probs.max():.2f}</b>, "
        f"and the law has an entropy of <b>{law.entropy:.2f}</b> nats."
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The law as a table, one line for each token."""
    import pandas as pd

    return pd.DataFrame({"logit": shown.law.logits, "probability": shown.law.probs})


def script(shown: Shown) -> str:
    """A script that computes the law on screen."""
    return f"""from pages.start.example.law import law

shown = law({shown.name!r}, {shown.law.temperature!r})
print(shown.probs, shown.entropy)
for check in shown.checks:
    print(check.name, check.error, check.bound)
"""
