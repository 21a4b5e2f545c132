"""A query and a key under rotation: their score against the distance, wavelengths, and the two layouts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.positional import RealQueryKey, layout_permutation, rotate, score_by_offset
from pages.architecture.positional_encoding.figures import rope as figures
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.panels.extension import CONTEXT
from pages.architecture.positional_encoding.words import REACHES, layouts_title


@dataclass(frozen=True, eq=False)
class Shown:
    """A query and a key before the rotation, and where they stand.

    Args:
        page: where they are shown.
        vectors: EQUAL, RANDOM or REAL.
        query, key: [head_dim].
        inv_freq: [pair].
        scaling: the factor of the score.
        place: the key's position.
        distance: how far the query stands behind it in the text.
        real: where they come from, for a real head.
        base: of the frequencies.
        seed: of random vectors.
    """

    page: Page
    vectors: str
    query: np.ndarray
    key: np.ndarray
    inv_freq: np.ndarray
    scaling: float
    place: int
    distance: int
    real: RealQueryKey | None
    base: float
    seed: int

    def scores(self, query: np.ndarray, key: np.ndarray, *, mixed: bool = False) -> np.ndarray:
        """The scores with the query and the key at these positions, each computed by turning both."""
        q, k = (
            rotate(
                np.broadcast_to(x.astype(np.float64), (len(at), len(x))),
                at,
                self.inv_freq,
                layout="interleaved" if mixed else "half",
            )
            for x, at in ((self.query, query), (self.key, key))
        )
        return np.asarray((q * k).sum(axis=1) * self.scaling)

    @cached_property
    def score(self) -> float:
        """The score where they stand."""
        return float(self.scores(np.array([self.place + self.distance]), np.array([self.place]))[0])


def score(shown: Shown) -> None:
    """The score against the distance, and the same distance at places far apart."""
    page = shown.page
    reach = REACHES[page.controls.choice("reach", "As far as", list(REACHES))]
    distances = np.arange(max(reach, shown.distance) + 1)
    scores = score_by_offset(shown.query, shown.key, -distances, shown.inv_freq, scaling=shown.scaling)
    best = int(scores.argmax())
    title = f"This query and key score highest, {scores[best]:.2f}, when they stand {_tokens(best)} apart"
    fig = figures.score_curve(scores, distances, at=shown.distance, look=page.look, title=title)
    page.plot(fig, name="score", alt=f"Score against the distance between key and query. {title}.")
    places = np.array([0, 10, 100, 1000, 10_000])
    found = shown.scores(places + shown.distance, places)
    rows = [f"| {place:,} | {score:.10f} |" for place, score in zip(places, found, strict=True)]
    st.markdown("\n".join([f"| key at | score of a query {shown.distance} further on |", "|---|---|", *rows]))
    st.caption(
        "Each entry turns both vectors by their own positions and multiplies. RoPE turns by absolute position, and yet "
        "the score knows the distance alone. It is no steady decay either: the curve of a real head can rise."
    )


def _tokens(count: int) -> str:
    return "1 token" if count == 1 else f"{count} tokens"


def wavelengths(shown: Shown) -> None:
    """The spectrum: how long each pair takes for a full turn."""
    page, waves = shown.page, 2 * np.pi / shown.inv_freq
    turning = int((waves <= CONTEXT).sum())
    title = f"{turning} of {len(waves)} pairs turn at least once in {CONTEXT:,} tokens; base {shown.base:,.15g}"
    fig = lines(
        {"wavelength": waves},
        look=page.look,
        title=title,
        x_label="pair",
        y_label="tokens for one turn",
        colors={"wavelength": page.look.role("query")},
        log_y=True,
    )
    fig.add_hline(CONTEXT, line={"color": page.look.role("key"), "dash": "dot"}, annotation_text=f"{CONTEXT:,} tokens")
    page.plot(fig, name="wavelengths", alt=f"Wavelength of each pair on a logarithmic axis. {title}.")
    st.caption(
        f"Fast pairs tell neighbors apart, slow ones tell the far from the near. In a model trained on {CONTEXT:,} "
        "tokens, as SmolLM2 was, a pair above the line has met only a part of its circle: past them come angles that "
        "it has never seen. Context extension is about these pairs."
    )


@plainly
def layouts(shown: Shown) -> None:
    """Which dimensions turn together, in both conventions, and what mixing them does."""
    page, order = shown.page, layout_permutation(min(len(shown.query), 16))
    at = np.array([shown.place + shown.distance]), np.array([shown.place])
    permutation = layout_permutation(len(shown.query), source="half", target="interleaved")
    q, k = (
        rotate(x.astype(np.float64)[permutation], place, shown.inv_freq, layout="interleaved")
        for x, place in ((shown.query, at[0][0]), (shown.key, at[1][0]))
    )
    reordered, mixed = float(q @ k * shown.scaling), float(shown.scores(*at, mixed=True)[0])
    title = layouts_title(reordered, mixed)
    fig = figures.layouts(order, look=page.look, title=title)
    page.plot(fig, name="layouts", alt=f"Where each dimension stands in both layouts. {title}.", roomy=True)
    st.caption(
        f"Equal colors turn together; {len(order)} dimensions are drawn. The paper and Meta's code pair dimension 2i "
        "with 2i + 1, transformers pairs i with i + d/2. Neither is better. But weights are made for one of them: GGUF "
        "files hold the rows of W_Q and W_K in the order of the paper, and transformers puts them back when it loads."
    )
