"""T5: one trained number for each bucket of distances."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import streamlit as st

from components.figures.fields import cells, field
from components.figures.lines import lines
from components.page import Badge, Page, Panel, Scene
from core.checks import Check
from core.positional import BucketRange, bias_check, bucket_checks, bucket_ranges, t5_bias, t5_buckets, toy_bias_table
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, plainly, tidy
from pages.architecture.positional_encoding.words import (
    BOTH_WAYS,
    CAUSAL,
    EQUATIONS,
    bias_title,
    buckets_title,
    open_bucket_title,
)


class Rule(TypedDict):
    """How distances are put into buckets."""

    bidirectional: bool
    num_buckets: int
    max_distance: int


@dataclass(frozen=True, eq=False)
class Shown:
    """The buckets on screen.

    Args:
        page: where they are shown.
        rule: how distances are put into them.
        ranges: the distances of each bucket.
        found: the bucket of each query and key, [query key].
    """

    page: Page
    rule: Rule
    ranges: tuple[BucketRange, ...]
    found: np.ndarray


def show(page: Page, places: Places) -> Scene:
    """T5's bucket of every query and key."""
    with places[0]:
        direction = page.controls.choice("direction", "Attention", [BOTH_WAYS, CAUSAL])
    with places[1]:
        buckets = page.controls.number("buckets", "Buckets", 0, 256)
    with places[2]:
        length = page.controls.slider("bias_length", "Positions", 2, 256)
    with places[3], page.more():
        farthest = page.controls.number("max_distance", "max_distance of T5 (tokens)", 0, 4096)
        head = page.controls.slider("t5_head", "Head of the toy table", 0, 7)
        seed = page.controls.number("t5_seed", "Seed of the toy table", 0, 999)
    rule: Rule = {"bidirectional": direction == BOTH_WAYS, "num_buckets": buckets, "max_distance": farthest}
    found = t5_buckets(np.arange(length) - np.arange(length)[:, None], **rule)
    shown = Shown(page, rule, bucket_ranges(**rule), found)
    return Scene(
        badges=(Badge.EXACT,),
        draw=lambda: main_figure(shown),
        reading=lambda: reading(shown),
        panels=(
            Panel("Buckets", lambda: bucket_table(shown)),
            Panel(
                "Bias",
                lambda: bias(page, rule, length, head, seed),
                checks=lambda: (bias_check_of(rule, length, head, seed),),
            ),
        ),
        checks=lambda: bucket_checks(**rule),
        equations=EQUATIONS,
        code=lambda: (t5_buckets, t5_bias, bucket_ranges, bucket_checks, bias_check),
        data=lambda: tidy(found, "query", "key", "bucket"),
        script=lambda: SCRIPT.format(
            length=length, options=", ".join(f"{name}={value}" for name, value in rule.items())
        ),
    )


SCRIPT = """import numpy as np

from core.positional import bucket_checks, t5_buckets

relative = np.arange({length}) - np.arange({length})[:, None]
buckets = t5_buckets(relative, {options})
print(buckets)
for check in bucket_checks({options}):
    print(check.name, check.error, check.bound)
"""


def main_figure(shown: Shown) -> None:
    """The buckets as a field, and beside it the bucket of each offset."""
    look, rule, length = shown.page.look, shown.rule, len(shown.found)
    offsets = np.arange(1 - length, length)
    title = buckets_title(shown.ranges, rule["num_buckets"])
    fig = figures.beside(
        cells(shown.found, look=look, x_label="key", y_label="query", label="bucket", signed=False),
        {"bucket": t5_buckets(offsets, **rule)},
        offsets,
        chosen="bucket",
        steps=True,
        look=look,
        title=title,
        y_label="bucket",
    )
    shown.page.plot(fig, name="t5", alt=f"The bucket of every query and key. {title}.", roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: which distances share a bucket."""
    ranges, length, bidirectional = shown.ranges, len(shown.found), shown.rule["bidirectional"]
    used = len(np.unique(shown.found))
    past = [entry for entry in ranges if entry.side == "past"]
    wide = past[-2] if len(past) > 1 else past[-1]
    later = (
        "Keys after the query have buckets of their own."
        if bidirectional
        else "Keys after the query all fall into bucket 0; the mask hides them."
    )
    return (
        f"A key 1 token back is in bucket <b>{_bucket_of(past, 1)}</b>. Bucket <b>{wide.bucket}</b> holds "
        f"{_span(wide)} tokens back, and bucket <b>{past[-1].bucket}</b> all from <b>{past[-1].first}</b> on. {later} "
        f"On {length} positions <b>{used}</b> buckets occur."
    )


def _bucket_of(ranges: list[BucketRange], distance: int) -> int:
    return next(entry.bucket for entry in ranges if entry.last is None or distance <= entry.last)


def _span(entry: BucketRange) -> str:
    if entry.last is None:
        return f"<b>{entry.first}</b> and more"
    return f"<b>{entry.first}</b>" if entry.first == entry.last else f"<b>{entry.first} to {entry.last}</b>"


def bucket_table(shown: Shown) -> None:
    """The distances that share each bucket, as a table and as a curve."""
    import pandas as pd

    left, right = st.columns(2)
    with left:
        rows = [
            {
                "bucket": entry.bucket,
                "key stands": "before the query, or is it" if entry.side == "past" else "after the query",
                "from (tokens)": str(entry.first),
                "to": "open" if entry.last is None else str(entry.last),
            }
            for entry in shown.ranges
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=360)
    with right:
        _widths(shown)
    st.caption(
        "Near distances are told apart one by one, far ones several at a time. The buckets grow with the logarithm of "
        "the distance."
    )


def _widths(shown: Shown) -> None:
    """How many distances share each bucket that has an end, of the keys before the query."""
    page, closed = shown.page, [entry for entry in shown.ranges if entry.side == "past" and entry.last is not None]
    if not closed:
        st.info("The only bucket before the query is open: it holds every distance.")
        return
    counts = np.array([entry.last - entry.first + 1 for entry in closed if entry.last is not None])
    widest = closed[int(counts.argmax())]
    single = int((counts == 1).sum())
    title = f"Before the query {single} buckets hold one distance each, bucket {widest.bucket} holds {counts.max()}"
    fig = lines(
        {"distances": counts},
        look=page.look,
        title=title,
        x_label="bucket",
        y_label="distances that share it",
        x=np.array([entry.bucket for entry in closed]),
        colors={"distances": figures.SCHEME_COLORS["t5"]},
        log_y=True,
    )
    page.plot(fig, name="t5_widths", alt=f"Number of distances in each of T5's buckets. {title}.")


def table_and_bias(rule: Rule, length: int, head: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The toy number of each bucket for a head, [bucket], and the bias that they make, [query key]."""
    table = toy_bias_table(8, num_buckets=rule["num_buckets"], seed=seed)
    added = t5_bias(table, length, length, bidirectional=rule["bidirectional"], max_distance=rule["max_distance"])
    return table[:, head], added[head]


def bias_check_of(rule: Rule, length: int, head: int, seed: int) -> Check:
    """That the field on screen holds the numbers of the buckets."""
    table, added = table_and_bias(rule, length, head, seed)
    return bias_check(added, table, bidirectional=rule["bidirectional"], max_distance=rule["max_distance"])


@plainly
def bias(page: Page, rule: Rule, length: int, head: int, seed: int) -> None:
    """What is added to the scores: one number for each bucket, here from a toy table."""
    table, added = table_and_bias(rule, length, head, seed)
    offsets = np.arange(1 - length, length)
    by_offset = table[t5_buckets(offsets, **rule)]
    page.stamp(Badge.TOY)
    left, right = st.columns(2)
    with left:
        title = bias_title(added)
        fig = field(added, look=page.look, title=title, x_label="position of the key (tokens)",
                    y_label="position of the query (tokens)", label="bias", square=True, height=380)  # fmt: skip
        page.plot(fig, name="t5_bias", alt=f"T5's bias for every query and key, from a toy table. {title}.")
    with right:
        first = next(entry.first for entry in bucket_ranges(**rule) if entry.last is None)
        title = open_bucket_title(first, length)
        fig = figures.staircase(offsets, {"bias": by_offset}, look=page.look, title=title, y_label="bias", height=380)
        page.plot(fig, name="t5_by_offset", alt=f"T5's bias against the offset, from a toy table. {title}.")
    st.caption(
        "The numbers are random, since no trained T5 is at hand here; the steps are T5's. A model learns one number "
        "for each bucket and head, in its first layer, and all layers share them. T5 does not divide its scores by √d."
    )
