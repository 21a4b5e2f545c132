"""The panel on prices as territories: shops on a field of customers, and the prices that give each its share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.course import Values
from components.figures.heights import room
from components.page import Page
from components.refusals import NothingYetError, told
from components.theme import Look
from core.checks import Check
from core.transport import Moment, Territories
from pages.adaptation.transport import borders, divisions
from pages.adaptation.transport.divisions import DOUBLE, LEAST, MOST, SIZE, YOUR_PICTURE, Shops
from pages.adaptation.transport.figures import division as figures
from pages.adaptation.transport.figures import shops as shops_drawn
from pages.adaptation.transport.panels.files import offer, uploaded

ABOVE = {False: 121, True: 81}
"""Pixels of the main figure's room that its controls, the way back and the sentence take, at a desk and on a projector,
where nothing below the sentence need be in sight."""

DOTS = 500
"""Customers that are drawn."""

FILE = "transport_field_file"
LAST = 99
"""Stands for the last step, whichever it is."""


def prices_as_territories(page: Page) -> None:
    """Shops, prices and borders: a step, a button that plays them, and a click that moves a shop."""
    try:
        shops = _inputs(page)
        found, moments = divisions.divided(shops), divisions.moments_of(shops)
    except ValueError as error:
        told(error)
        page.leave_out_the_lead()
        offer(page, {"Back to the example": {name: page.controls.defaults[name] for name in ("shop_places", "field")}})
        return
    step, chosen = _step(page, found), page.controls.value("shop") - 1
    now, last = moments[step], step == len(moments) - 1
    title = borders.of_the_division(step, now.masses, found.targets)
    fig = _figure(found, moments, step=step, chosen=chosen, look=page.look, title=title)
    page.plot(
        fig,
        name="territories",
        roomy=True,
        alt=f"A field divided among {shops.count} shops, with their shares and the gaps over the steps. {title}.",
        on_click=_clicked(shops, chosen, LAST if last else step),
    )
    owners = [moment.assignment for moment in moments]
    # With equal prices the nearest shop is the own one, as the first sentence says.
    way = borders.of_the_way(now.way, moments[0].way) if np.ptp(now.prices) else ""
    page.note(
        f"{borders.of_the_prices(step, now.prices, now.way)} {borders.of_the_squares(found.sites, owners, step)}{way}"
        f"{borders.of_what_is_left(found.history, step, last, found.gap, divisions.whole_cells(shops))}"
    )


def _figure(
    found: Territories, moments: Sequence[Moment], *, step: int, chosen: int, look: Look, title: str
) -> go.Figure:
    """The field at a step, with all others to play, and the gaps beside it."""
    return figures.division(
        found.sites,
        np.stack([moment.assignment for moment in moments]),
        np.stack([moment.prices for moment in moments]),
        np.stack([moment.masses for moment in moments]),
        found.targets,
        found.history,
        _some(found.density),
        step=step,
        steps=[
            borders.of_the_step(at, len(moments) - 1, moment.masses, float(gap))
            for at, (moment, gap) in enumerate(zip(moments, found.history, strict=True))
        ],
        chosen=chosen,
        look=look,
        title=title,
        height=room(look, ABOVE[look.presenter]),
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the division on screen, at its last prices; none where there is none."""
    try:
        return divisions.checks_of(_shops(page))
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that finds the prices on screen with `core` alone; none to run where they cannot be found."""
    try:
        shops = _shops(page)
        sites = shops.sites()
    except ValueError as error:
        return f"raise ValueError({str(error)!r})\n"
    lines = ["from core.transport import field, territories", f"density = field({shops.place!r}, {SIZE})"]
    if shops.place == YOUR_PICTURE:
        lines = [
            "# Put your picture beside it, as picture.png.",
            "from core.pictures import read_picture",
            "from core.transport import brightness, territories",
            f'density = brightness(read_picture(open("picture.png", "rb").read()), {SIZE})',
        ]
    masses = f", masses={shops.targets().tolist()}" if shops.doubled is not None else ""
    return "\n".join(
        [
            *lines[:-1],
            "",
            lines[-1],
            f"found = territories({sites.tolist()}, density{masses})",
            "print(found.prices, found.masses, found.history, sep='\\n')",
            f"now = found.moment(min({page.controls.value('price_step')}, len(found.path) - 1))",
            "print(now.prices, now.masses, now.way, sep='\\n')",
            "",
        ]
    )


def _inputs(page: Page) -> Shops:
    """The controls. Raises ValueError where there are no shops on a field yet."""
    places = st.columns([1.5, 1.8, 1.8, 1.8, 1.1], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("field", "Customers", list(divisions.PLACES))
    with places[1]:
        count = page.controls.slider("shops", "Shops", LEAST, MOST)
    with places[2]:
        page.controls.slider("shop", "A click moves shop", 1, count)
    with places[4], page.more():
        page.controls.select("wanted", "The chosen shop is to have", list(divisions.DEMANDS))
        page.controls.number("shop_seed", "Seed of their places", 0, 999)
        page.controls.text("shop_places", "Places of the first shops: down across / down across", placeholder="0.2 0.3")
    if name == YOUR_PICTURE:
        st.file_uploader(
            "A PNG or JPEG: its middle square is the field, bright is crowded, and transparent counts as white",
            type=["png", "jpg", "jpeg"],
            key=FILE,
            max_upload_size=5,
        )
    shops = _shops(page)
    with places[3]:
        page.controls.slider("price_step", "Step", 0, len(divisions.divided(shops).path) - 1)
    return shops


def _shops(page: Page) -> Shops:
    """The shops that the parameters describe. Raises NothingYetError before there is a picture, where one is asked."""
    value = page.controls.value
    content = uploaded(FILE) if value("field") == YOUR_PICTURE else b""
    if content is None:
        raise NothingYetError("Upload a picture: customers live where it is bright.")
    doubled = value("shop") - 1 if value("wanted") == DOUBLE else None
    return Shops(value("field"), value("shops"), value("shop_seed"), value("shop_places"), doubled, content)


def _step(page: Page, found: Territories) -> int:
    return min(int(page.controls.value("price_step")), len(found.path) - 1)


def _some(density: np.ndarray) -> np.ndarray:
    """[dot 2], some customers, down and across: drawn by their density with a fixed seed, anywhere in their cell."""
    rng = np.random.default_rng(0)
    cells = rng.choice(density.size, DOTS, p=density.ravel())
    row, column = np.unravel_index(cells, density.shape)
    return np.asarray((np.stack([row, column], axis=1) + rng.random((DOTS, 2))) / density.shape)


def _clicked(shops: Shops, chosen: int, step: int) -> Callable[[list[Any]], Values]:
    """What a click does: on a shop it chooses it, elsewhere it moves the chosen one there and shows a step of that."""

    def change(carried: list[Any]) -> Values:
        kind, row, column = (int(part) for part in carried)
        if kind == shops_drawn.SHOP:
            return {"shop": row + 1}
        return {"shop_places": shops.moved(chosen, shops_drawn.place_of(row, column)), "price_step": step}

    return change
