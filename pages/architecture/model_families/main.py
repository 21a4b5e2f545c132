"""The main figure of the page on the model families: who looks at whom, its reading and its exports."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.page import Badge, Page, token_chip
from core.checks import Check
from core.transformer import Sight
from pages.architecture.model_families import results
from pages.architecture.model_families.figures.sights import sights_figure
from pages.architecture.model_families.words import layer_of, sight_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: one sentence as two models look at it, a followed word, a depth in sixths."""

    page: Page
    encoder: Sight
    decoder: Sight
    word: int
    depth: int

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Where its numbers come from; the map of the encoder-decoder is a rule."""
        return (Badge.RECORDED if results.is_recorded(self.encoder.text) else Badge.MEASURED, Badge.EXACT)


def main_figure(shown: Shown) -> None:
    """Three maps of one sentence; a click on a row follows its word."""
    title = sight_title(shown.encoder, shown.decoder, shown.depth)
    fig = sights_figure(
        shown.encoder, shown.decoder, word=shown.word, depth=shown.depth, look=shown.page.look, title=title
    )
    alt = f"Three maps between words, rows look at columns: full, lower triangle, and source with triangle. {title}."
    shown.page.plot(fig, name="sights", alt=alt, on_click=lambda data: {"word": int(data[0])}, roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: what the followed word sees in each family, and what the decoder guesses after it."""
    words, word = shown.encoder.words, shown.word
    later = float(layer_of(shown.encoder, shown.depth)[word, word + 1 :].sum())
    first = float(layer_of(shown.decoder, shown.depth)[word, 0])
    color = shown.page.look.role("key")
    guesses = ", ".join(f"{token_chip(token, color)} {share:.0%}" for token, share in shown.decoder.guesses[word][:2])
    return (
        f"{token_chip(words[word], shown.page.look.role('query'))}: <b>{later:.0%}</b> of the encoder's look falls "
        f"on words after it, of the decoder's none; the decoder gives <b>{first:.0%}</b> to the first word, and "
        f"guesses the next token: {guesses}. "
        f"Written word {word + 1} may see <b>{len(words)}</b> source and <b>{word + 1}</b> written words."
    )


def checks(shown: Shown) -> list[Check]:
    """The identities of both models' maps."""
    return [*shown.decoder.checks, *shown.encoder.checks]


def export_frame(shown: Shown) -> "pd.DataFrame":
    """One line for each pair of words, with how much either model looks."""
    import numpy as np
    import pandas as pd

    words = np.array(shown.encoder.words)
    n = len(words)
    return pd.DataFrame(
        {
            "looks": np.repeat(words, n),
            "looked_at": np.tile(words, n),
            "encoder": layer_of(shown.encoder, shown.depth).ravel(),
            "decoder": layer_of(shown.decoder, shown.depth).ravel(),
        }
    )


def script(shown: Shown) -> str:
    """A script that measures the looks on screen; it runs in the project's folder."""
    return f"""from core.models import load_causal_lm, load_encoder
from core.transformer import later_look, look_between

text, depth = {shown.encoder.text!r}, {shown.depth}
for lm in (load_encoder({shown.encoder.model!r}), load_causal_lm({shown.decoder.model!r})):
    sight = look_between(lm, text)
    look = sight.maps[depth * len(sight.maps) // 6 - 1]
    print(lm.name, later_look(look), look[{shown.word}].round(3))
    for check in sight.checks:
        print(check.name, check.error, check.bound)
"""
