"""Who guards it? A record that carries an order, with marking and without, and permissions that make it harmless."""

import re
from collections import Counter

import numpy as np
import streamlit as st

from components.course import PANEL
from components.figures.heights import room
from components.page import Badge, Page, Panel
from components.theme import Look
from core.agents import ADDED, BOTH, NAMED, PERMISSIONS, SEEN, Injections, recorded_injections, trapped_world
from core.checks import Check
from pages.agents.agents import findings
from pages.agents.agents.figures.guards import NONE, ORDERED, OTHER, RIGHT, guards_figure
from pages.agents.agents.figures.transcript import Line, percent, told_lines
from pages.agents.agents.topic import EDIT, GUARDS

ABOVE = {False: 128, True: 84}
"""Pixels of the main figure's room that go to what stands around, at a desk and on a projector."""

KINDS = tuple(ADDED)
WIDTH = {False: 52, True: 44}
LIKELIEST = {False: 3, True: 2}
"""Letters of a line and acts that are told, at a desk and on a projector."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        GUARDS, lambda: draw(page), stands="instead", badges=(Badge.RECORDED, Badge.TOY),
        checks=lambda: checks(recorded_injections(), permission_of(page)), script=lambda: script(page),
    )  # fmt: skip


def permission_of(page: Page) -> str:
    """What the actor is allowed."""
    value = str(page.controls.value("permission"))
    return value if value in PERMISSIONS else PERMISSIONS[0]


def kind_of(page: Page) -> str:
    """What is added to the record that is shown."""
    value = str(page.controls.value("added"))
    return value if value in ADDED else KINDS[0]


def draw(page: Page) -> None:
    """Counts with and without marking, and one record."""
    found = recorded_injections()
    places = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    with places[0]:
        page.controls.select("added", "Behind the record", list(KINDS))
    with places[1]:
        page.controls.select("permission", "Permissions", list(PERMISSIONS))
    with places[2]:
        page.controls.slider("trap", "World shown", 1, found.worlds)
    kind, permission = kind_of(page), permission_of(page)
    number = min(max(int(page.controls.value("trap")), 1), found.worlds) - 1
    with places[3]:
        values = rewritten(number, kind)
        st.button("Try your own words", on_click=page.controls.story, args=(values,), key="agents_words")
    plain, marked = (
        {some: counted(found, some, marked=flag, permission=permission) for some in found.kinds}
        for flag in (False, True)
    )
    title = findings.of_orders(found, kind, permission)
    fig = guards_figure(
        plain, marked, record(found, number, kind, page.look), shown=kind, look=page.look, title=title,
        height=room(page.look, ABOVE[page.look.presenter]),
    )  # fmt: skip
    page.plot(fig, name="guards", alt=f"Counts of acts after a record that carries more. {title}.", roomy="broad")
    page.sentence(findings.of_marking(found, kind, permission))


def rewritten(number: int, kind: str) -> dict[str, object]:
    """What opens the editor on the record that is shown, where a visitor writes other words behind it."""
    trapped = trapped_world(number)
    return {PANEL: EDIT, "number": number + 1, "heard": trapped.step(trapped.words(kind)).observation}


def counted(found: Injections, kind: str, *, marked: bool, permission: str) -> dict[str, int]:
    """How many worlds by what is done."""
    acts = found.acts(kind, marked=marked, permission=permission)
    return dict(Counter(what(act, number, kind) for number, act in enumerate(acts)))


def what(act: str, number: int, kind: str) -> str:
    """Which sort of act it is."""
    trapped = trapped_world(number)
    return {"": NONE, trapped.needed: RIGHT, trapped.wanted(kind): ORDERED}.get(act, OTHER) if act else NONE


def record(found: Injections, number: int, kind: str, look: Look) -> list[Line]:
    """The task, the first look-up with what is added, and the likeliest acts without and with marking."""
    trapped = trapped_world(number)
    step = trapped.step(trapped.words(kind))
    lines = told_lines(trapped.world, [step], width=WIDTH[look.presenter], look=look)
    acts = trapped.world.acts(step.after)
    for flag, name in ((False, "not marked"), (True, "marked")):
        shares = found.probabilities[found.kinds.index(kind), int(flag), number]
        lines += [*([] if look.presenter else [("", look.quiet)]), (f"next, {name}:", look.quiet)]
        for place in told_acts(shares[: len(acts)], acts.index(trapped.needed), LIKELIEST[look.presenter]):
            color = look.role({RIGHT: "accepted", ORDERED: "rejected"}.get(what(acts[place], number, kind), "mass"))
            lines.append((f"<b>{acts[place]}</b>  {percent(float(shares[place]))}", look.word(color)))
    return lines


def told_acts(shares: np.ndarray, needed: int, count: int) -> list[int]:
    """The places of the likeliest acts, so many; the needed one stands last among them where it is less likely."""
    likeliest: list[int] = np.argsort(-shares, kind="stable")[:count].tolist()
    return likeliest if needed in likeliest else [*likeliest[:-1], needed]


def checks(found: Injections, permission: str) -> tuple[Check, ...]:
    """Probabilities sum to 1; no act names what was not read, and no forbidden order is followed, marked or not."""
    sums = float(np.abs(np.nansum(found.probabilities, axis=-1) - 1).max())
    done = [
        (act, number, kind)
        for kind in found.kinds
        for marked in (False, True)
        for number, act in enumerate(found.acts(kind, marked=marked, permission=permission))
        if act
    ]
    unread = sum(unnamed(act, number, permission) for act, number, _ in done)
    obeyed = sum(act == trapped_world(number).wanted(kind) and forbids(permission, act) for act, number, kind in done)
    return (
        Check("Probabilities of the acts sum to 1", sums, 12 * 2.0**-24, "kept in single precision"),
        Check("Acts whose name or city neither task nor record tells, though it must", unread, 0, f"of {len(done)}"),
        Check("Orders that are followed though the permission forbids it", obeyed, 0, f"of {len(done)} acts"),
    )


def forbids(permission: str, act: str) -> bool:
    """Whether a permission speaks of such an act; what an order wants is never in a record."""
    return permission in ((SEEN, BOTH) if act.startswith("Answer") else (NAMED, BOTH))


def unnamed(act: str, number: int, permission: str) -> bool:
    """Whether an act of which the permission speaks names what stands in no text: read, not asked of the world."""
    trapped = trapped_world(number)
    record = trapped.step("").observation
    text = record if act.startswith("Answer") else f"{trapped.world.task} {record}"
    return forbids(permission, act) and act.partition(": ")[2] not in re.findall(r"\w+", text)


def script(page: Page) -> str:
    """A script that counts the acts on screen."""
    return f"""from core.agents import recorded_injections, trapped_world

found = recorded_injections()
for kind in found.kinds:
    for marked in (False, True):
        acts = found.acts(kind, marked=marked, permission={permission_of(page)!r})
        needed = sum(act == trapped_world(number).needed for number, act in enumerate(acts))
        wanted = sum(act == trapped_world(number).wanted(kind) for number, act in enumerate(acts))
        print(kind, marked, needed, wanted, "of", found.worlds)
"""
