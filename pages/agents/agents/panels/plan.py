"""Plans: search on a map beside what a language model does, walls that the map lacks, and a visitor's map."""

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from components.refusals import told
from components.results import shared
from core.agents import (
    ROOMS_WORLD,
    Episode,
    Plan,
    Rooms,
    Runs,
    Setting,
    Walk,
    house,
    over_the_key,
    plan,
    read_rooms,
    recorded_baselines,
    recorded_detours,
    recorded_runs,
    rooms_world,
    straight,
    walk,
    walls,
)
from core.checks import Check
from core.numbers import wilson
from pages.agents.agents.figures.beside import beside_figure, own_figure
from pages.agents.agents.figures.house import search_figure, walls_figure
from pages.agents.agents.names import (
    A_STAR,
    BREADTH,
    ESTIMATES,
    GREEDY,
    OWN_MAP,
    PLAN,
    PLAN_VIEWS,
    PROPOSED,
    SEARCH,
    SEARCHES,
    STRAIGHT,
    WALLS,
)
from pages.agents.agents.plan_checks import episode_checks, plan_checks, walk_checks
from pages.agents.agents.readings import plan as words
from pages.agents.agents.readings.shares import counted

ABOVE = 208
HOUSES, MOST_WALLS, HEAVIEST = 40, 6, 5.0
"""Houses over which searches are compared, walls that a map may lack, and the largest weight of an estimate."""


def panel(page: Page) -> Panel:
    """The panel."""
    view = view_of(page)
    badges = {SEARCH: (Badge.MEASURED, Badge.TOY), PROPOSED: (Badge.RECORDED, Badge.TOY)}
    return Panel(
        PLAN, lambda: draw(page), stands="instead", badges=badges.get(view, (Badge.MEASURED, Badge.TOY)),
        checks=lambda: checks(page), script=lambda: script(page),
    )  # fmt: skip


def view_of(page: Page) -> str:
    """Which of the four is shown."""
    named = str(page.controls.value("plan_view"))
    return named if named in PLAN_VIEWS else SEARCH


def number_of(page: Page, name: str, low: int, high: int) -> int:
    """A slider's whole number."""
    return min(max(int(page.controls.value(name)), low), high)


def draw(page: Page) -> None:
    """The row of views, and the one that is chosen."""
    page.controls.choice("plan_view", "Look at", list(PLAN_VIEWS))
    {SEARCH: searching, PROPOSED: beside, WALLS: walling, OWN_MAP: own_map}[view_of(page)](page)


@shared(megabytes=2, size=lambda found: 64 + 16 * len(found))
def searched(search: str, estimate: str, weight: float) -> tuple[tuple[int, int], ...]:
    """By house, the states that a search takes up and the acts of its plan."""
    plans = [plan_by(house(seed), search, estimate, weight) for seed in range(HOUSES)]
    return tuple((found.looked_at, len(found.acts or ())) for found in plans)


def plan_by(world: Rooms, search: str, estimate: str, weight: float) -> Plan:
    """The plan that a search finds."""
    if search == BREADTH:
        return plan(world)
    make = straight if estimate == STRAIGHT else over_the_key
    return plan(world, estimate=make(world, weight=weight if search == A_STAR else 1.0), greedy=search == GREEDY)


def chosen(page: Page) -> tuple[Rooms, str, str, float]:
    """The house, the search, its estimate and the weight of that."""
    search, estimate = str(page.controls.value("search")), str(page.controls.value("ahead"))
    weight = min(max(float(page.controls.value("weight")), 0.0), HEAVIEST)
    return (
        house(number_of(page, "house", 1, HOUSES) - 1),
        search if search in SEARCHES else A_STAR,
        estimate if estimate in ESTIMATES else STRAIGHT,
        weight,
    )


def searching(page: Page) -> None:
    """One search in one house, and all of them over many."""
    places = st.columns([2.6, 3.2, 2, 2], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("search", "Search", list(SEARCHES))
    world, search, estimate, weight = chosen(page)
    if search != BREADTH:
        with places[1]:
            page.controls.choice("ahead", "It guesses the acts to go", list(ESTIMATES))
    if search == A_STAR:
        with places[2]:
            page.controls.slider("weight", "Weight of the guess", 0.0, HEAVIEST, step=0.5)
    with places[3]:
        page.controls.slider("house", "House", 1, HOUSES)
    found, plain = plan_by(world, search, estimate, weight), plan(world)
    rows = {name: searched(name, estimate, weight if name == A_STAR else 1.0) for name in SEARCHES}
    looked = {name: [states for states, _ in some] for name, some in rows.items()}
    longer = [acts - least for (_, acts), (_, least) in zip(rows[search], rows[BREADTH], strict=True)]
    here = {name: plan_by(world, name, estimate, weight).looked_at for name in SEARCHES}
    title = words.search_title(named(search), looked[search], looked[BREADTH], longer)
    fig = search_figure(world, found, looked, here, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(
        fig, name="search", alt=f"A house, what a search looked at, and states by search. {title}.", roomy="broad"
    )
    page.sentence(words.search_reading(found, plain, named(search)))


def named(search: str) -> str:
    """A search within a sentence."""
    return {BREADTH: "breadth-first search", A_STAR: "A*", GREEDY: "greedy search"}[search]


ROOMS = Setting(kind=ROOMS_WORLD)


def episode_of(page: Page) -> tuple[Rooms, Episode]:
    """The world of rooms that is shown, and what the model did in it."""
    run = rooms_run()
    number = number_of(page, "rooms", 1, len(run)) - 1
    return rooms_world(number), run.episode(number)


def rooms_run() -> Runs:
    """The model's recorded episodes in rooms."""
    return recorded_runs()[ROOMS]


def beside(page: Page) -> None:
    """What the model did in a world, beside the shortest plan."""
    run, by_actor = rooms_run(), recorded_baselines()
    with st.columns([3, 7])[0]:
        page.controls.slider("rooms", "World of rooms", 1, len(run))
    world, episode = episode_of(page)
    found = plan(world)
    reached = {
        "search": by_actor["planner", ROOMS].success,
        "the model": run.success,
        "random acts": by_actor["random", ROOMS].success,
    }
    counts = {name: (int(some.sum()), len(some), wilson(int(some.sum()), len(some))) for name, some in reached.items()}
    title = words.beside_title(run.success, reached["random acts"][: len(run)], reached["search"][: len(run)])
    fig = beside_figure(
        world, found.acts or (), episode.acts, counts, look=page.look, title=title, height=room(page.look, ABOVE)
    )
    page.plot(fig, name="beside", alt=f"A map, the shortest plan and the model's acts. {title}.", roomy="broad")
    page.sentence(words.beside_reading(episode, len(found.acts or ()), found.looked_at))


def walled(page: Page) -> tuple[Rooms, tuple[tuple[str, str], ...], Walk]:
    """The house, the walls that its map lacks, and the way through it."""
    seed, count = number_of(page, "house", 1, HOUSES) - 1, number_of(page, "unknown", 0, MOST_WALLS)
    world = house(seed)
    closed = walls(world, count, seed=seed)
    return world, closed, walk(world, closed)


def walling(page: Page) -> None:
    """A way with walls that the planner does not know."""
    first, second, _ = st.columns([3, 3, 4], vertical_alignment="bottom")
    with first:
        page.controls.slider("unknown", "Walls that the map lacks", 0, MOST_WALLS)
    with second:
        page.controls.slider("house", "House", 1, HOUSES)
    world, closed, walked = walled(page)
    extra = recorded_detours().extra
    title = words.walls_title(extra[:, len(closed)].tolist(), len(closed))
    fig = walls_figure(
        world, walked, closed, extra, count=len(closed), look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(
        fig, name="walls", alt=f"A house with walls that its map lacks, and what they cost. {title}.", roomy="broad"
    )
    page.sentence(words.walls_reading(walked, len(closed)))


def own_map(page: Page) -> None:
    """A visitor's map."""
    left, right = st.columns([3, 7])
    with left:
        page.controls.text("map", "Ways, one a line; # is the locked door", lines=11, max_chars=1500)
    with right:
        try:
            world = read_rooms(str(page.controls.value("map")))
        except ValueError as error:
            told(error)
            return
        found = plan(world)
        if found.acts is None:
            looked = f"breadth-first search looked at all that can be reached, {counted(found.looked_at, 'state')}"
            told(ValueError(f"There is no way from {world.begin} to {world.goal}: {looked}. {words.STATE}"))
            return
        title = words.own_title(found, world)
        fig = own_figure(world, found, look=page.look, title=title, height=room(page.look, ABOVE))
        page.plot(fig, name="own_map", alt=f"A visitor's map with the shortest plan. {title}.", roomy="broad")
    page.sentence(f"Breadth-first search took up <b>{found.looked_at}</b> states. {words.STATE}")


def checks(page: Page) -> tuple[Check, ...]:
    """Plans reach the goal, and none is shorter, by a second search."""
    view = view_of(page)
    if view == SEARCH:
        world, search, estimate, weight = chosen(page)
        exact = search == BREADTH or (search == A_STAR and weight <= 1)
        return plan_checks(world, plan_by(world, search, estimate, weight), exact=exact)
    if view == PROPOSED:
        world, episode = episode_of(page)
        return (*plan_checks(world, plan(world), exact=True), *episode_checks(world, episode))
    if view == WALLS:
        return walk_checks(*walled(page))
    try:
        world = read_rooms(str(page.controls.value("map")))
    except ValueError:
        return ()
    return plan_checks(world, plan(world), exact=True)


def script(page: Page) -> str:
    """A script that plans what is on screen."""
    view, seed = view_of(page), number_of(page, "house", 1, HOUSES) - 1
    if view == SEARCH:
        _, search, estimate, weight = chosen(page)
        make = "straight" if estimate == STRAIGHT else "over_the_key"
        given = "" if search == BREADTH else f", estimate={make}(world, weight={weight if search == A_STAR else 1.0})"
        given += ", greedy=True" if search == GREEDY else ""
        return f"""from core.agents import house, over_the_key, plan, straight

world = house({seed})
found = plan(world{given})
print(found.looked_at, len(found.acts), found.acts)
"""
    if view == PROPOSED:
        return """from core.agents import ROOMS_WORLD, Setting, plan, recorded_runs, rooms_world

run = recorded_runs()[Setting(kind=ROOMS_WORLD)]
for number, episode in enumerate(run.episodes):
    print(number, episode.success, len(episode.acts), len(plan(rooms_world(number)).acts))
print(run.success.sum(), "of", len(run))
"""
    if view == WALLS:
        count = number_of(page, "unknown", 0, MOST_WALLS)
        return f"""from core.agents import house, walk, walls

world = house({seed})
walked = walk(world, walls(world, {count}, seed={seed}))
print(walked.believed, len(walked.acts) + len(walked.bumps), walked.shortest, walked.bumps)
"""
    return f"""from core.agents import plan, read_rooms

found = plan(read_rooms({str(page.controls.value("map"))!r}))
print(found.looked_at, found.acts)
"""
