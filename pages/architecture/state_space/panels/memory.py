"""What is kept of the past: HiPPO's two memories, a wrong reading, a random matrix; and powers of plain recurrences."""

import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.markdown import literally
from components.page import Page
from core.checks import Check
from core.state_space import SIGNALS, Memories
from pages.architecture.state_space import results
from pages.architecture.state_space.figures import curves
from pages.architecture.state_space.topic import DRAWN, KEPT, POWERS
from pages.architecture.state_space.words.memories import memory_title, parts_words, powers_title

ABOVE = 165
LENGTH = 512
"""Samples of the signal that is remembered."""


def draw(page: Page) -> None:
    """One of the two views."""
    first, *others = st.columns([2.1, 1.2, 1.4, 1.5, 0.9], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("past_view", "View", [KEPT, POWERS])
    if view == POWERS:
        with others[1]:
            page.controls.slider("radius", "Largest eigenvalue", 0.5, 1.2, step=0.01)
        with others[3]:
            page.controls.number("past_seed", "Seed", 0, 99)
        _powers(page)
        return
    with others[0]:
        page.controls.select("past_signal", "Signal", [name for name in (*SIGNALS, DRAWN) if name != "text"])
    with others[1]:
        page.controls.slider("kept", "Numbers kept, N", 1, 64)
    with others[2]:
        page.controls.slider("age", "Age of the start, L Δ (fixed)", 0.5, 6.0, step=0.5)
    with others[3]:
        page.controls.number("past_seed", "Seed", 0, 99)
    try:
        _past(page, _memories(page))
    except ValueError as error:
        st.warning(literally(str(error)))


def _memories(page: Page) -> Memories:
    value = page.controls.value
    return results.memories_of(
        value("past_signal"), value("knots"), LENGTH, value("kept"), float(value("age")), value("past_seed")
    )


def _past(page: Page, found: Memories) -> None:
    errors, look = found.errors, page.look
    recent, old = (found.error_between("fixed, warped basis", *part) for part in ((0.9, 1.0), (0.0, 0.5)))
    fields = (
        ("with 1/t", "With 1/t: all of the past evenly", look.role("accepted")),
        ("fixed, warped basis", "Fixed system, read in its warped basis", look.role("query")),
        ("fixed, plain basis", "Fixed system, read as if it were even", look.role("rejected")),
        ("random A", "A random matrix, best reading", look.role("kl")),
    )
    words = memory_title(found)
    series = [(f"{said}: error {errors[name]:.3f}", found.readings[name], color) for name, said, color in fields]
    fig = curves.side_by_side(
        series, found.u, found.readings["best possible"], look=look, title=words, height=room(look, ABOVE)
    )
    page.plot(
        fig, name="past", roomy=True, alt=f"A signal and what four memories of one size give back of it. {words}."
    )
    page.note(
        f"Errors are |u − û| / |u|. Same A, same N = <b>{len(found.even)}</b>. The polynomial closest to the "
        f"samples, with all of them in view (dotted), errs by <b>{errors['best possible']:.4f}</b>. The fixed "
        f"system, as S4 uses it, {parts_words(recent, old)}. HiPPO's A is negative: its eigenvalues are −1 to −N."
    )


def _powers(page: Page) -> None:
    radius, seed = float(page.controls.value("radius")), page.controls.value("past_seed")
    own, legs = results.powers_of(radius, seed), results.share_in_legs_of()
    words = powers_title(radius, float(own[100]), float(legs[100]))
    series = {f"λ = {rate:g}": results.powers_of(rate, seed) for rate in (0.9, 1.05, radius)}
    series["LegS with 1/t"] = legs
    roles = {"λ = 0.9": "mass", "λ = 1.05": "target", "LegS with 1/t": "accepted", f"λ = {radius:g}": "key"}
    fig = lines(
        series,
        look=page.look,
        title=words,
        x_label="age of the input, in steps",
        y_label="size of the state, from 1",
        colors={name: page.look.role(roles[name]) for name in series},
        height=room(page.look, ABOVE),
        log_y=True,
    )
    page.plot(fig, name="powers", alt=f"What is left of an input by its age, on a log axis. {words}.")
    page.note(
        "What an input leaves in the state: |A<sup>k</sup> B| / |B| of a random matrix of "
        f"<b>{results.POWER_STATES}</b> states, scaled so that its largest eigenvalue has the size λ. In the long run "
        "each step multiplies by λ, so an old input, and the gradient, goes to 0 or without limit. In the memory with "
        "1/t every sample so far has the same share of the mean, 1 in their number; a state of as many numbers holds "
        f"<b>{legs[100]:.2g}</b> of it after 100 steps."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The coefficients are the least squares, and the other identities of the memories."""
    try:
        return _memories(page).checks
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that computes the errors on screen with `core` alone."""
    value = page.controls.value
    drawn = value("past_signal") == DRAWN
    u = f"drawn_signal({value('knots')!r}, {LENGTH})" if drawn else f"signal({value('past_signal')!r}, {LENGTH})"
    return f"""from core.state_space import drawn_signal, remember, signal

found = remember({u}, {value("kept")}, age={float(value("age"))!r}, seed={value("past_seed")})
for name, error in found.errors.items():
    print(f"{{name}}: {{error:.4f}}")
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
