"""Train short, test long: small models alike but for their positions, on texts longer than they were trained on."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page, Panel
from components.theme import CATEGORIES
from core.checks import Check
from core.jobs import find, promise
from core.positional import (
    STEPS,
    TASKS,
    Extrapolation,
    ExtrapolationParams,
    best_without_order,
    curve_checks,
    extrapolate,
    recorded_extrapolation,
)
from pages.architecture.positional_encoding.extrapolating import (
    NAMES,
    STRETCHED,
    curves_sentence,
    length_title,
    order_sentence,
    price_sentence,
    sample_line,
    seeds_sentence,
    stretched_curves,
    stretching_title,
    textbook_sentence,
    untrained_sentence,
)
from pages.architecture.positional_encoding.figures.codes import SCHEME_COLORS
from pages.architecture.positional_encoding.figures.extrapolation import by_length
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.words import BY_FOUR, BY_LENGTH, COPY, LONG, MARK

TASK_NAMES = dict(zip((MARK, COPY), TASKS, strict=True))
SCHEME_NAMES = {name: scheme for scheme, name in NAMES.items()}
ABOVE = {False: 130, True: 160}
"""Pixels of the room of the main figure that the rest of the panel takes, at a desk and for a projector."""
TAKES = {"mark": 6.0, "copy": 12.0}
"""Seconds of processor of one training and its tests in a fresh process, on the machine of the promises."""


def panel(page: Page) -> Panel:
    """Accuracy by length in the place of the figure."""
    return Panel(LONG, lambda: draw(page), stands="instead", checks=lambda: checks(page), script=lambda: script(page))


@plainly
def draw(page: Page) -> None:
    """Both figures of a task; below, one scheme to train now."""
    first, second, third, fourth = st.columns([2.4, 2.6, 1.8, 1], vertical_alignment="bottom")
    with first:
        task = TASK_NAMES[page.controls.choice("long_task", "Task", list(TASK_NAMES))]
    with second:
        fixed = page.controls.choice("long_stretch", "Stretch RoPE by", [BY_LENGTH, BY_FOUR]) == BY_FOUR
    with third:
        page.controls.select("long_scheme", "Train one now", list(SCHEME_NAMES))
    with fourth:
        page.controls.number("long_seed", "Seed", 0, 99)
    found, now = recorded_extrapolation(task), _trained(page)
    page.badges(Badge.RECORDED, *((Badge.MEASURED,) if now is not None else ()), Badge.TOY)
    shortest, seed = int(found.lengths[0]), found.params.seeds[0]
    st.html(f'<div class="reading">{sample_line(task, shortest, seed)}</div>')
    left, right = st.columns(2)
    with left:
        _schemes(page, found, now)
    with right:
        _stretched(page, found, fixed=fixed)
    page.note(_reading(found))
    result = job_panel(
        extrapolate,
        _asked(page),
        start=f"Train {page.controls.value('long_scheme')} with seed {page.controls.value('long_seed')} now",
        cost=f"It takes {promise(TAKES[task])} of one core, once, and its curve joins the figure.",
        draw_partial=lambda told: _losses(page, *told),
    )
    if result is not None:
        st.caption(_again(found, result))
    _caption(found, fixed=fixed)


def _asked(page: Page) -> ExtrapolationParams:
    """The training that the controls ask for."""
    value = page.controls.value
    task = TASK_NAMES[value("long_task")]
    return ExtrapolationParams(task, (SCHEME_NAMES[value("long_scheme")],), (value("long_seed"),), STEPS[task])


def _trained(page: Page) -> Extrapolation | None:
    """The training that the controls ask for, where it is done."""
    job = find(extrapolate, _asked(page))
    return job.result() if job is not None and job.state == "finished" else None


def _schemes(page: Page, found: Extrapolation, now: Extrapolation | None) -> None:
    title = length_title(found)
    fig = by_length(
        {NAMES[scheme]: runs for scheme, runs in found.by_scheme.items()},
        found.lengths,
        trained=found.trained_length,
        level=_level(found),
        colors={NAMES[scheme]: SCHEME_COLORS[scheme] for scheme in NAMES},
        look=page.look,
        title=title,
        height=room(page.look, ABOVE[page.look.presenter]),
        now=None if now is None else {NAMES[now.params.schemes[0]]: now.accuracy[0, 0]},
    )
    page.plot(fig, name="long", alt=f"Right answers by length under six schemes, over seeds. {title}.")


def _stretched(page: Page, found: Extrapolation, *, fixed: bool) -> None:
    curves = stretched_curves(found, fixed=fixed)
    title = stretching_title(found, 2 * found.trained_length, fixed=fixed)
    # None of the colors of the other schemes beside it: as trained, it is the same curve in both figures.
    inks = (SCHEME_COLORS["rope"], page.look.ink, page.look.role("draft"), CATEGORIES[6])
    fig = by_length(
        {STRETCHED[kind]: runs for kind, runs in curves.items()},
        found.lengths,
        trained=found.trained_length,
        level=_level(found),
        colors={STRETCHED[kind]: ink for kind, ink in zip(curves, inks, strict=True)},
        look=page.look,
        title=title,
        height=room(page.look, ABOVE[page.look.presenter]),
    )
    page.plot(fig, name="long_rope", alt=f"RoPE's right answers by length, as trained and stretched. {title}.")


def _level(found: Extrapolation) -> tuple[str, np.ndarray]:
    name = "best without order" if found.params.task == "mark" else "a guess, 1 in 16"
    return name, found.unordered.mean(axis=0)


def _reading(found: Extrapolation) -> str:
    twice = 2 * found.trained_length
    seeds = len(found.params.seeds)
    noise = f"over {seeds} seeds (≈: not told from its left neighbor)" if seeds > 1 else "of one seed"
    return f"At length <b>{twice}</b>, {noise}: <b>{order_sentence(found, twice)}</b>. {untrained_sentence(found)}"


def _losses(page: Page, every: int, told: list[float]) -> None:
    fig = lines(
        {"loss": np.array(told)},
        look=page.look,
        title=f"Loss so far: {told[-1]:.2f} nats",
        x_label="step",
        y_label="nats",
        x=every * np.arange(1, len(told) + 1),
        height=220,
    )
    page.plot(fig, name="long_loss", alt="The loss of the training under way, falling or not.")


def _again(found: Extrapolation, now: Extrapolation) -> str:
    """How near a run is to the recorded one of its seed; another version of torch may round otherwise."""
    scheme, seed = now.params.schemes[0], now.params.seeds[0]
    reached = f"{NAMES[scheme]}, seed {seed}: {now.accuracy[0, 0, found.at(found.trained_length)]:.1%} right at the "
    reached += f"trained length, {now.accuracy[0, 0, -1]:.1%} at {now.lengths[-1]}. "
    if seed not in found.params.seeds:
        return reached
    apart = np.abs(now.accuracy[0, 0] - found.by_scheme[scheme][found.params.seeds.index(seed)]).max()
    same = "the same at every length" if apart == 0 else f"apart by up to {apart:.3f} of the answers"
    return f"{reached}Beside the recorded run of this seed: {same}."


def _caption(found: Extrapolation, *, fixed: bool) -> None:
    n, longest = found.trained_length, int(found.lengths[-1])
    textbook = " ".join(textbook_sentence(found, length) for length in (2 * n, longest))
    other = recorded_extrapolation(next(task for task in TASKS if task != found.params.task))
    asked = (
        "Six symbols in a hundred wear a mark. The dotted line is the best that a reader can do who sees the symbol of "
        "the place itself and knows which marks there were, not their order; it scores marked places as right. The "
        "causal mask alone lets a model without positions know more than that: each place sees the marks before it and "
        "no others."
        if found.params.task == "mark"
        else "The dotted line is a guess."
    )
    st.caption(
        f"{asked} Two layers, width 64, four heads; texts of {n // 2} to {n} symbols in {found.params.steps:,} steps; "
        f"equal weights and texts for equal seeds. Bands reach from the worst seed to "
        f"the best. {seeds_sentence(found)} {textbook} The learned table has {longest} rows: no training text reached "
        f"those after {n}, and they are as they were drawn. A table of {n} rows would refuse a longer text. "
        f"{price_sentence(found)} {curves_sentence(found, other, 2 * n, fixed=fixed)}"
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the recorded runs, of the run just trained, and the recorded level from the texts again."""
    found, now = recorded_extrapolation(TASK_NAMES[page.controls.value("long_task")]), _trained(page)
    again = [best_without_order(found.params.task, int(n), found.params.seeds[0]) for n in found.lengths]
    error = float(np.abs(np.array(again) - found.unordered[0]).max())
    drawn = Check("The test texts, drawn again, give the dotted line", error, 1e-12, f"seed {found.params.seeds[0]}")
    trained = () if now is None else (*curve_checks(now), *now.checks)
    return (*curve_checks(found), drawn, *found.checks, *trained)


def script(page: Page) -> str:
    """A script that trains the chosen scheme and prints its accuracies."""
    asked = _asked(page)
    return f"""from core.positional import ExtrapolationParams, extrapolate

asked = ExtrapolationParams({asked.task!r}, {asked.schemes!r}, {asked.seeds!r}, {asked.steps})
found = extrapolate(asked)
for length, right in zip(found.lengths, found.accuracy[0, 0]):
    print(length, f"{{right:.3f}}")
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
