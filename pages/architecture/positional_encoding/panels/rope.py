"""RoPE: clock hands that turn, the score against the distance, wavelengths, and the two layouts."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.positional import (
    RealQueryKey,
    layout_permutation,
    pair_angles,
    pair_scores,
    recorded_query_keys,
    recorded_sweep,
    rope_frequencies,
    rotate,
    rotation_checks,
    score_by_offset,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import rope as figures
from pages.architecture.positional_encoding.main import Places, View, plainly
from pages.architecture.positional_encoding.panels.extension import CONTEXT, context_extension

EQUAL, RANDOM, REAL = "Equal", "Random", "Real head"
DEFAULTS = {
    "vectors": EQUAL,
    "place": 0,
    "distance": 8,
    "head_dim": 64,
    "rope_base": 10_000.0,
    "vector_seed": 0,
    "text": recorded_query_keys().text,
    "layer": 16,
    "head": 0,
    "query": 9,
    "key": 2,
    "reach": "128 tokens",
}
REAL_STORY = {"scheme": "RoPE", "vectors": REAL, "distance": 1, "panel": "Score against distance"}
"""A head of SmolLM2 that looks one token back, whatever the tokens are."""

PLACES = 33
"""Frames of the animation: both positions move by one token from each to the next."""

FAR = 1000
"""How far both positions are moved in the live sentence."""

REACHES = {"128 tokens": 128, "1,024 tokens": 1024, "8,192 tokens": 8192}


@dataclass(frozen=True, eq=False)
class Shown:
    """A query and a key before the rotation, and where they stand.

    Args:
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


def show(page: Page, places: Places) -> View:
    """The clock hands of a query and a key."""
    with places[0]:
        vectors = page.controls.choice("vectors", "Query and key", [EQUAL, RANDOM, REAL])
    with places[1]:
        place = page.controls.slider("place", "Move both: key at", 0, CONTEXT)
    with places[2]:
        distance = page.controls.slider("distance", "Distance to the query", 0, 128)
    with places[3]:
        more = page.more()
    shown = _real(page, more, place, distance) if vectors == REAL else _made(page, more, vectors, place, distance)
    return View(
        figure=hands(page, shown),
        alt=f"{len(shown.inv_freq)} dials with the hands of a query and a key. Played, both turn; their angle stays.",
        reading=reading(page, shown),
        roomy=True,
        badges=(Badge.EXACT,) if shown.real is None else (source(page),),
        panels=(
            Panel("Score against distance", lambda: score_panel(page, shown)),
            Panel("Wavelengths", lambda: wavelengths(page, shown)),
            Panel("Layouts", lambda: layouts(page, shown)),
            Panel("Context extension", lambda: context_extension(page)),
        ),
        checks=_checks(shown),
        data=lambda: export(shown),
        script=script(page, shown),
        functions=(rotate, score_by_offset, pair_scores, layout_permutation),
    )


def _made(page: Page, more: AbstractContextManager[Any], vectors: str, place: int, distance: int) -> Shown:
    """A query and an equal key, made up: pairs of (1, 0), or random numbers."""
    with more:
        head_dim = page.controls.slider("head_dim", "Dimensions of the head", 2, 128, step=2)
        base = page.controls.number("rope_base", "Base b", 0.0, 1e12, step=1000.0, format="%g")
        seed = page.controls.number("vector_seed", "Seed", 0, 999) if vectors == RANDOM else 0
    query = (
        np.repeat([1.0, 0.0], head_dim // 2) if vectors == EQUAL else np.random.default_rng(seed).normal(size=head_dim)
    )
    inv_freq = rope_frequencies(head_dim, base=base).inv_freq
    return Shown(vectors, query, query, inv_freq, head_dim**-0.5, place, distance, None, base, seed)


def _real(page: Page, more: AbstractContextManager[Any], place: int, distance: int) -> Shown:
    """A query and a key of a real head, from the sentence that comes with the code or one's own."""
    with more:
        text = page.controls.text("text", "Sentence")
    if not results.is_recorded(text) and not ensure_loaded(results.DECODER):
        st.stop()
    record = results.query_keys_of(text)
    last = len(record.tokens) - 1
    with more:
        layer = page.controls.slider("layer", "Layer", 0, record.query.shape[0] - 1)
        head = page.controls.slider("head", "Head", 0, record.query.shape[1] - 1)
        query = page.controls.slider("query", "Query token", 0, last)
        key = page.controls.slider("key", "Key token", 0, last)
    real = results.picked(text, layer, head, query, key)
    return Shown(
        REAL, real.query, real.key, real.inv_freq, real.scaling, place, distance, real, recorded_sweep().base, 0
    )


def source(page: Page) -> Badge:
    """Where the queries and keys come from."""
    return Badge.RECORDED if results.is_recorded(page.controls.value("text")) else Badge.MEASURED


def hands(page: Page, shown: Shown) -> Any:
    """The main figure: it starts where the controls stand, and plays from there on."""
    key_at = shown.place + np.arange(PLACES)
    query_at = key_at + shown.distance
    scores = shown.scores(query_at, key_at)
    title = f"Play: both hands turn, the angle between them stays, and the score is {shown.score:.2f} at every place"
    return figures.clock_hands(
        pair_angles(shown.query, query_at, shown.inv_freq),
        pair_angles(shown.key, key_at, shown.inv_freq),
        parts=pair_scores(
            shown.query, shown.key, int(query_at[0]), int(key_at[0]), shown.inv_freq, scaling=shown.scaling
        ),
        wavelengths=2 * np.pi / shown.inv_freq,
        frames=[str(at) for at in key_at],
        readings=[
            f"query at {m:,}, key at {n:,}: score {score:.6f}"
            for m, n, score in zip(query_at, key_at, scores, strict=True)
        ],
        look=page.look,
        title=title,
    )


def reading(page: Page, shown: Shown) -> str:
    """The live sentence: what moving both, and moving one, does to the score."""
    m, n = shown.place + shown.distance, shown.place
    both, one = shown.scores(np.array([m + FAR, m + 1]), np.array([n + FAR, n]))
    names = ""
    if shown.real is not None:
        real = shown.real
        names = (
            f"Layer {real.layer}, head {real.head}: {token_chip(real.query_token, page.look.role('query'))} asks, "
            f"{token_chip(real.key_token, page.look.role('key'))} answers. "
        )
    return (
        f"{names}Query at <b>{m:,}</b>, key at <b>{n:,}</b>: score <b>{shown.score:.3f}</b>. Both moved by {FAR:,}: "
        f"<b>{both:.3f}</b>, a change of {abs(both - shown.score):.0e}. Only the query moved by 1: <b>{one:.3f}</b>. "
        "Below each dial stand the tokens of one full turn."
    )


def _checks(shown: Shown) -> tuple[Check, ...]:
    own = rotation_checks(shown.query, shown.key, shown.place + shown.distance, shown.place, shown.inv_freq, shift=FAR)
    return own if shown.real is None else (*own, *shown.real.checks)


def score_panel(page: Page, shown: Shown) -> None:
    """The score against the distance, and the same distance at places far apart."""
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


def wavelengths(page: Page, shown: Shown) -> None:
    """The spectrum: how long each pair takes for a full turn."""
    waves = 2 * np.pi / shown.inv_freq
    turning = int((waves <= CONTEXT).sum())
    title = f"{turning} of {len(waves)} pairs turn at least once in {CONTEXT:,} tokens; base {shown.base:,.0f}"
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
def layouts(page: Page, shown: Shown) -> None:
    """Which dimensions turn together, in both conventions, and what mixing them does."""
    order = layout_permutation(min(len(shown.query), 16))
    at = np.array([shown.place + shown.distance]), np.array([shown.place])
    permutation = layout_permutation(len(shown.query), source="half", target="interleaved")
    q, k = (
        rotate(x.astype(np.float64)[permutation], place, shown.inv_freq, layout="interleaved")
        for x, place in ((shown.query, at[0][0]), (shown.key, at[1][0]))
    )
    reordered, mixed = float(q @ k * shown.scaling), float(shown.scores(*at, mixed=True)[0])
    title = f"Reordered, the score stays {reordered:.3f}; read in the wrong layout it would be {mixed:.3f}"
    fig = figures.layouts(order, look=page.look, title=title)
    page.plot(fig, name="layouts", alt=f"Where each dimension stands in both layouts. {title}.", roomy=True)
    st.caption(
        f"Equal colors turn together; {len(order)} dimensions are drawn. The paper and Meta's code pair dimension 2i "
        "with 2i + 1, transformers pairs i with i + d/2. Neither is better. But weights are made for one of them: GGUF "
        "files hold the rows of W_Q and W_K in the order of the paper, and transformers puts them back when it loads."
    )


def export(shown: Shown) -> pd.DataFrame:
    """The dials as a table."""
    m, n = shown.place + shown.distance, shown.place
    columns: Mapping[str, np.ndarray] = {
        "pair": np.arange(len(shown.inv_freq)),
        "inv_freq": shown.inv_freq,
        "wavelength": 2 * np.pi / shown.inv_freq,
        "query_angle": pair_angles(shown.query, np.array([m]), shown.inv_freq)[0],
        "key_angle": pair_angles(shown.key, np.array([n]), shown.inv_freq)[0],
        "score": pair_scores(shown.query, shown.key, m, n, shown.inv_freq, scaling=shown.scaling),
    }
    return pd.DataFrame(columns)


def script(page: Page, shown: Shown) -> str:
    """A script that computes the score on screen with `core` alone."""
    m, n, d = shown.place + shown.distance, shown.place, len(shown.query)
    if shown.real is not None:
        real = shown.real
        where = f"{real.layer}, {real.head}, {real.query_position}, {real.key_position}"
        made = f"""from core.models import load_causal_lm
from core.positional import real_query_key, rotate

found = real_query_key(load_causal_lm("{results.DECODER}"), {page.controls.value("text")!r}, {where})
query, key, inv_freq, scaling = found.query, found.key, found.inv_freq, found.scaling"""
    else:
        drawn = f"np.random.default_rng({shown.seed}).normal(size={d})"
        vector = f"np.repeat([1.0, 0.0], {d // 2})" if shown.vectors == EQUAL else drawn
        made = f"""import numpy as np

from core.positional import rope_frequencies, rotate

query = key = {vector}
inv_freq, scaling = rope_frequencies({d}, base={shown.base}).inv_freq, {d}**-0.5"""
    return f"""{made}
score = rotate(query, {m}, inv_freq) @ rotate(key, {n}, inv_freq) * scaling
moved = rotate(query, {m + FAR}, inv_freq) @ rotate(key, {n + FAR}, inv_freq) * scaling
print(score, moved)
"""
