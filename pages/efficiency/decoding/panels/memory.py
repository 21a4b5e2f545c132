"""Panels of the decoding page on memory, and on writing several tokens at once."""

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.decoding import (
    BYTES,
    KINDS,
    PHRASES,
    Costs,
    Shape,
    block_rows,
    bytes_moved,
    flash_attention,
    flash_traffic,
    kv_bytes,
    operations,
    sample_phrases,
    standard_attention,
    standard_traffic,
    tiles,
    unfold,
    valid_share,
)
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures import memory
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.live import measured_here

PLACES = 12
LENGTH, WIDTH = 4096, 64


def roofline_panel(shown: Shown) -> None:
    """Where decoding stands under the machine's roof, and what the key/value cache adds."""
    page, dtype = shown.page, shown.race.params.dtype
    length = page.controls.slider("length", "Tokens seen", 128, 8192, step=128)
    place = st.container()
    here = measured_here(dtype) if shown.recorded else shown.race.costs
    costs = here or results.kept_costs().get(dtype)
    with place:
        if costs is None:
            st.info("No costs are recorded for this precision.")
        else:
            _roof(page, costs, "this machine" if here else "the recorded machine")
        page.note(_bytes_read(length, BYTES[dtype]))


def _roof(page: Page, costs: Costs, whose: str) -> None:
    past, ridge = costs.params.past, costs.peak / costs.bandwidth
    moved = bytes_moved(Shape(), 1, past=past, bytes_per_number=BYTES[costs.params.dtype])
    intensity = operations(Shape(), 1, past=past) / moved
    title = f"One token brings {intensity:.1f} operations per byte; {whose} is busy only from {ridge:.0f}"
    page.plot(memory.roof_figure(costs, past=past, look=page.look, title=title), name="roof", alt=title)


def _bytes_read(length: int, number: int) -> str:
    grouped = kv_bytes(Shape(), length, bytes_per_number=number) / 1e6
    every = kv_bytes(Shape(kv_heads=9), length, bytes_per_number=number) / 1e6
    weights = Shape().weights * number / 1e6
    return (
        f"One call reads <b>{weights:.0f}</b> MB of weights. At {length:,} tokens the cache adds "
        f"<b>{grouped:.0f}</b> MB; without grouped queries it would add <b>{every:.0f}</b> MB, three times as much."
    )


def flash(page: Page) -> None:
    """Tiled attention block by block on a small matrix, with its exact equality, and the bytes it saves."""
    left, right = st.columns(2)
    with left:
        block = page.controls.slider("block", "Rows in a block", 1, 8)
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 12, 8))
    steps = list(tiles(query, key, value, block=block))
    with right:
        at = page.controls.slider("tile", "Tile", 0, len(steps) - 1)
    tile = steps[at]
    met = np.zeros((12, 12), bool)
    for done in steps[: at + 1]:
        top, start = done.query_block * block, done.key_block * block
        met[top : top + block, start : start + block] = True
    title = f"Tile {at + 1} of {len(steps)}: only {tile.scores.size} of 144 scores are held at a time"
    scores = query @ key.T / np.sqrt(8)
    page.plot(
        memory.tile_figure(tile, scores, met, block=block, look=page.look, title=title),
        name="tiles",
        alt=title,
        roomy=True,
    )
    whole = standard_attention(query, key, value)
    error = float(np.abs(flash_attention(query, key, value, block=block) - whole).max())
    page.checks_of_panel([Check("Tiled attention is attention", error, 1e-12, "largest difference of an output")])
    _traffic(page)


def _traffic(page: Page) -> None:
    """The bytes that tiles save, by the size of the fast memory."""
    fast = page.controls.slider("fast", "Fast memory (KiB)", 2, 512, step=2)
    sram = fast * 1024 // 2
    times = standard_traffic(LENGTH, WIDTH) / flash_traffic(LENGTH, WIDTH, sram=sram)
    saving = f"{times:.1f} times fewer" if times >= 1 else f"{1 / times:.1f} times as many"
    rows = block_rows(WIDTH, sram=sram)
    title = f"With {fast} KiB of fast memory, blocks of {rows} rows move {saving} bytes for {LENGTH:,} tokens"
    page.plot(memory.traffic_figure(LENGTH, WIDTH, sram, look=page.look, title=title), name="traffic", alt=title)
    st.caption(
        f"A head is {WIDTH} numbers wide, of 2 bytes each. The rows of Q, K, V and O in a block must fit into the fast "
        "memory. The operations stay the same. The result is exact. Only the trips to slow memory become fewer."
    )


def at_once(shown: Shown) -> None:
    """A language of two phrases, decoded in few parallel steps, and the way that loses nothing."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        tokens = page.controls.slider("tokens", "Tokens n", 2, 8)
    with right:
        steps = page.controls.slider("parallel", "Parallel steps k", 1, tokens)
    sampled = sample_phrases(tokens, steps, samples=20_000, seed=0)
    share = f"{sampled.valid:.1%} of the texts are valid, {sampled.expected:.1%} in closed form"
    title = f"{tokens} tokens in {steps} steps: {share}"
    page.plot(
        memory.phrase_figure(sampled.choice[:16], PHRASES, look=page.look, title=title),
        name="phrases",
        alt=title,
        roomy=True,
    )
    first = " ".join(PHRASES[int(place)][at] for at, place in enumerate(sampled.choice[0]))
    page.note(
        f"The language has two phrases, “{' '.join(PHRASES[0][:tokens])}” and “{' '.join(PHRASES[1][:tokens])}”. "
        f"The first text decoded reads “{first}”. Every marginal is perfect; tokens drawn at once still disagree."
    )
    spread = 4 * float(np.sqrt(valid_share(tokens, steps) * (1 - valid_share(tokens, steps)) / 20_000))
    page.checks_of_panel(
        [
            Check(
                "Sampling agrees with 2^(1 − ⌈n/k⌉)",
                abs(sampled.valid - sampled.expected),
                max(spread, 1e-12),
                "4 standard deviations",
            )
        ]
    )
    _guesses(page, shown.kind if shown.kind in KINDS else results.USUAL)


def _guesses(page: Page, kind: str) -> None:
    """Jacobi decoding on the real model: guesses that are corrected until they stand."""
    run, raced = results.kept_guesses(kind), results.kept_race(kind, "float32")
    if run is None or raced is None:
        return
    unfolding = unfold(run, places=PLACES)
    calls, places = unfolding.token.shape
    title = f"Jacobi decoding loses nothing: on “{kind}” {places} tokens stand after {calls - 1} calls"
    page.plot(
        memory.guess_grid(unfolding, run.pieces, look=page.look, title=title), name="guesses", alt=title, roomy=True
    )
    page.note(
        "The lossless way to write at once is to guess and to check. Each call reads eight guesses and corrects them "
        "all. A guess stands when all before it stand and the target agrees with it. Gray stands, green will stand, "
        "orange is still wrong. A right guess behind a wrong one can be corrected away."
    )
    greedy = raced.reference.token_ids[: len(run.token_ids)]
    differing = sum(one != other for one, other in zip(run.token_ids, greedy, strict=True))
    detail = f"tokens that differ, of {len(greedy)}; float32"
    page.checks_of_panel([Check("The guesses end in the greedy text", float(differing), 0.0, detail)])
