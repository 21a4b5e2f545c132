"""The decoding page's panels about memory: the roof of a machine, and attention in tiles."""

import numpy as np
import streamlit as st

from components.page import Badge, Page
from core.checks import Check
from core.decoding import (
    BYTES,
    Costs,
    Shape,
    Tile,
    block_rows,
    flash_attention,
    flash_traffic,
    kv_bytes,
    roof_check,
    standard_attention,
    standard_traffic,
    tiles,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.memory import (
    intensity_of,
    read_figure,
    roof_figure,
    tile_figure,
    traffic_figure,
)
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.live import cost_job, latest, measured_here
from pages.efficiency.decoding.words.machine import below_the_roof, roof_title, trips

LENGTH, WIDTH = 4096, 64
SIDE, DEPTH = 12, 8
"""Queries and keys of the small matrix that is read in tiles, and the width of its head."""


def roofline(shown: Shown) -> None:
    """Where decoding stands under the machine's roof, and what the key/value cache adds."""
    page, dtype = shown.page, shown.race.params.dtype
    length = page.controls.slider("length", "Tokens seen", 128, 8192, step=128)
    place = st.container()
    here = measured_here(dtype) if shown.recorded else shown.race.costs
    costs = here or results.kept_costs().get(dtype)
    page.badges(Badge.MEASURED if here else Badge.RECORDED)
    with place:
        if costs is None:
            st.info("No costs are recorded for this precision.")
        else:
            left, right = st.columns(2)
            with left:
                _roof(page, costs, length, "this machine" if here else "the recorded machine")
            with right:
                _reads(page, length, BYTES[dtype])
        told = "" if costs is None else f" {below_the_roof(costs)}"
        page.note(_bytes_read(length, BYTES[dtype]) + told)


def _roof(page: Page, costs: Costs, length: int, whose: str) -> None:
    title = roof_title(costs, intensity_of(length, BYTES[costs.params.dtype]), whose)
    page.plot(roof_figure(costs, length=length, look=page.look, title=title), name="roof", alt=title)


def _reads(page: Page, length: int, number: int) -> None:
    share = kv_bytes(Shape(), length, bytes_per_number=number) / (Shape().weights * number)
    title = f"After {length:,} tokens a call reads {share:.0%} of the weights' bytes again for the cache"
    page.plot(read_figure(length, number, look=page.look, title=title), name="reads", alt=title)


def _bytes_read(length: int, number: int) -> str:
    grouped = kv_bytes(Shape(), length, bytes_per_number=number) / 1e6
    every = kv_bytes(Shape(kv_heads=9), length, bytes_per_number=number) / 1e6
    weights = Shape().weights * number / 1e6
    return (
        f"One call reads <b>{weights:.0f}</b> MB of weights. At {length:,} tokens the cache adds "
        f"<b>{grouped:.0f}</b> MB; without grouped queries it would add <b>{every:.0f}</b> MB, three times as much. "
        "Dots are calls of k tokens as measured; the diamond is the most that one token could reach after that text."
    )


def roof_checks(shown: Shown) -> list[Check]:
    """The identities of the measured calls on screen; none where none were measured."""
    dtype = shown.race.params.dtype
    here = latest(*cost_job(dtype))[0] if shown.recorded else None
    costs = here or (None if shown.recorded else shown.race.costs) or results.kept_costs().get(dtype)
    return [] if costs is None else [roof_check(costs)]


def _small() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Query, key and value of the small matrix."""
    query, key, value = np.random.default_rng(0).standard_normal((3, SIDE, DEPTH))
    return query, key, value


def flash(page: Page) -> None:
    """Tiled attention block by block on a small matrix, with its exact equality, and the bytes it saves."""
    left, middle, right = st.columns(3)
    with left:
        block = page.controls.slider("block", "Rows in a block", 1, 8)
    query, key, value = _small()
    steps = list(tiles(query, key, value, block=block))
    with middle:
        at = page.controls.slider("tile", "Tile", 0, len(steps) - 1)
    with right:
        fast = page.controls.slider("fast", "Fast memory (KiB)", 2, 512, step=2)
    scores = query @ key.T / np.sqrt(DEPTH)
    met = _met(steps[: at + 1], block)
    title = f"{at + 1} of {len(steps)} tiles met: only {steps[at].scores.size} of {met.size} scores are held at a time"
    fig = tile_figure(steps[at], scores, met, block=block, look=page.look, title=title)
    page.plot(fig, name="tiles", alt=title, roomy=True)
    page.note(
        f"<b>{met.sum()}</b> of {met.size} scores have been met, <b>{steps[at].scores.size}</b> are held. Of the "
        "rest each row keeps its running maximum m, its running sum l, and its output O so far, which has the "
        f"<b>{DEPTH}</b> numbers of one value. After the last tile the outputs differ from those of plain attention by "
        f"<b>{_apart(block):.0e}</b> at most."
    )
    _traffic(page, fast)


def _met(done: list[Tile], block: int) -> np.ndarray:
    """Which scores the tiles so far have met, [query key]."""
    met = np.zeros((SIDE, SIDE), bool)
    for tile in done:
        top, start = tile.query_block * block, tile.key_block * block
        met[top : top + block, start : start + block] = True
    return met


def _apart(block: int) -> float:
    """The largest difference between an output of tiled and of plain attention."""
    return float(np.abs(flash_attention(*_small(), block=block) - standard_attention(*_small())).max())


def flash_checks(page: Page) -> list[Check]:
    """The identity of the tiles on screen."""
    error = _apart(int(page.controls.value("block")))
    return [Check("Tiled attention is attention", error, 1e-12, "largest difference of an output")]


def flash_script(page: Page) -> str:
    """A script for the tiles and the bytes on screen."""
    block, fast = (int(page.controls.value(name)) for name in ("block", "fast"))
    return scripts.flash(side=SIDE, depth=DEPTH, block=block, fast=fast, length=LENGTH, width=WIDTH)


def _traffic(page: Page, fast: int) -> None:
    """The bytes that tiles save, by the size of the fast memory in KiB."""
    sram = fast * 1024 // 2
    times = standard_traffic(LENGTH, WIDTH) / flash_traffic(LENGTH, WIDTH, sram=sram)
    saving = f"{times:.1f} times fewer" if times >= 1 else f"{1 / times:.1f} times as many"
    rows = block_rows(WIDTH, sram=sram)
    title = f"With {fast} KiB of fast memory, blocks of {rows} rows move {saving} bytes for {LENGTH:,} tokens"
    page.plot(traffic_figure(LENGTH, WIDTH, sram, look=page.look, title=title), name="traffic", alt=title)
    st.caption(
        f"A head is {WIDTH} numbers wide, of 2 bytes each. The rows of Q, K, V and O in a block must fit into the fast "
        f"memory. The result is exact, and the operations are no fewer. {trips(times)}"
    )
