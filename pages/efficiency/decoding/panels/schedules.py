"""The decoding page's panels about how long a draft should be, and about the n-grams that lookahead collects."""

from collections.abc import Mapping

import streamlit as st

from components.page import Page
from core.checks import Check
from core.decoding import (
    CONTESTANTS,
    PUBLISHED,
    RACE_TOKENS,
    SCHEDULED,
    Constant,
    Generation,
    Growing,
    Machine,
    Schedule,
    Unsure,
    differing,
    measured_machine,
    published_machine,
    recorded_costs,
    replay,
    speeds_of,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.schedules import length_bars, pool_figure, schedule_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.topic import HERE
from pages.efficiency.decoding.words.schedules import (
    call_words,
    pool_title,
    pool_words,
    schedules_title,
    schedules_words,
)

LENGTHS = (1, 2, 3, 5, 8)
GROWING, UNSURE = "grows and shrinks", "stops when unsure"
HEIGHT, PRESENTED = 350, 290
"""Of the charts, at a desk and for a projector, where words take more room."""


def schedules(shown: Shown) -> None:
    """Lengths that change from call to call against constant ones, on all prompts and call by call on one."""
    page = shown.page
    offered, chosen = _schedule_controls(page)
    name, machine = _drafter(page), _machine(page)
    chains = results.all_chains(name)
    if not chains:
        st.info("No drafts are recorded.")
        return
    speeds = speeds_of(chains, offered, CONTESTANTS[name], machine, most=RACE_TOKENS)
    kind = shown.kind if shown.kind in chains else next(iter(chains))
    run = replay(chains[kind], offered[chosen], CONTESTANTS[name], most=RACE_TOKENS)
    error = results.model_error("float32", roof_alone=not machine.shares).among(SCHEDULED)
    where = machine.name if machine.name == HERE else f"the {machine.name}"
    left, right = st.columns(2)
    with left:
        who = f"{name[0].upper()}{name[1:]} on {where}"
        title = f"{who}: {schedules_title(speeds, [_constant(one) for one in LENGTHS], size=error.pair_size)}"
        fig = schedule_bars(speeds, chosen, look=page.look, title=title, height=_height(page))
        page.plot(fig, name="schedules", alt=f"Forecast speed of each schedule. {title}.")
    with right:
        _by_call(page, run, f"“{kind}”, {chosen}")
    page.note(
        f"<b>{len(run.token_ids)}</b> tokens in <b>{run.target_calls}</b> calls, <b>{speeds[chosen][kind]:.2f}</b> "
        f"times greedy on “{kind}” by the model of {where}."
    )
    st.caption(schedules_words(len(chains), error))


def _schedule_controls(page: Page) -> tuple[dict[str, Schedule], str]:
    """What is offered with the threshold on its slider, and the name of the schedule that is chosen."""
    first, second, third, fourth = st.columns(4)
    with first:
        page.controls.select("drafter", "Draft", SCHEDULED)
    with third:
        offered = _offered(float(page.controls.slider("stop", "Stops below probability", 0.05, 0.95, step=0.05)))
    with second:
        chosen = str(page.controls.select("schedule", "Schedule", list(offered)))
    with fourth:
        page.controls.select("machine", "Machine", (HERE, *PUBLISHED))
    return offered, chosen


def _by_call(page: Page, run: Generation, what: str) -> None:
    """The length of the draft of each call, of what is named."""
    title = f"{what}: {run.accepted} of {run.proposed} draft tokens stand in {run.target_calls} calls"
    fig = length_bars(run, look=page.look, title=title, height=_height(page))
    page.plot(fig, name="lengths", alt=f"Draft length by call. {title}.")


def schedule_checks(shown: Shown) -> list[Check]:
    """Whether the replay with the length of the recorded race is that race; none where nothing is recorded."""
    chains, name = results.all_chains(_drafter(shown.page)), _drafter(shown.page)
    kind = shown.kind if shown.kind in chains else next(iter(chains), None)
    race = results.kept_race(kind, "float32") if kind else None
    if kind is None or race is None:
        return []
    raced = race.runs[name]
    length = max(len(step.draft) for step in raced.steps)
    again = replay(chains[kind], Constant(length), raced.method, most=RACE_TOKENS)
    lost = sum(one.accepted != other.accepted for one, other in zip(again.steps, raced.steps, strict=False))
    lost += abs(len(again.steps) - len(raced.steps)) + differing(again.token_ids, raced.token_ids)
    return [Check("Replayed with the race's length, the draft is the race's", float(lost), 0.0, "calls that differ")]


def schedule_script(shown: Shown) -> str:
    """A script for the schedules on screen."""
    return scripts.schedules(_drafter(shown.page), float(shown.page.controls.value("stop")), _machine(shown.page))


def pool(shown: Shown) -> None:
    """The n-grams that lookahead decoding has collected before each call, and those that it tries."""
    page = shown.page
    kind, calls = results.pool_of(shown.kind)
    run = _lookahead(kind)
    if not calls or run is None:
        st.info("No pool is recorded.")
        return
    if not 0 <= int(page.controls.value("call")) < len(calls):
        # A slider would start at its default where a link names a call that this run has not.
        page.controls.set({"call": min(max(int(page.controls.value("call")), 0), len(calls) - 1)})
    at = int(page.controls.slider("call", "Call", 0, len(calls) - 1))
    title = pool_title(calls)
    told = [call_words(calls, number, run.pieces.get(call.last, "…")) for number, call in enumerate(calls)]
    fig = pool_figure(
        calls,
        at,
        run.pieces,
        told,
        look=page.look,
        title=title,
        height=_height(page) + (60 if page.look.presenter else 12),
    )
    page.plot(fig, name="pool", alt=f"The pool of n-grams on “{kind}”. {title}; {'; '.join(told[at])}.", roomy="broad")
    page.note(f"On “{kind}”, float32. {pool_words(calls)}")
    st.caption(
        "An n-gram here is three tokens in a row; the window is what each call guesses for the places ahead. Each "
        "n-gram keeps its place. Blue is new since the call before. Those in gray begin with the last token and are "
        "tried; green is the one that stands. Of Prompt, Method and Precision, the prompt alone matters here."
    )


def pool_checks(shown: Shown) -> list[Check]:
    """Whether the text along which the pool was watched is that of the race."""
    kind, calls = results.pool_of(shown.kind)
    run = _lookahead(kind)
    if not calls or run is None:
        return []
    written = [token for call in calls for token in call.added]
    return [
        Check("The watched text is the race's", float(differing(written, run.token_ids)), 0.0, "tokens that differ")
    ]


def pool_script(shown: Shown) -> str:
    """A script for the pool on screen."""
    kind, _ = results.pool_of(shown.kind)
    return scripts.pool(kind)


def _lookahead(kind: str) -> Generation | None:
    race = results.kept_race(kind, "float32")
    return None if race is None else race.runs.get("lookahead")


def _constant(length: int) -> str:
    return f"always {length}"


def _offered(threshold: float) -> dict[str, Schedule]:
    lengths: Mapping[str, Schedule] = {_constant(length): Constant(length) for length in LENGTHS}
    return {GROWING: Growing(), UNSURE: Unsure(threshold), **lengths}


def _drafter(page: Page) -> str:
    name = str(page.controls.value("drafter"))
    return name if name in SCHEDULED else SCHEDULED[0]


def _machine(page: Page) -> Machine:
    name = str(page.controls.value("machine"))
    return published_machine(name, "float32") if name in PUBLISHED else measured_machine(recorded_costs())


def _height(page: Page) -> int:
    return PRESENTED if page.look.presenter else HEIGHT
