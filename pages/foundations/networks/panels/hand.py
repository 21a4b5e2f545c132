"""The panel of one step by hand: five neurons, nine weights, forward and backward, all of them to be changed."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.markdown import literally
from components.page import Page
from core.checks import Check
from core.learning import SMOOTH, HandStep, one_step
from pages.foundations.networks import words
from pages.foundations.networks.figures.steps import network

NAMES = ("w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂", "v₁", "v₂", "c")
TEXTS = ("first", "second", "point")


def step_of(page: Page) -> HandStep:
    """The step that the parameters describe; raises ValueError, in words, where they describe none."""
    values = page.controls.values()
    rows = [_numbers(row, "the weights of h₁ and h₂", 3) for row in str(values["first"]).split("/")]
    if len(rows) != 2:
        raise ValueError(f"the weights of h₁ and h₂: {len(rows)} rows; two are needed, with / between them")
    v1, v2, c = _numbers(values["second"], "the weights of s", 3)
    x1, x2, y = _numbers(values["point"], "the point", 3)
    (w11, w21, b1), (w12, w22, b2) = rows
    activation = values["hand_activation"] if values["hand_activation"] in SMOOTH else SMOOTH[0]
    weights = [w11, w12, w21, w22, b1, b2, v1, v2, c]
    return one_step(weights, [x1, x2], y, learning_rate=float(values["hand_rate"]), activation=activation)


def _numbers(text: str, name: str, count: int) -> list[float]:
    parts = str(text).replace(",", " ").split()
    try:
        found = [float(part) for part in parts]
    except ValueError:
        raise ValueError(f"{name}: “{text[:40]}” holds a text where a number should be") from None
    if len(found) != count:
        raise ValueError(f"{name}: {len(found)} numbers; {count} are needed")
    return found


def draw(page: Page) -> None:
    """The numbers to edit, the network and the table of derivatives."""
    places = st.columns([2.6, 1.8, 1.6, 1.6, 1.6], vertical_alignment="bottom")
    labels = ("h₁: w₁₁ w₂₁ b₁ / h₂: w₁₂ w₂₂ b₂", "s: v₁ v₂ c", "x₁ x₂ and class y")
    for place, name, label in zip(places, TEXTS, labels, strict=False):
        with place:
            page.controls.text(name, label)
    with places[3]:
        page.controls.choice("hand_activation", "Activation", list(SMOOTH))
    with places[4]:
        page.controls.slider("hand_rate", "Learning rate η", 0.0, 5.0, step=0.1)
    try:
        step = step_of(page)
    except ValueError as error:
        told = str(error).rstrip(".")
        st.warning(literally(f"{told[:1].upper()}{told[1:]}."))
        back = {name: page.controls.defaults[name] for name in TEXTS}
        st.button("Back to the example", on_click=page.controls.set, args=(back,), key="networks_hand_back")
        return
    left, right = st.columns([1.7, 1])
    title = words.told_step(step)
    with left:
        fig = network(step, look=page.look, title=title, height=page.look.hero - 165)
        page.plot(
            fig, name="hand", alt=f"Two inputs, two hidden neurons and a logit, with weights and derivatives. {title}."
        )
    with right:
        st.html(table(step))
    page.note(_reading(step))


def table(step: HandStep) -> str:
    """Each weight with its derivative both ways, and what it becomes, as HTML."""
    head = "".join(f"<th>{escape(word)}</th>" for word in ("", "weight", "backward", "difference", "after"))
    rows = "".join(
        f"<tr><td>{name}</td>" + "".join(f"<td>{value:.5f}</td>" for value in values) + "</tr>"
        for name, *values in zip(NAMES, step.weights, step.gradient, step.differences, step.after, strict=True)
    )
    style = "<style>.grid.derivatives :is(td, th) { min-width: 0; padding: 0.2rem 1rem 0.2rem 0; }</style>"
    return f'{style}<div class="grid derivatives" tabindex="0"><table><tr>{head}</tr>{rows}</table></div>'


def _reading(step: HandStep) -> str:
    h1, h2, s = step.outputs
    delta = step.gradient[8]
    return (
        f"Forward: h₁ = <b>{h1:.4f}</b>, h₂ = <b>{h2:.4f}</b>, logit s = <b>{s:.4f}</b>, loss L = "
        f"<b>{step.loss:.4f}</b> nats. Backward, green in the figure: ∂L/∂s = −y · sigmoid(−y s) = "
        f"<b>{delta:.4f}</b>, c’s derivative; times h₁ it is v₁’s, times v₁ and the slope of h₁ it is b₁’s. "
        "Every weight then moves by −η times its derivative."
    )


def checks(page: Page) -> Sequence[Check]:
    """Backward against finite differences; none for numbers that describe no step."""
    try:
        return step_of(page).checks
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that makes the same step; the example's for numbers that describe none."""
    try:
        step = step_of(page)
    except ValueError:
        return "from core.learning import one_step\n"
    return f"""from core.learning import one_step

step = one_step({step.weights.tolist()!r}, {step.x.tolist()!r}, {step.y!r},
                learning_rate={step.learning_rate!r}, activation={step.activation!r})
print(step.loss, step.loss_after)
print(step.gradient)
print(step.differences)
"""
