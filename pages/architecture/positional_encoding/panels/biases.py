"""The schemes that add a bias to the scores: ALiBi's straight lines and T5's buckets."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.fields import cells, field
from components.figures.lines import lines
from components.page import Badge, Page, Panel
from core.positional import (
    BucketRange,
    alibi_bias,
    alibi_checks,
    alibi_slopes,
    bucket_checks,
    bucket_ranges,
    naive_slopes,
    t5_bias,
    t5_buckets,
    toy_bias_table,
)
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, View, plainly, tidy

FAR = 64
"""The distance of the example in ALiBi's live sentence."""

BOTH_WAYS, CAUSAL = "Bidirectional", "Causal"

DEFAULTS = {
    "n_heads": 8,
    "alibi_head": 3,
    "bias_length": 64,
    "direction": BOTH_WAYS,
    "buckets": 32,
    "max_distance": 128,
    "t5_head": 0,
    "t5_seed": 0,
}


def show_alibi(page: Page, places: Places) -> View:
    """ALiBi's bias matrix of one head."""
    with places[0]:
        n_heads = page.controls.number("n_heads", "Heads n", 0, 64)
    slopes = alibi_slopes(n_heads)
    with places[1]:
        head = page.controls.slider("alibi_head", "Head", 0, n_heads - 1)
    with places[2]:
        length = page.controls.slider("bias_length", "Positions", 2, 256)
    slope = float(slopes[head])
    bias = alibi_bias(n_heads, length, length)[head]
    corners = np.array([1 - length, 0, length - 1])
    title = f"Head {head} of {n_heads} takes {slope:.3g} off the score for each token of distance"
    return View(
        figure=figures.beside(
            cells(bias, look=page.look, x_label="key", y_label="query", label="bias"),
            {f"head {h}": -each * np.abs(corners) for h, each in enumerate(slopes)},
            corners,
            chosen=f"head {head}",
            steps=False,
            look=page.look,
            title=f"{title}; the other heads in gray",
            y_label="bias",
        ),
        alt=f"ALiBi's bias for every query and key. {title}.",
        reading=(
            f"A key <b>{FAR}</b> tokens away loses <b>{slope * FAR:.2f}</b>, so its weight is "
            f"{_shrunk(slope * FAR)} beside an equal key at distance 0. The weight halves every "
            f"<b>{math.log(2) / slope:,.1f}</b> tokens. A decoder uses the lower left half; its mask covers the rest."
        ),
        badges=(Badge.EXACT,),
        panels=(
            Panel("Slopes", lambda: slopes_panel(page, n_heads, head)),
            Panel("Weights", lambda: weights_panel(page, slopes, length)),
        ),
        checks=alibi_checks(n_heads),
        data=lambda: tidy(bias, "query", "key", "bias"),
        script=ALIBI_SCRIPT.format(n_heads=n_heads, length=length, head=head),
        functions=(alibi_slopes, alibi_bias, naive_slopes, alibi_checks),
    )


ALIBI_SCRIPT = """from core.positional import alibi_bias, alibi_checks, alibi_slopes

print(alibi_slopes({n_heads}))
bias = alibi_bias({n_heads}, {length}, {length})[{head}]
print(bias)
for check in alibi_checks({n_heads}):
    print(check.name, check.error, check.bound)
"""


def _shrunk(loss: float) -> str:
    """The factor exp(-loss) in words."""
    return f"divided by <b>{math.exp(loss):,.1f}</b>" if loss < 12 else f"<b>{math.exp(-loss):.0e}</b> of its size"


def slopes_panel(page: Page, n_heads: int, head: int) -> None:
    """The slopes of all heads, beside the formula that holds for powers of two only."""
    slopes, naive = alibi_slopes(n_heads), naive_slopes(n_heads)
    power = 2 ** (n_heads.bit_length() - 1)
    if power == n_heads:
        title = f"{n_heads} heads, a power of two: the slopes fall by the same factor from head to head"
    else:
        title = f"{n_heads} heads: the slopes of {power} heads, then every second of {2 * power}; not in order"
    fig = figures.slopes(slopes, naive, head=head, look=page.look, title=title)
    page.plot(fig, name="slopes", alt=f"Slope of each head on a logarithmic axis. {title}.")
    off = float(np.abs(slopes - naive).max())
    st.caption(
        "ALiBi has no trained numbers: the slopes are fixed before training. "
        + (
            "The rule was written for powers of two."
            if power == n_heads
            else f"2^(−8h/n) taken for every n would be wrong by up to {off:.2f}. Models with such a number of heads "
            "(as MPT and BLOOM allow) use the patched rule, and their last heads are steep again."
        )
    )


def weights_panel(page: Page, slopes: np.ndarray, length: int) -> None:
    """How far the steepest, two middle, and the flattest head see when all keys are equal."""
    order = np.argsort(-slopes)
    heads = [int(order[at]) for at in sorted({0, len(order) // 3, 2 * len(order) // 3, len(order) - 1})]
    distances = np.arange(length)
    powers = {f"head {head}": np.exp(-slopes[head] * distances) for head in heads}
    series = {name: power / power.sum() for name, power in powers.items()}
    reach = [int(np.searchsorted(np.cumsum(weights), 0.9)) + 1 for weights in series.values()]
    title = f"With equal keys, nine tenths of the weight lie on {reach[0]} to {reach[-1]} tokens, depending on the head"
    fig = lines(
        series,
        look=page.look,
        title=title,
        x_label="distance (tokens)",
        y_label="attention weight",
        log_y=True,
    )
    # The steepest head ends far below the axis, and its name would go with it.
    fig.layout.annotations = ()
    fig.update_layout(showlegend=True, margin_t=76, margin_r=8)
    floor = max(float(min(weights.min() for weights in series.values())), 1e-6)
    fig.update_yaxes(range=[math.log10(floor), 0.1])
    page.plot(fig, name="alibi_weights", alt=f"Attention weight against the distance for several heads. {title}.")
    st.caption(
        "The bias alone, without content: each head has its own window, from a few tokens to the whole text. "
        "Beyond the trained length the line goes on, but a steep head sees nothing there."
    )


def show_t5(page: Page, places: Places) -> View:
    """T5's bucket of every query and key."""
    with places[0]:
        direction = page.controls.choice("direction", "Attention", [BOTH_WAYS, CAUSAL])
    with places[1]:
        buckets = page.controls.number("buckets", "Buckets", 0, 256)
    with places[2]:
        length = page.controls.slider("bias_length", "Positions", 2, 256)
    with places[3], page.more():
        farthest = page.controls.number("max_distance", "Distance of the last bucket", 0, 4096)
        head = page.controls.slider("t5_head", "Head of the toy table", 0, 7)
        seed = page.controls.number("t5_seed", "Seed of the toy table", 0, 999)
    rule = {"bidirectional": direction == BOTH_WAYS, "num_buckets": buckets, "max_distance": farthest}
    ranges = bucket_ranges(**rule)
    offsets = np.arange(1 - length, length)
    found = t5_buckets(np.arange(length) - np.arange(length)[:, None], **rule)
    used = len(np.unique(found))
    single = sum(entry.last == entry.first for entry in ranges)
    title = f"{single} of {buckets} buckets hold one distance each; the others grow wider, the last is open"
    return View(
        figure=figures.beside(
            cells(found, look=page.look, x_label="key", y_label="query", label="bucket", signed=False),
            {"bucket": t5_buckets(offsets, **rule)},
            offsets,
            chosen="bucket",
            steps=True,
            look=page.look,
            title=title,
            y_label="bucket",
        ),
        alt=f"The bucket of every query and key. {title}.",
        reading=_t5_reading(ranges, used, length, bidirectional=direction == BOTH_WAYS),
        badges=(Badge.EXACT,),
        panels=(
            Panel("Buckets", lambda: ranges_panel(ranges)),
            Panel("Bias", lambda: bias_panel(page, rule, length, head, seed)),
        ),
        checks=bucket_checks(**rule),
        data=lambda: tidy(found, "query", "key", "bucket"),
        script=T5_SCRIPT.format(length=length, options=", ".join(f"{name}={value}" for name, value in rule.items())),
        functions=(t5_buckets, t5_bias, bucket_ranges, bucket_checks),
    )


T5_SCRIPT = """import numpy as np

from core.positional import bucket_checks, t5_buckets

relative = np.arange({length}) - np.arange({length})[:, None]
buckets = t5_buckets(relative, {options})
print(buckets)
for check in bucket_checks({options}):
    print(check.name, check.error, check.bound)
"""


def _t5_reading(ranges: tuple[BucketRange, ...], used: int, length: int, *, bidirectional: bool) -> str:
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


def ranges_panel(ranges: tuple[BucketRange, ...]) -> None:
    """The distances that share each bucket."""
    widest = max((entry.last - entry.first + 1 for entry in ranges if entry.last is not None), default=1)
    rows = [
        {
            "bucket": entry.bucket,
            "key stands": "before the query, or is it" if entry.side == "past" else "after the query",
            "from (tokens)": str(entry.first),
            "to": "open" if entry.last is None else str(entry.last),
        }
        for entry in ranges
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="content", height=320)
    st.caption(
        f"Near distances are told apart one by one, far ones up to {widest} at a time. The buckets grow with the "
        "logarithm of the distance."
    )


@plainly
def bias_panel(page: Page, rule: dict[str, int], length: int, head: int, seed: int) -> None:
    """What is added to the scores: one number for each bucket, here from a toy table."""
    table = toy_bias_table(8, num_buckets=rule["num_buckets"], seed=seed)
    options = {"bidirectional": bool(rule["bidirectional"]), "max_distance": rule["max_distance"]}
    bias = t5_bias(table, length, length, **options)[head]
    offsets = np.arange(1 - length, length)
    by_offset = table[t5_buckets(offsets, **rule), head]
    page.stamp(Badge.TOY)
    left, right = st.columns(2)
    with left:
        title = "The bias is constant along each diagonal"
        fig = field(bias, look=page.look, title=title, x_label="position of the key (tokens)",
                    y_label="position of the query (tokens)", label="bias", square=True, height=380)  # fmt: skip
        page.plot(fig, name="t5_bias", alt=f"T5's bias for every query and key, from a toy table. {title}.")
    with right:
        title = f"From {rule['max_distance']} tokens on, every distance gets the same bias"
        fig = figures.staircase(offsets, {"bias": by_offset}, look=page.look, title=title, y_label="bias", height=380)
        page.plot(fig, name="t5_by_offset", alt=f"T5's bias against the offset, from a toy table. {title}.")
    st.caption(
        "The numbers are random, since no trained T5 is at hand here; the steps are T5's. A model learns one number "
        "for each bucket and head, in its first layer, and all layers share them. T5 does not divide its scores by √d."
    )
