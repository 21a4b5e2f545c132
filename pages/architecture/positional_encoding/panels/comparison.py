"""All schemes at once: on one axis, and in a table with a number for each entry."""

import streamlit as st

from components.figures.heights import room
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel
from core.checks import Check
from core.positional import CompareParams, Demonstration, SchemeProperties
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.words import MADE, REAL, compared_title

COLUMNS = {
    "position": "Absolute or relative",
    "order": "Order, without a mask",
    "masked": "Order, behind a causal mask",
    "enters": "Where it enters",
    "beyond": "Beyond 512 positions",
    "parameters": "Trained numbers",
}


Real = tuple[str, int, int, int, int]
"""A query and a key of the decoder: text, layer, head, and the positions of both."""


def _params(page: Page) -> tuple[CompareParams, Real | None]:
    """What is compared: the present values of the panel's controls."""
    value = page.controls.value
    params = CompareParams(
        length=value("compare_length"), head=value("compare_head"), seed=value("compare_seed"), n_heads=8
    )
    real = (value("text"), value("layer"), value("head"), value("query"), value("key"))
    return params, real if value("compare_vectors") == REAL else None


def panel(page: Page) -> Panel:
    """All schemes in the place of one."""
    return Panel(
        "Compare", lambda: draw(page), stands="instead", checks=lambda: checks(page), script=lambda: script(page)
    )


@plainly
def draw(page: Page) -> None:
    """The same query and key under every scheme, then the table of properties."""
    first, second, third, fourth = st.columns(4)
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
    page.badges(*_sources(real))
    found = results.comparison_of(params, real)
    rows = results.properties_of(params.seed)
    names = {row.scheme: row.title for row in rows}
    title = compared_title({curve.scheme: curve.spread for curve in found.curves}, rounding=found.offset_alone)
    fig = figures.bands(
        {curve.scheme: (curve.mean, curve.low, curve.high) for curve in found.added},
        found.offsets,
        names=names,
        look=page.look,
        title=title,
        y_label="added to the score",
        height=room(page.look, 150),
    )
    fig.update_layout(legend={"y": -0.2, "yanchor": "top"}, margin_t=44)
    page.plot(fig, name="compare", alt=f"Score against offset under six schemes on one axis. {title}.")
    page.note(
        "One query at every position and one key at every position: what the positions add to their score, compared "
        "with no positions at all (NoPE). The band is the range over all places with one offset. The learned table is "
        "MiniLM's, each row as long as a sinusoidal code, in the directions in which the table is largest "
        f"(<b>{found.learned_share:.1%}</b> of its squared length). The T5 biases are random: only their steps mean "
        "something."
    )
    _table(page, rows)


def _sources(real: Real | None) -> tuple[Badge, ...]:
    """Where the numbers of the curves come from: formulas, the recorded table, and a head of the decoder."""
    head = () if real is None or results.is_recorded(real[0]) else (Badge.MEASURED,)
    return (Badge.EXACT, Badge.RECORDED, *head)


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
        "run past its length here. Decoders have a causal mask, and it alone tells the order: each token sees another "
        "set of earlier ones. Real vectors in the figure follow the layer, head and tokens of the RoPE figure."
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


def checks(page: Page) -> tuple[Check, ...]:
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


SCRIPT = """{models}from core.positional import CompareParams, compare_schemes, recorded_positions, scheme_properties

{chosen}found = compare_schemes({params!r}, {pair}learned=recorded_positions())
for curve in found.curves:
    print(curve.scheme, curve.spread)
for row in scheme_properties(seed={params.seed}):
    print(row.title, [(entry.measured, entry.value) for entry in row.demonstrations])
"""


def script(page: Page) -> str:
    """A script that computes the curves and the table with `core` alone."""
    params, real = _params(page)
    if real is None:
        return SCRIPT.format(models="", chosen="", pair="", params=params)
    return SCRIPT.format(
        models="from core.models import load_causal_lm\nfrom core.positional import real_query_key\n",
        chosen=f"chosen = real_query_key(load_causal_lm({results.DECODER!r}), {', '.join(map(repr, real))})\n",
        pair="query=chosen.query, key=chosen.key, ",
        params=params,
    )
