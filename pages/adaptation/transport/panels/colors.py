"""The panel on colors: a picture in the colors of another."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.refusals import NothingYetError, told
from core.checks import Check
from core.transport import barycentric_map
from pages.adaptation.transport import coloring
from pages.adaptation.transport.coloring import METHODS, PICTURES, YOUR_PICTURE, Pair
from pages.adaptation.transport.figures import colors as figures
from pages.adaptation.transport.panels.files import offer, uploaded

ABOVE = 108
"""Pixels of the main figure's room that its controls, the way back and the sentence take."""

UPLOADS = 104
"""Pixels that the boxes for pictures take, which stand in one row."""

FILES = {"picture": "transport_first_picture", "palette": "transport_second_picture"}
"""Where uploaded pictures are kept, by the parameter that asks for one."""

LABELS = {"picture": "the first picture", "palette": "the second picture"}
"""What the sentences call them."""


def colors(page: Page) -> None:
    """Two pictures, the first in the colors of the second, and the plan between their colors."""
    _inputs(page)
    try:
        pair = _pair(page)
        found, pictures = coloring.recolored(pair), pair.pictures()
    except ValueError as error:
        told(error)
        offer(page, {"Back to the example": {name: page.controls.defaults[name] for name in FILES}})
        return
    title = coloring.of_the_colors(found)
    above = ABOVE + UPLOADS * (YOUR_PICTURE in (pair.first, pair.second))
    high, run, names = room(page.look, above), found.run, (pair.first, pair.second)
    fig = figures.pictures((*pictures, found.picture), names, look=page.look, height=high)
    dots = figures.points(run.source, barycentric_map(run), run.target, look=page.look, height=high)
    page.finding(title)
    left, right = st.columns([0.66, 0.34])
    with left:
        words = f"{pair.first}, {pair.second}, and the first in the colors of the second. {title}."
        page.plot(fig, name="colors", alt=words)
    with right:
        words = "Red against blue of the sampled pixels: of the first picture, recolored, and of the second."
        page.plot(dots, name="colors_as_points", alt=words)
    page.note(
        f"{coloring.of_the_distances(found)} {coloring.of_the_grain(found.grain)} "
        f"{coloring.of_the_goals(found)}{coloring.of_the_errors(found)}"
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the picture on screen; none where there is none."""
    try:
        return coloring.checks_of(_pair(page))
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that moves the colors on screen with `core` alone."""
    value = page.controls.value
    own = 'colors_of(read_picture(open("{name}.png", "rb").read()))  # your own, beside it'
    uploads = YOUR_PICTURE in (value("picture"), value("palette"))
    reader = "from core.pictures import read_picture\nfrom core.transport import color_transfer, colors_of, scene"
    lines = [reader if uploads else "from core.transport import color_transfer, scene", ""]
    for name in FILES:
        given = own.format(name=name) if value(name) == YOUR_PICTURE else f"scene({value(name)!r})"
        lines.append(f"{name} = {given}")
    return "\n".join(
        [
            *lines,
            "found = color_transfer(",
            f"    picture, palette, method={METHODS[value('colors_by')]!r}, share=10 ** {value('color_blur')},",
            f"    sample={value('color_sample')}, seed={value('color_seed')},",
            ")",
            "print(found.picture.shape, found.before, found.after, found.floor, found.grain)",
            "print(found.run.row_error, found.run.column_error)",
            "",
        ]
    )


def _inputs(page: Page) -> None:
    controls = page.controls
    places = st.columns([1.6, 1.6, 1.2, 1.7, 1.7, 1.15], vertical_alignment="bottom")
    with places[0]:
        first = controls.select("picture", "Picture", list(PICTURES))
    with places[1]:
        second = controls.select("palette", "In the colors of", list(PICTURES))
    with places[2]:
        method = controls.select("colors_by", "Plan", list(METHODS))
    with places[3]:
        controls.slider(
            "color_blur",
            "log₁₀ (reg / mean cost)",
            coloring.SHARPEST,
            0.0,
            step=0.1,
            disabled=method == "exact",
            help="Sinkhorn’s regularization: the higher, the more the plan blurs. The exact plan has none.",
        )
    with places[4]:
        controls.slider("color_sample", "Pixels of each in the plan", coloring.LEAST, coloring.MOST, step=50)
    with places[5], page.more():
        controls.number("color_seed", "Seed of the sample", 0, 999)
    asked = [name for name, chosen in zip(FILES, (first, second), strict=True) if chosen == YOUR_PICTURE]
    for place, name in zip(st.columns(len(asked)) if asked else (), asked, strict=True):
        with place:
            st.file_uploader(
                f"{LABELS[name].capitalize()}: PNG or JPEG; transparent counts as white",
                type=["png", "jpg", "jpeg"],
                key=FILES[name],
                max_upload_size=5,
            )


def _pair(page: Page) -> Pair:
    """The pictures that the parameters describe. Raises NothingYetError before there is one that is asked for."""
    value = page.controls.value
    contents = [uploaded(key) if value(name) == YOUR_PICTURE else b"" for name, key in FILES.items()]
    if contents[0] is None or contents[1] is None:
        missing = " and ".join(LABELS[name] for name, one in zip(FILES, contents, strict=True) if one is None)
        raise NothingYetError(f"Upload {missing}: colors are points of red, green and blue.")
    return Pair(
        value("picture"),
        value("palette"),
        value("colors_by"),
        value("color_blur"),
        value("color_sample"),
        value("color_seed"),
        (contents[0], contents[1]),
    )
