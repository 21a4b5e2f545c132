"""How many parameters each part has, in known models and in one of the visitor's."""

import streamlit as st

from components.markdown import literally
from components.page import Badge, Page, Panel
from core.checks import Check
from core.transformer import BYTES, SHAPES, TOTALS, ModelShape, parameter_table
from pages.architecture.transformer.figures.parameters import parameters_figure
from pages.architecture.transformer.words import count, parameters_title

OWN = "Your model"
WANTED = ("layers", "width", "heads", "kv_heads", "inner", "vocabulary")


def panel(page: Page) -> Panel:
    """The table of parameters in the place of the path."""
    return Panel(
        "Parameters",
        lambda: draw(page),
        stands="instead",
        badges=(Badge.EXACT,),
        checks=checks,
        script=lambda: script(page),
    )


def own_shape(page: Page) -> ModelShape:
    """The visitor's model: gated, without biases, tied; raises ValueError for a shape that does not divide."""
    values = {name: page.controls.value(name) for name in WANTED}
    return ModelShape(OWN, tied=True, **values)


def draw(page: Page) -> None:
    """Six models and the visitor's own, by part; then memory and operations of that one."""
    limits = {
        "layers": ("Layers", 1, 200),
        "width": ("Width d", 8, 20_000),
        "heads": ("Heads", 1, 256),
        "kv_heads": ("Key/value heads", 1, 256),
        "inner": ("Feed-forward width", 8, 80_000),
        "vocabulary": ("Vocabulary", 2, 500_000),
    }
    *places, last = st.columns(7, vertical_alignment="bottom")
    for place, (name, (label, low, high)) in zip(places, limits.items(), strict=True):
        with place:
            page.controls.number(name, label, low, high)
    with last, page.more():
        precision = page.controls.choice("precision", "Precision", list(BYTES))
        context = page.controls.slider("context", "Tokens before", 0, 128_000, step=1000)
    try:
        own = parameter_table(own_shape(page))
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    tables = [*(parameter_table(shape) for shape in SHAPES.values()), own]
    title = parameters_title(own)
    fig = parameters_figure(tables, look=page.look, title=title)
    page.plot(fig, name="parameters", alt=f"Bars: share of each part in seven models. {title}.")
    big = tables[3]
    page.note(
        f"Yours takes <b>{own.bytes(precision) / 1e9:.3g} GB</b> as {precision} and "
        f"<b>{count(own.operations(context))}</b> operations for one more token after {context:,}; {big.shape.name} "
        f"takes <b>{big.bytes(precision) / 1e9:.3g} GB</b> and <b>{count(big.operations(context))}</b> operations. Its "
        f"embedding and output are <b>{big.embedding_share:.0%}</b> of it, SmolLM2's "
        f"<b>{tables[0].embedding_share:.0%}</b>."
    )


def checks() -> list[Check]:
    """Each count against the model as published, weight for weight."""
    apart = {name: abs(parameter_table(shape).total - TOTALS[name]) for name, shape in SHAPES.items()}
    worst = max(apart, key=lambda name: apart[name])
    return [Check("Totals equal the published models'", float(apart[worst]), 0.0, f"parameters, {worst} among six")]


def script(page: Page) -> str:
    """A script that counts the visitor's model."""
    precision, context = page.controls.value("precision"), page.controls.value("context")
    return f"""from core.transformer import ModelShape, parameter_table

table = parameter_table({own_shape(page)!r})
for part in table.parts:
    print(part.name, part.total)
print(table.total, table.bytes({precision!r}), table.operations({context}))
"""
