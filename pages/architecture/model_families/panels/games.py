"""BERT's games: which pieces are hidden, which sentence comes next, what one vector of a sentence tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.transformer import (
    GAMES,
    MASK,
    Masked,
    bag_of_words,
    mask_tokens,
    opinions,
    piece_ids,
    play,
    probe_curve,
    rate_checks,
    recorded_games,
    recorded_liking,
    recorded_pieces,
    sentences,
)
from pages.architecture.model_families.figures.games import masking_figure, pairs_figure, probes_figure
from pages.architecture.model_families.panels import spans
from pages.architecture.model_families.words import (
    BERT,
    MASKING,
    NEXT,
    SPAN,
    VECTOR,
    masking_title,
    pairs_title,
    probes_title,
    tuned_reading,
)

DRAWN, MANY = 8, 2000
"""Draws in the figure, and draws whose rates are checked."""

MOST_SEED = 9999
AGAIN = 5
"""Draws that are played again to check the record."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The sentence's pieces, its first draws, and many more of them.

    Args:
        pieces: of the sentence.
        masked: the draws of the figure, shape [draw piece].
        many: the draws whose rates are checked.
    """

    pieces: tuple[str, ...]
    masked: Masked
    many: Masked


def panel(page: Page, text: str) -> Panel:
    """The games in the place of the maps."""
    return Panel(
        BERT,
        lambda: draw(page, text),
        stands="instead",
        checks=lambda: checks(page, text),
        script=lambda: script(page, text),
    )


def draw(page: Page, text: str) -> None:
    """The choice of a game, and its figure."""
    first, second, third, fourth = st.columns([4.6, 2.2, 1.9, 1.3], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("game", "Game", [MASKING, NEXT, VECTOR, SPAN])
    if view == MASKING:
        with second:
            page.controls.slider("share", "Chosen (%)", 5, 50)
        with third:
            page.controls.number("mask_seed", "Draw again: seed", 0, MOST_SEED)
        _masking(page, text)
    elif view == NEXT:
        _pairs(page)
    elif view == VECTOR:
        _probes(page)
    else:
        spans.controls(page, (second, third, fourth))
        spans.draw(page)


def drawn_on(page: Page, text: str) -> Drawn:
    """The draws on screen."""
    vocabulary, ids = recorded_pieces().pieces, piece_ids(text)
    rng = np.random.default_rng(page.controls.value("mask_seed"))

    def masked(count: int) -> Masked:
        return mask_tokens(
            np.tile(ids, (count, 1)),
            rng,
            share=page.controls.value("share") / 100,
            mask_id=vocabulary.index(MASK),
            vocabulary=len(vocabulary),
        )

    return Drawn(tuple(vocabulary[place] for place in ids), masked(DRAWN), masked(MANY))


def _masking(page: Page, text: str) -> None:
    """Some draws on the visitor's sentence; the first is read out."""
    page.badges(Badge.MEASURED)
    drawn, vocabulary = drawn_on(page, text), np.array(recorded_pieces().pieces)
    title = masking_title(drawn.masked)
    shown = vocabulary[drawn.masked.ids]
    fig = masking_figure(drawn.pieces, shown, drawn.masked, look=page.look, title=title)
    page.plot(fig, name="masking", alt=f"Rows of word pieces with those chosen in color. {title}.", roomy=True)
    kinds, colors = drawn.masked.kinds[0], {"mask": "query", "random": "key", "keep": "value"}
    read = " ".join(
        token_chip(piece, page.look.role(colors[kind])) if kind else f"<code>{escape(piece)}</code>"
        for piece, kind in zip(shown[0], kinds, strict=True)
    )
    asked = ", ".join(token_chip(drawn.pieces[place], page.look.role("query")) for place in np.flatnonzero(kinds != ""))
    page.note(
        f"Draw 0 reads {read} and is asked for {asked or 'nothing'}. Of the chosen pieces 80 % become [MASK], 10 % a "
        "random one of 30,522, and 10 % stay as they are; the loss counts the chosen places alone."
    )


def _pairs(page: Page) -> None:
    page.badges(Badge.RECORDED)
    pairs = recorded_games().pairs
    title = pairs_title(pairs)
    fig = pairs_figure(pairs, look=page.look, title=title)
    page.plot(fig, name="pairs", alt=f"Bars of two games for three players. {title}.")
    page.note(
        "24 small stories on 8 topics, 8 held out in each of 60 draws; bars are means, whiskers hold 80 % of the "
        "draws. <b>Next sentence</b>: does it follow, or come from another story? <b>Order</b>: two in a row, or "
        "changed? “Topics alone” keeps 8 numbers of a sentence, its products with the mean of each topic."
    )


def _probes(page: Page) -> None:
    page.badges(Badge.RECORDED)
    probes, tuned = recorded_games().probes, recorded_liking().right
    title = probes_title(probes, tuned)
    fig = probes_figure({**probes, "tuned whole": tuned}, look=page.look, title=title)
    page.plot(fig, name="probes", alt=f"Curves over labels for probes of three features and a tuned encoder. {title}.")
    page.note(
        "80 opinions, 60 draws of the labels; MiniLM stays as it is and a linear probe learns. It was trained with the "
        "mean as its vector, BERT with [CLS], before the first piece: the winner may differ there. "
        f"{tuned_reading(probes, tuned)}"
    )


def checks(page: Page, text: str) -> Sequence[Check]:
    """Rates of many draws, or the players that need no model, played again."""
    view = page.controls.value("game")
    if view == MASKING:
        return rate_checks(drawn_on(page, text).many, share=page.controls.value("share") / 100)
    if view == NEXT:
        words = bag_of_words(sentences())
        return [
            _again(
                f"“{game}”", recorded_games().pairs[game]["words in common"], play(game, words, seed=0, draws=AGAIN), 48
            )
            for game in GAMES
        ]
    if view == SPAN:
        return spans.checks(page)
    texts, liked = opinions()
    return [
        _again(
            "a probe",
            recorded_games().probes["bag of words"],
            probe_curve(bag_of_words(texts), liked, seed=0, draws=AGAIN),
            32,
        )
    ]


def _again(name: str, recorded: np.ndarray, now: np.ndarray, asked: int) -> Check:
    """Whether the first draws come out as recorded; one answer at the threshold may turn with the rounding."""
    error = float(np.abs(recorded[..., : now.shape[-1]] - now).max())
    return Check(f"The words' share right in {name}, played again", error, 1 / asked, f"one answer of {asked}")


def script(page: Page, text: str) -> str:
    """A script that computes what is on screen."""
    view, value = page.controls.value("game"), page.controls.value
    if view == MASKING:
        return f"""import numpy as np

from core.transformer import MASK, mask_tokens, piece_ids, recorded_pieces

pieces = recorded_pieces().pieces
ids = np.tile(piece_ids({text!r}), ({DRAWN}, 1))
rng = np.random.default_rng({value("mask_seed")})
masked = mask_tokens(ids, rng, share={value("share") / 100}, mask_id=pieces.index(MASK), vocabulary=len(pieces))
print(masked.chosen.sum())
print([pieces[place] for place in masked.ids[0]])
"""
    if view == SPAN:
        return spans.script(page)
    kept = "pairs" if view == NEXT else "probes"
    return f"""from core.transformer import recorded_games

print(recorded_games().{kept})
"""
