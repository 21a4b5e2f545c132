"""All schemes at once: on one axis, in a table with a number for each entry, and against a bag of words."""

import streamlit as st

from components.loading import ensure_loaded
from components.page import Badge, Page, token_chip
from core.checks import Check
from core.positional import CompareParams, Demonstration, PermutationTest, SchemeProperties, recorded_permutations
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly

MADE, REAL = "Random vectors", "Real head"
DEFAULTS = {
    "compare_vectors": MADE,
    "compare_length": 128,
    "compare_head": 4,
    "compare_seed": 0,
    "sentence": recorded_permutations()[0].text,
    "order_seed": results.RECORDED_SEED,
}
COLUMNS = {
    "position": "Absolute or relative",
    "order": "Order",
    "enters": "Where it enters",
    "beyond": "Beyond 512 positions",
    "parameters": "Trained numbers",
}


def _params(page: Page) -> tuple[CompareParams, tuple[str, int, int, int, int] | None]:
    """What is compared: the present values of the panel's controls."""
    value = page.controls.value
    params = CompareParams(
        length=value("compare_length"), head=value("compare_head"), seed=value("compare_seed"), n_heads=8
    )
    real = (value("text"), value("layer"), value("head"), value("query"), value("key"))
    return params, real if value("compare_vectors") == REAL else None


@plainly
def compare(page: Page) -> None:
    """The same query and key under every scheme, then the table of properties."""
    first, second, third, fourth = st.columns(4, vertical_alignment="bottom")
    with first:
        page.controls.choice("compare_vectors", "Query and key", [MADE, REAL])
    with second:
        page.controls.slider("compare_length", "Positions", 2, 512)
    with third:
        page.controls.slider("compare_head", "Head of ALiBi and T5", 0, 7)
    with fourth:
        page.controls.number("compare_seed", "Seed", 0, 999)
    params, real = _params(page)
    if real is not None and not results.is_recorded(real[0]) and not ensure_loaded(results.DECODER):
        return
    found = results.comparison_of(params, real)
    rows = results.properties_of(params.seed)
    names = {row.scheme: row.title for row in rows}
    spread = {curve.scheme: curve.spread for curve in found.curves}
    title = (
        f"At one distance the score varies by up to {spread['sinusoidal']:.1f} for the sinusoidal code; "
        "for RoPE, ALiBi and T5 by rounding"
    )
    fig = figures.bands(
        {curve.scheme: (curve.mean, curve.low, curve.high) for curve in found.curves},
        found.offsets,
        names=names,
        look=page.look,
        title=title,
        y_label="score",
    )
    fig.update_layout(legend={"y": -0.2, "yanchor": "top"}, margin_t=44)
    page.plot(fig, name="compare", alt=f"Score against offset under six schemes on one axis. {title}.")
    st.caption(
        "One query at every position and one key at every position. The band is the range over all places with one "
        "offset. The learned table is MiniLM's, in the directions in which it is largest "
        f"({found.learned_share:.1%} of its squared length); the T5 biases are random, so only their steps mean "
        "something. Real vectors follow the layer, head and tokens of the RoPE figure."
    )
    _table(page, rows)


def _table(page: Page, rows: tuple[SchemeProperties, ...]) -> None:
    """The properties, each entry with the number that shows it."""
    page.stamp(Badge.TOY)
    meanings = {d.prop: d.measured for d in rows[0].demonstrations if d.prop != "beyond"}
    head = "".join(f"<th>{title}<small>{meanings.get(prop, '')}</small></th>" for prop, title in COLUMNS.items())
    body = "".join(
        f"<tr><th>{row.title}<small>{row.source}</small></th>{''.join(map(_entry, row.demonstrations))}</tr>"
        for row in rows
    )
    st.html(f'<div class="grid"><table><tr><th></th>{head}</tr>{body}</table></div>')
    st.caption(
        "Each number is computed on one small untrained attention head. “Defined” is not “works”: no trained model was "
        "run past its length here."
    )


def _entry(shown: Demonstration) -> str:
    """A cell: the entry, the number that shows it, and a cross if the number does not."""
    number = number_in_words(shown.value)
    words = f"{shown.measured}: {number}" if shown.prop == "beyond" else "" if number == shown.entry else number
    cross = "" if shown.check.passed else " ✗"
    return f"<td>{shown.entry}<small><b>{words}{cross}</b></small></td>"


def number_in_words(value: float) -> str:
    """A number as a table shows it: whole ones in full, small ones by their power of ten."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:.0e}" if abs(value) < 1e-3 else f"{value:.3g}"


def comparison_checks(page: Page) -> tuple[Check, ...]:
    """The identities of the curves, and how many entries of the table their number denies."""
    try:
        params, real = _params(page)
        found = results.comparison_of(params, real)
    except ValueError:
        return ()
    rows = results.properties_of(params.seed)
    entries = [entry.check for row in rows for entry in row.demonstrations]
    denied = float(sum(not check.passed for check in entries))
    return (*found.checks, Check(f"All {len(entries)} entries of the table", denied, 0.0, "entries denied"))


@plainly
def permutation(page: Page) -> None:
    """A sentence and its shuffled words, on MiniLM without and with its positions."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        text = page.controls.text("sentence", "Sentence")
    with right:
        seed = page.controls.number("order_seed", "Order, by seed", 0, 999)
    runs = results.recorded_permutation(text, seed)
    page.stamp(Badge.RECORDED if runs else Badge.MEASURED)
    if not runs:
        if not ensure_loaded(results.ENCODER):
            return
        runs = results.permutations_of(text, seed)
    bag, ordered = runs
    shuffled = " ".join(token_chip(bag.tokens[place], page.look.ink) for place in bag.order)
    page.note(f"Shuffled: {shuffled}")
    title = (
        f"Without positions no output moves by more than {bag.max_difference:.0e}; with them up to "
        f"{ordered.max_difference:.1f}"
    )
    names = ("without positions", "with positions")
    colors = dict(zip(names, (page.look.role("accepted"), page.look.role("rejected")), strict=True))
    fig = figures.changes(
        bag.tokens,
        dict(zip(names, (bag.difference, ordered.difference), strict=True)),
        colors=colors,
        look=page.look,
        title=title,
    )
    page.plot(fig, name="permutation", alt=f"Change of each token's output when the words are shuffled. {title}.")
    st.caption(
        "Each word's output is compared with its own before the shuffle. Without positions attention sees a set: "
        f"the outputs move along with their words, up to rounding. The two sentence vectors have the cosine "
        f"{bag.cosine:.6f} without positions and {ordered.cosine:.3f} with them."
    )


def permutation_checks(page: Page) -> tuple[Check, ...]:
    """That outputs without positions are the same up to order, for the runs on screen."""
    return tuple(check for run in _runs(page) for check in run.checks)


def _runs(page: Page) -> tuple[PermutationTest, ...]:
    text, seed = page.controls.value("sentence"), page.controls.value("order_seed")
    recorded = results.recorded_permutation(text, seed)
    if recorded:
        return recorded
    try:
        return results.permutations_of(text, seed) if results.is_loaded(results.ENCODER) else ()
    except ValueError:
        return ()
