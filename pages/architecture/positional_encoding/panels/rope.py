"""RoPE: the clock hands of a query and a key that turn together."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, Scene, token_chip
from core.checks import Check
from core.positional import (
    layout_permutation,
    pair_angles,
    pair_scores,
    recorded_sweep,
    rope_frequencies,
    rotate,
    rotation_checks,
    score_by_offset,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import rope as figures
from pages.architecture.positional_encoding.main import Places
from pages.architecture.positional_encoding.panels import extension, pairs
from pages.architecture.positional_encoding.panels.extension import CONTEXT
from pages.architecture.positional_encoding.panels.pairs import Shown
from pages.architecture.positional_encoding.words import EQUAL, EQUATIONS, RANDOM, REAL

if TYPE_CHECKING:
    import pandas as pd

PLACES = 33
"""Frames of the animation: both positions move by one token from each to the next."""

FAR = 1000
"""How far both positions are moved in the live sentence."""


def show(page: Page, places: Places) -> Scene:
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
    return Scene(
        badges=(Badge.EXACT,) if shown.real is None else (source(page),),
        draw=lambda: main_figure(shown),
        reading=lambda: reading(shown),
        panels=(
            Panel("Score against distance", lambda: pairs.score(shown)),
            Panel("Wavelengths", lambda: pairs.wavelengths(shown)),
            Panel("Layouts", lambda: pairs.layouts(shown)),
            extension.panel(page),
        ),
        checks=lambda: checks(shown),
        equations=EQUATIONS,
        code=lambda: (rotate, score_by_offset, pair_scores, layout_permutation),
        data=lambda: export(shown),
        script=lambda: script(shown),
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
    return Shown(page, vectors, query, query, inv_freq, head_dim**-0.5, place, distance, None, base, seed)


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
    base = recorded_sweep().base
    return Shown(page, REAL, real.query, real.key, real.inv_freq, real.scaling, place, distance, real, base, 0)


def source(page: Page) -> Badge:
    """Where the queries and keys come from."""
    return Badge.RECORDED if results.is_recorded(page.controls.value("text")) else Badge.MEASURED


def main_figure(shown: Shown) -> None:
    """The dials: they start where the controls stand, and play from there on."""
    key_at = shown.place + np.arange(PLACES)
    query_at = key_at + shown.distance
    scores = shown.scores(query_at, key_at)
    title = f"Play: both hands turn, the angle between them stays, and the score is {shown.score:.2f} at every place"
    fig = figures.clock_hands(
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
        look=shown.page.look,
        title=title,
    )
    alt = f"{len(shown.inv_freq)} dials with the hands of a query and a key. Played, both turn; their angle stays."
    shown.page.plot(fig, name="rope", alt=alt, roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: what moving both, and moving one, does to the score."""
    m, n = shown.place + shown.distance, shown.place
    both, one = shown.scores(np.array([m + FAR, m + 1]), np.array([n + FAR, n]))
    moved = abs(both - shown.score)
    change = f"a change of {moved:.0e}" if moved else "no change at all"
    names = ""
    if shown.real is not None:
        real, look = shown.real, shown.page.look
        names = (
            f"Layer {real.layer}, head {real.head}: {token_chip(real.query_token, look.role('query'))} asks, "
            f"{token_chip(real.key_token, look.role('key'))} answers. "
        )
    return (
        f"{names}Query at <b>{m:,}</b>, key at <b>{n:,}</b>: score <b>{shown.score:.3f}</b>. Both moved by {FAR:,}: "
        f"<b>{both:.3f}</b>, {change}. Only the query moved by 1: <b>{one:.3f}</b>. "
        "Below each dial stand the tokens of one full turn."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the rotation, and of the recorded or measured head."""
    own = rotation_checks(shown.query, shown.key, shown.place + shown.distance, shown.place, shown.inv_freq, shift=FAR)
    return own if shown.real is None else (*own, *shown.real.checks)


def export(shown: Shown) -> "pd.DataFrame":
    """The dials as a table."""
    import pandas as pd

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


def script(shown: Shown) -> str:
    """A script that computes the score on screen with `core` alone."""
    m, n, d = shown.place + shown.distance, shown.place, len(shown.query)
    if shown.real is not None:
        real = shown.real
        where = f"{real.layer}, {real.head}, {real.query_position}, {real.key_position}"
        made = f"""from core.models import load_causal_lm
from core.positional import real_query_key, rotate

found = real_query_key(load_causal_lm("{results.DECODER}"), {shown.page.controls.value("text")!r}, {where})
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
