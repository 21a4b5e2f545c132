"""Tools that fail: chains of calls, a checker that errs too, and a budget of calls."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import (
    Ends,
    checked,
    checked_draws,
    in_shares,
    simulated,
    success,
    tolerance,
    within,
    within_draws,
)
from core.checks import Check
from pages.agents.agents.figures.noise import Line, chains_figure, ends_figure
from pages.agents.agents.names import BUDGET, CALLS, CHECKER, NOISE, NOISE_VIEWS
from pages.agents.agents.readings import noise as words
from pages.agents.agents.readings.shares import counted

ABOVE = 170
LONGEST, MOST_RETRIES, MOST_PAID = 30, 5, 120
SHOWN_RETRIES = 8
DRAWS, MANY, SEED = 400, 40_000, 0
"""Drawn chains of a dot, those of a check, and the seed of both. So many tell ten calls from nine and from eleven where
one in ten fails."""

DOTS = (1, 2, 4, 6, 8, 10, 15, 20, 25, 30)


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        NOISE, lambda: draw(page), stands="instead", badges=(Badge.EXACT, Badge.MEASURED), checks=lambda: checks(page),
        script=lambda: script(page),
    )  # fmt: skip


def view_of(page: Page) -> str:
    """Which of the three is shown."""
    named = str(page.controls.value("noise_view"))
    return named if named in NOISE_VIEWS else CALLS


def percent(page: Page, name: str) -> float:
    """A slider in percent, as a share."""
    return min(max(int(page.controls.value(name)), 0), 100) / 100


def whole(page: Page, name: str, low: int, high: int) -> int:
    """A slider's whole number."""
    return min(max(int(page.controls.value(name)), low), high)


def steps_of(page: Page) -> int:
    """Calls of a chain."""
    return whole(page, "calls", 1, LONGEST)


def draw(page: Page) -> None:
    """The controls of the view, its figure and its sentence."""
    places = st.columns([3.2, 2, 2, 2, 2], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("noise_view", "Look at", list(NOISE_VIEWS))
    with places[1]:
        page.controls.slider("fails", "A call fails (%)", 0, 100)
    with places[2]:
        page.controls.slider("calls", "Calls in a chain", 1, LONGEST)
    view = view_of(page)
    with places[3]:
        if view == CALLS:
            page.controls.slider("retries", "Retries of each call", 0, MOST_RETRIES)
        elif view == CHECKER:
            page.controls.slider("alarms", "False alarms (%)", 0, 100)
        else:
            page.controls.slider("paid", "Calls paid for", 1, MOST_PAID)
    with places[4]:
        if view == CHECKER:
            page.controls.slider("misses", "Misses (%)", 0, 100)
    {CALLS: calls, CHECKER: checker, BUDGET: budget}[view](page)


def calls(page: Page) -> None:
    """Chains of calls over their length, with retries and with votes."""
    p, steps, retries = percent(page, "fails"), steps_of(page), whole(page, "retries", 0, MOST_RETRIES)
    ways = three_ways(p, steps, retries)
    title = words.calls_title(p, steps, retries, once=ways[0], again=ways[1], vote=ways[2])
    fig = chains_figure(
        call_lines(p, retries), range(1, LONGEST + 1), at=steps, axis="calls in a chain", look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(fig, name="noise", alt=f"Chains that come through, over their length. {title}.", roomy="broad")
    page.sentence(
        words.calls_reading(p, steps, retries, once=ways[0], again=ways[1], vote=ways[2], draws=DRAWS)
    )  # fmt: skip


def three_ways(p: float, steps: int, retries: int) -> tuple[float, float, float]:
    """How often a chain comes through by one try, with retries, and by a vote of three."""
    return success(p, steps), success(p, steps, retries=retries), success(p, steps, voters=3)


def call_lines(p: float, retries: int) -> tuple[Line, ...]:
    """By way, exact and drawn; silent failures are drawn alone, since they lie on the line of one try."""
    ways = [three_ways(p, steps, retries) for steps in range(1, LONGEST + 1)]
    once, again, vote = zip(*ways, strict=True)
    told = counted(retries, "retry", "retries")
    return (
        Line("one try", "key", once, drawn(p)),
        Line(f"{told}, announced", "value", again, drawn(p, retries=retries)),
        Line("a vote of three", "query", vote, drawn(p, voters=3)),
        Line(f"{told}, silent", "mass", once, drawn(p, retries=retries, silent=True), hollow=True),
    )


def drawn(p: float, *, retries: int = 0, voters: int = 1, silent: bool = False) -> dict[int, tuple[int, int]]:
    """By length, how many drawn chains come through."""
    return {
        steps: (
            _through(p, steps, draws=DRAWS, seed=SEED + steps, retries=retries, voters=voters, silent=silent),
            DRAWS,
        )
        for steps in DOTS
    }


def _through(p: float, steps: int, *, draws: int, seed: int, retries: int, voters: int, silent: bool) -> int:
    """How many drawn chains come through."""
    drawn_chains = simulated(p, steps, retries=retries, voters=voters, silent=silent, draws=draws, seed=seed)
    return int(drawn_chains.sum())


def checker(page: Page) -> None:
    """How chains end where a checker says what to try again."""
    p, steps, alarms, misses = percent(page, "fails"), steps_of(page), percent(page, "alarms"), percent(page, "misses")
    ends = [checked(p, steps, retries=number, alarms=alarms, misses=misses) for number in range(SHOWN_RETRIES + 1)]
    found = [ends_drawn(p, steps, number, alarms, misses, draws=DRAWS).tolist() for number in range(SHOWN_RETRIES + 1)]
    title = words.checker_title(p, ends[0], ends[-1], SHOWN_RETRIES)
    fig = ends_figure(ends, found, DRAWS, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="checker", alt=f"How chains end, by retries of each call. {title}.", roomy="broad")
    page.sentence(words.checker_reading(p, steps, alarms, misses, ends[-1], SHOWN_RETRIES))


def ends_drawn(p: float, steps: int, retries: int, alarms: float, misses: float, *, draws: int) -> np.ndarray:
    """How many drawn chains end right, wrong and given up."""
    found = checked_draws(p, steps, retries=retries, alarms=alarms, misses=misses, draws=draws, seed=SEED)
    return np.bincount(found, minlength=3)


def budget(page: Page) -> None:
    """A budget of calls, spent in three ways."""
    p, steps, paid = percent(page, "fails"), steps_of(page), whole(page, "paid", 1, MOST_PAID)
    shared, equal, vote = spent(p, steps, paid)
    title = words.budget_title(p, steps, paid, shared=shared, equal=equal)
    places = range(1, max(4 * steps, paid) + 1)
    fig = chains_figure(
        budget_lines(p, steps, places), places, at=paid, axis="calls paid for", look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(fig, name="budget", alt=f"Chains that come through, over the calls paid for. {title}.", roomy="broad")
    page.sentence(words.budget_reading(steps, paid, shared=shared, equal=equal, vote=vote, votes=votes_of(steps, paid)))


def votes_of(steps: int, paid: int) -> tuple[int, int]:
    """The largest vote that the calls allow for every step, and in how many first steps two more can vote."""
    pairs, more = divmod(max(paid - steps, 0) // 2, steps)
    return 1 + 2 * pairs, more


def spent(p: float, steps: int, paid: int) -> tuple[float, float, float]:
    """How often a chain comes through: calls shared by all steps, in equal shares, in votes."""
    if paid < steps:
        return 0.0, 0.0, 0.0
    voters, more = votes_of(steps, paid)
    vote = success(p, more, voters=voters + 2) * success(p, steps - more, voters=voters)
    return within(p, steps, paid), in_shares(p, steps, paid), vote


def budget_lines(p: float, steps: int, places: range) -> tuple[Line, ...]:
    """By way, exact; drawn chains for the calls that all steps share."""
    shared, equal, vote = zip(*(spent(p, steps, paid) for paid in places), strict=True)
    stops = np.unique(np.linspace(places[0], places[-1], 10).round().astype(int)).tolist()
    dots = {paid: (int(within_draws(p, steps, paid, draws=DRAWS, seed=SEED + paid).sum()), DRAWS) for paid in stops}
    return (
        Line("where one fails", "value", shared, dots),
        Line("in equal shares", "target", equal, {}),
        Line("in votes", "query", vote, {}),
    )


def checks(page: Page) -> tuple[Check, ...]:
    """Each formula on screen against drawn chains; what the three ends sum to."""
    p, steps, view = percent(page, "fails"), steps_of(page), view_of(page)
    if view == CALLS:
        return call_checks(p, steps, whole(page, "retries", 0, MOST_RETRIES))
    if view == CHECKER:
        alarms, misses = percent(page, "alarms"), percent(page, "misses")
        ends = checked(p, steps, retries=SHOWN_RETRIES, alarms=alarms, misses=misses)
        return checker_checks(p, steps, ends, ends_drawn(p, steps, SHOWN_RETRIES, alarms, misses, draws=MANY))
    return budget_checks(p, steps, whole(page, "paid", 1, MOST_PAID))


def budget_checks(p: float, steps: int, paid: int) -> tuple[Check, ...]:
    """Calls that are spent where one fails against drawn ones, and against equal shares, which bring no more."""
    hits = int(within_draws(p, steps, paid, draws=MANY, seed=SEED).sum())
    shared, equal, _ = spent(p, steps, paid)
    lost = Check("Chains lost by spending where one fails", max(0.0, equal - shared), 1e-12, "against equal shares")
    return counted_check("Shared calls", hits, shared), lost


def call_checks(p: float, steps: int, retries: int) -> tuple[Check, ...]:
    """The formulas of chains against drawn ones, silent failures too."""
    once, again, vote = three_ways(p, steps, retries)
    ways = (
        ("One try", once, 0, 1, False),
        ("Retries", again, retries, 1, False),
        ("A vote of three", vote, 0, 3, False),
        ("Retries of silent failures", once, retries, 1, True),
    )
    return tuple(
        counted_check(
            name, _through(p, steps, draws=MANY, seed=SEED, retries=tries, voters=voters, silent=silent), exact
        )
        for name, exact, tries, voters, silent in ways
    )


def checker_checks(p: float, steps: int, ends: Ends, found: np.ndarray) -> tuple[Check, ...]:
    """The ends against drawn ones, and against the formula of announced failures where the checker never errs."""
    plain = checked(p, steps, retries=SHOWN_RETRIES, alarms=0.0, misses=0.0).right
    apart = abs(plain - success(p, steps, retries=SHOWN_RETRIES))
    return (
        counted_check("Chains that end right", int(found[0]), ends.right),
        counted_check("Chains that end wrong", int(found[1]), ends.wrong),
        Check("A checker without faults against announced failures", apart, 1e-12, "closed forms in double precision"),
    )


def counted_check(name: str, hits: int, exact: float) -> Check:
    """How far a count of drawn chains lies from its mean."""
    detail = f"of {MANY:,} drawn, within Bernstein's bound"
    return Check(f"{name}: drawn chains off the formula", abs(hits - MANY * exact), tolerance(exact, MANY), detail)


def script(page: Page) -> str:
    """A script that computes what is on screen, exactly and by drawn chains."""
    p, steps, view = percent(page, "fails"), steps_of(page), view_of(page)
    if view == CALLS:
        retries = whole(page, "retries", 0, MOST_RETRIES)
        return f"""from core.agents import simulated, success

for way in ({{}}, {{"retries": {retries}}}, {{"voters": 3}}):
    print(way, success({p}, {steps}, **way), simulated({p}, {steps}, draws={MANY}, seed={SEED}, **way).mean())
silent = simulated({p}, {steps}, retries={retries}, silent=True, draws={MANY}, seed={SEED})
print("silent", silent.mean())
"""
    if view == CHECKER:
        alarms, misses = percent(page, "alarms"), percent(page, "misses")
        return f"""from core.agents import checked

for retries in range({SHOWN_RETRIES + 1}):
    print(retries, checked({p}, {steps}, retries=retries, alarms={alarms}, misses={misses}))
"""
    paid = whole(page, "paid", 1, MOST_PAID)
    voters, more = votes_of(steps, paid)
    return f"""from core.agents import in_shares, success, within

print("where one fails", within({p}, {steps}, {paid}))
print("in equal shares", in_shares({p}, {steps}, {paid}))
print("in votes", success({p}, {more}, voters={voters + 2}) * success({p}, {steps - more}, voters={voters}))
"""
