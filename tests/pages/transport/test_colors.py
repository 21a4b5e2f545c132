"""The panel on colors: its words, its pictures, its script, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.transport import SCENES, ColorTransfer
from pages.adaptation.transport import coloring
from pages.adaptation.transport.coloring import METHODS, YOUR_PICTURE, Pair
from pages.adaptation.transport.figures import colors as figures
from pages.adaptation.transport.panels import colors
from pages.adaptation.transport.panels.colors import UPLOADS
from pages.adaptation.transport.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/adaptation/transport/page.py"


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(
        PAGE, transport_panel="Colors", **{f"transport_{name}": value for name, value in params.items()}
    )


def with_values(**values: Any) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


def pair(**changes: Any) -> Pair:
    return replace(Pair(SCENES[0], SCENES[1], "exact", -1.5, 100, 0), **changes)


def png(color: tuple[int, int, int], dot: tuple[int, int, int] | None = None) -> bytes:
    picture, file = Image.new("RGB", (40, 30), color), BytesIO()
    if dot is not None:
        picture.paste(dot, (0, 0, 10, 30))
    picture.save(file, "PNG")
    return file.getvalue()


def test_it_opens_on_two_pictures_and_a_control_changes_the_plan(page: Callable[..., AppTest]) -> None:
    app = page()
    assert "pixels of that picture as the plan has" in html_of(app)
    assert "Both marginals of the plan are right" in html_of(app)
    drawn = figure_of(charts(app)[0])
    assert len(drawn["layout"]["images"]) == 3
    assert app.slider(key="transport_color_blur").disabled
    app.selectbox(key="transport_colors_by").set_value("Sinkhorn")
    settled(app)
    assert "of the mass in the wrong place" in html_of(app)
    assert figure_of(charts(app)[0])["layout"]["images"][2] != drawn["layout"]["images"][2]
    assert not app.error


def test_an_own_picture_is_asked_for_and_one_of_one_color_is_refused(page: Callable[..., AppTest]) -> None:
    app = page(palette=YOUR_PICTURE)
    assert "Upload the second picture" in app.info[0].value
    app.file_uploader(key="transport_second_picture").upload("black.png", png((0, 0, 0)), "image/png")
    settled(app)
    assert "second picture is black everywhere" in app.warning[0].value
    app.file_uploader(key="transport_second_picture").upload("two.png", png((0, 0, 0), (255, 200, 0)), "image/png")
    settled(app)
    assert "pixels of that picture as the plan has" in html_of(app)
    high = figure_of(charts(app)[0])["layout"]["height"]
    assert high == figure_of(charts(page())[0])["layout"]["height"] - UPLOADS, "so that the sentence stays in sight"
    assert not app.error


def kind_of(title: str) -> str:
    return next(kind for kind in ("same colors", "no nearer", "as near as", "are nearer") if kind in title)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("names", [(first, second) for first in SCENES for second in SCENES])
def test_every_pair_has_words_that_agree_with_its_numbers(method: str, names: tuple[str, str]) -> None:
    """At the page's own sample and blur, over several seeds, which must not decide what is said."""
    asked = pair(
        first=names[0], second=names[1], method=method, blur=DEFAULTS["color_blur"], sample=DEFAULTS["color_sample"]
    )
    said = [coloring.of_the_colors(coloring.recolored(replace(asked, seed=seed))) for seed in range(4)]
    found = coloring.recolored(asked)
    if names[0] == names[1]:
        assert {kind_of(title) for title in said} == {"same colors"}
    else:
        assert {kind_of(title) for title in said} <= {"as near as", "are nearer"}
        assert f"from {found.before:.2g} to {found.after:.2g}" in said[0]
        assert (kind_of(said[0]) == "as near as") == (found.after <= found.floor.max())
    red = [check.name for check in coloring.checks_of(asked) if not check.passed]
    assert red == ([] if found.run.feasible else ["Columns sum to the target's masses"])
    assert method == "Sinkhorn" or found.run.feasible


@pytest.fixture(scope="module")
def some() -> ColorTransfer:
    return coloring.recolored(pair())


@pytest.mark.parametrize(
    ("before", "after", "floor", "told"),
    [
        (0.1, 0.02, 0.01, "falls from 0.1 to 0.02; 100 pixels drawn from the second picture are nearer to it"),
        (0.22, 0.00087, 1e-5, "falls from 0.22 to 0.00087; 100 pixels"),
        (0.1, 0.01, 0.02, "from 0.1 to 0.01: as near as 100 pixels drawn from the second picture are to it"),
        (0.0, 0.1, 0.02, "the same colors already"),
        (0.1, 0.2, 0.02, "no nearer"),
    ],
)
def test_the_title_follows_the_numbers(
    some: ColorTransfer, before: float, after: float, floor: float, told: str
) -> None:
    changed = replace(some, before=before, after=after, floor=np.array([floor / 2, floor]))
    assert told in coloring.of_the_colors(changed)
    assert " times less" not in coloring.of_the_colors(changed)


def test_a_picture_with_one_odd_pixel_is_told_in_words() -> None:
    white, file = Image.new("RGB", (40, 30), "white"), BytesIO()
    white.putpixel((3, 4), (0, 0, 0))
    white.save(file, "PNG")
    content = file.getvalue()
    asked = pair(first=YOUR_PICTURE, second=YOUR_PICTURE, method="Sinkhorn", contents=(content, content))
    with pytest.raises(ValueError, match="sampled pixels all have one color"):
        coloring.recolored(asked)


@pytest.mark.parametrize(("grain", "told"), [(1.8, "grain or as contrast"), (1.04, "no more grain"), (0.3, "no more")])
def test_the_words_on_grain_follow_the_number(grain: float, told: str) -> None:
    assert told in coloring.of_the_grain(grain)


def test_the_figure_holds_the_pictures_and_the_sampled_colors(some: ColorTransfer) -> None:
    one, other = pair().pictures()
    fig = figures.pictures((one, other, some.picture), SCENES[:2], look=Look(dark=False), height=300)
    assert [image.source for image in fig.layout.images] == [
        figures.address(picture) for picture in (one, other, some.picture)
    ]
    dots = figures.points(some.run.source, some.run.source, some.run.target, look=Look(dark=False), height=300)
    assert np.allclose(dots.data[1].x, some.run.source[:, 0])
    assert np.allclose(dots.data[0].y, some.run.target[:, 2])


@pytest.mark.parametrize("blur", [coloring.SHARPEST, 0.0])
def test_the_blur_reaches_the_plan(blur: float) -> None:
    found = coloring.recolored(pair(method="Sinkhorn", blur=blur))
    assert found.run.reg is not None
    assert found.run.cost_matrix is not None
    assert found.run.reg == pytest.approx(10**blur * found.run.cost_matrix.mean())


def test_what_no_sample_changes_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = pair(first=SCENES[2], second=SCENES[3], seed=77)
    coloring.recolored(asked)
    coloring.checks_of(asked)
    known: list[float | None] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*of: Any, before: float | None = None, **more: Any) -> Any:
            known.append(before)
            return real(*of, before=before, **more)

        return call

    for name in ("before_and_floor", "before_and_floor_anew"):
        monkeypatch.setattr(coloring, name, watched(getattr(coloring, name)))
    found = coloring.recolored(replace(asked, sample=150))
    assert coloring.checks_of(replace(asked, sample=150))
    assert known == [found.before, pytest.approx(found.before, abs=1e-12)]


def test_the_script_finds_what_is_on_screen(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"picture": "town at night", "colors_by": "Sinkhorn", "color_sample": 100, "color_seed": 2}
    written = colors.script(with_values(**values))
    exec(compile(written, "script", "exec"), {})  # the page's own script, made above
    found = coloring.recolored(pair(first="town at night", method="Sinkhorn", seed=2))
    assert capsys.readouterr().out.strip().endswith(f"{found.run.row_error} {found.run.column_error}")
    assert "read_picture" not in written
    assert "read_picture(open" in colors.script(with_values(palette=YOUR_PICTURE))


def test_a_picture_of_two_colors_is_told_of_the_goals_of_its_pixels() -> None:
    two = coloring.recolored(pair(first=YOUR_PICTURE, contents=(png((255, 0, 0), (0, 0, 255)), b"")))
    assert coloring.of_the_goals(two).startswith("The sampled pixels have 2 colors and ")
    smooth = coloring.recolored(
        pair(first=YOUR_PICTURE, method="Sinkhorn", contents=(png((255, 0, 0), (0, 0, 255)), b""))
    )
    assert coloring.of_the_goals(smooth) == "", "where pixels of one color have one goal"
