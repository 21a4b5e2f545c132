"""The panel on prices as territories: its words, its figure, its clicks, and what it refuses."""

import json
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from plotly.utils import PlotlyJSONEncoder
from streamlit.testing.v1 import AppTest

from components.exports import array_of
from components.theme import Look
from pages.adaptation.transport import borders, divisions
from pages.adaptation.transport.divisions import PLACES, YOUR_PICTURE, Shops
from pages.adaptation.transport.figures import division as figures
from pages.adaptation.transport.figures import shops as shops_drawn
from pages.adaptation.transport.panels import territories
from pages.adaptation.transport.topic import DEFAULTS
from tests.page_kit import charts, decoded, figure_of, html_of, settled

PAGE = "pages/adaptation/transport/page.py"
CITY = Shops("city", 8, 0)


def with_values(**values: Any) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(
        PAGE, transport_panel="Territories", **{f"transport_{name}": value for name, value in params.items()}
    )


def test_the_story_opens_at_equal_prices_and_a_step_meets_the_shares(page: Callable[..., AppTest]) -> None:
    app = page(price_step=0)
    assert "Step 0, equal prices: shares from" in html_of(app)
    assert "At step 0 all prices v are alike" in html_of(app)
    assert not app.error
    slider = app.slider(key="transport_price_step")
    slider.set_value(slider.max)
    settled(app)
    assert f"After {int(slider.max)} steps: each of 8 shops has 12.5% of the customers" in html_of(app)
    assert "longer than to the nearest shop" in html_of(app)
    assert ": a cell on a border goes to one shop as a whole." in html_of(app)


def test_what_cannot_be_divided_is_told_in_words(page: Callable[..., AppTest]) -> None:
    app = page(shop_places="0.2 0.2 / 0.2 0.2")
    assert "Shops 1 and 2 stand in one place" in app.warning[0].value
    assert "move one of them, if only a little" in app.warning[0].value
    assert "Who has too many customers" not in html_of(app), "there is no figure to look at"
    next(button for button in app.button if button.label == "Back to the example").click()
    settled(app)
    assert charts(app)
    assert "beyond the field, which goes from 0 to 1" in page(shop_places="0.2 1.2").warning[0].value
    assert "nan 0.5 is no place in the field" in page(shop_places="0.1 0.2 / nan 0.5").warning[0].value
    assert "there must be 2" in page(shop_places="0.2").warning[0].value
    assert "is no number" in page(shop_places="<b>").warning[0].value
    assert "Upload a picture" in page(field=YOUR_PICTURE).info[0].value


def test_the_script_finds_what_is_on_screen(capsys: pytest.CaptureFixture[str]) -> None:
    written = territories.script(with_values(wanted=divisions.DOUBLE, shop=3, price_step=99))
    exec(compile(written, "script", "exec"), {})  # the page's own script, made above
    found = divisions.divided(Shops("city", 8, 0, doubled=2))
    assert capsys.readouterr().out.strip().endswith(str(found.moment(len(found.path) - 1).way))
    assert found.targets[2] == pytest.approx(2 / 9)
    with pytest.raises(ValueError, match="is no number"):
        exec(compile(territories.script(with_values(shop_places="x")), "script", "exec"), {})


def test_a_click_moves_the_chosen_shop_or_chooses_another() -> None:
    change = territories._clicked(CITY, 4, 3)
    assert change([shops_drawn.SHOP, 6, 6]) == {"shop": 7}
    values = change([shops_drawn.PLACE, 10, 31])
    moved = Shops("city", 8, 0, str(values["shop_places"])).sites()
    assert values["price_step"] == 3
    assert moved[4] == pytest.approx(shops_drawn.place_of(10, 31))
    assert np.delete(moved, 4, axis=0) == pytest.approx(np.delete(CITY.sites(), 4, axis=0))
    assert shops_drawn.place_of(0, 39) == (0.0125, 0.9875)


def test_more_shops_keep_the_places_of_the_first() -> None:
    text = CITY.moved(0, (0.5, 0.5))
    assert Shops("city", 12, 0, text).sites()[:8] == pytest.approx(Shops("city", 8, 0, text).sites())
    assert len(Shops("city", 3, 0, text).sites()) == 3


def test_a_picture_is_a_density_and_a_black_one_is_refused() -> None:
    def shops(color: str) -> Shops:
        file = BytesIO()
        Image.new("RGB", (40, 30), color).save(file, "PNG")
        return Shops(YOUR_PICTURE, 5, 0, content=file.getvalue())

    assert borders.met(divisions.divided(shops("gray")).masses, np.full(5, 0.2))
    with pytest.raises(ValueError, match="black everywhere"):
        divisions.divided(shops("black"))
    with pytest.raises(ValueError, match="no PNG or JPEG"):
        divisions.divided(Shops(YOUR_PICTURE, 5, 0, content=b"x"))


@pytest.mark.parametrize("place", [name for name in PLACES if name != YOUR_PICTURE])
@pytest.mark.parametrize("count", [3, 8, 20])
def test_each_example_ends_with_its_shares_and_green_checks(place: str, count: int) -> None:
    shops = Shops(place, count, 0)
    found = divisions.divided(shops)
    assert np.abs(found.gap).max() <= 1.5 * found.density.max()
    assert [check.name for check in divisions.checks_of(shops) if not check.passed] == []
    moments = divisions.moments_of(shops)
    assert len(moments) == len(found.history)
    for moment, off in zip(moments, found.history, strict=True):
        assert np.abs(moment.masses - found.targets).sum() == pytest.approx(off, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=9), st.integers(0, 3))
def test_a_title_says_met_only_where_it_is(shares: list[float], step: int) -> None:
    masses = np.array(shares) + 1e-9
    masses /= masses.sum()
    targets = np.full(len(shares), 1 / len(shares))
    title = borders.of_the_division(step, masses, targets)
    assert ("shops has" in title) == bool((np.abs(masses - targets) < 0.005 * targets).all())
    assert title.startswith("Step 0, equal prices" if step == 0 else f"After {step} step")


def test_the_words_hold_at_the_edges() -> None:
    targets = np.array([0.5, 0.25, 0.25])
    assert borders.of_the_division(1, targets, targets).endswith("3 shops has the share that it is to have")
    assert "shop 2 has no customers" in borders.of_the_division(0, np.array([0.6, 0, 0.4]), targets)
    assert "shops 2 and 3 have no customers" in borders.of_the_division(0, np.array([1.0, 0, 0]), targets)
    off = borders.of_the_division(2, np.array([0.5, 0.3, 0.2]), targets)
    assert off == "After 2 steps: shop 2 has 30.0% of the customers instead of 25.0%"
    equal = borders.of_the_prices(0, np.zeros(3), 0.05)
    assert equal.startswith("At step 0 all prices v are alike")
    assert equal.endswith("to the nearest; the mean squared way is <b>0.05</b>.")
    high = borders.of_the_prices(4, np.array([-0.1, 0.3, -0.2]), 0.05)
    assert high.startswith("At step 4 shop 2 pays most, <b>v = 0.3</b>")
    assert "as short as to the nearest" in borders.of_the_way(0.02, 0.02)
    assert "20% longer" in borders.of_the_way(0.012, 0.01)
    gaps = np.array([0.4, 0.1, 1e-4])
    off = np.array([1e-5, -9e-5, 8e-5])
    assert (
        borders.of_what_is_left(gaps, 1, False, off, 1e-4)
        == "The gaps, by how much shares are off, sum to <b>0.1</b>, at first 0.4."
    )
    assert (
        borders.of_what_is_left(gaps, 0, False, off, 1e-4) == "The gaps, by how much shares are off, sum to <b>0.4</b>."
    )
    told = borders.of_what_is_left(gaps, 2, True, off, 1e-4)
    assert (
        told
        == "The gaps, by how much shares are off, sum to <b>0.0001</b>: a cell on a border goes to one shop as a whole."
    )
    assert borders.of_what_is_left(gaps, 2, True, 1000 * off, 1e-4).endswith("; shop 2 still lacks 9.0%.")
    assert borders.of_what_is_left(gaps, 2, True, -1000 * off, 1e-4).endswith("; shop 2 still has too many: 9.0%.")
    assert borders.of_what_is_left(gaps[:1], 0, True, 1000 * off, 1e-4).endswith("; shop 2 still lacks 9.0%.")


def dots(cells: int) -> bytes:
    pixels, file = np.zeros((200, 200), dtype=np.uint8), BytesIO()
    pixels.ravel()[np.random.default_rng(0).choice(pixels.size, cells, replace=False)] = 255
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("cells", "count", "told"), [(100, 20, "20 shops has 5.0%"), (60, 10, "10 shops has 10.0%")])
def test_a_picture_of_few_dots_is_shared_evenly(cells: int, count: int, told: str) -> None:
    shops = Shops(YOUR_PICTURE, count, 0, content=dots(cells))
    found = divisions.divided(shops)
    assert told in borders.of_the_division(len(found.path) - 1, found.masses, found.targets)
    assert [check.name for check in divisions.checks_of(shops) if not check.passed] == []


def test_the_bars_are_as_high_as_the_gaps_on_a_projector_that_shows_a_verdict() -> None:
    layout = drawn(Shops("city", 8, 0), 0).layout
    # Of the least room that a lesson leaves there the plots get 280 pixels.
    bars, gaps = (280 * float(np.ptp(axis.domain)) for axis in (layout.yaxis2, layout.yaxis3))
    assert bars >= 90
    assert gaps >= 90
    # Two rows of type between them, and one above.
    assert 280 * (layout.yaxis2.domain[0] - layout.yaxis3.domain[1]) >= 2.6 * Look(presenter=True).size
    assert 280 * (1 - layout.yaxis2.domain[1]) >= 1.3 * Look(presenter=True).size


def drawn(shops: Shops, step: int, *, dark: bool = False) -> go.Figure:
    """The figure as plotly reads what is sent, and checks it."""
    return go.Figure(decoded(made(shops, step, dark=dark).to_dict()))


def made(shops: Shops, step: int, *, dark: bool = False) -> go.Figure:
    found, moments = divisions.divided(shops), divisions.moments_of(shops)
    return figures.division(
        found.sites,
        np.stack([moment.assignment for moment in moments]),
        np.stack([moment.prices for moment in moments]),
        np.stack([moment.masses for moment in moments]),
        found.targets,
        found.history,
        territories._some(found.density),
        step=step,
        steps=[
            borders.of_the_step(at, len(moments) - 1, moment.masses, float(gap))
            for at, (moment, gap) in enumerate(zip(moments, found.history, strict=True))
        ],
        chosen=0,
        look=Look(dark=dark),
        title="Shops",
        height=400,
    )


def test_the_figure_shows_prices_shares_and_a_light_frame_for_each_step() -> None:
    found, moments = divisions.divided(CITY), divisions.moments_of(CITY)
    fig = drawn(CITY, 0)
    assert len(fig.frames) == len(found.path)
    assert len(fig.to_json()) < 400_000
    last = np.asarray(fig.frames[-1].data[0].z)
    owner = moments[-1].assignment
    inside = last > 0
    reach = max(np.abs(moment.prices).max() for moment in moments)
    price = (last[inside].astype(float) - 1) / figures.LEVELS * 2 * reach - reach
    assert price == pytest.approx(found.prices[owner[inside]], abs=2 * reach / figures.LEVELS)
    assert np.asarray(next(trace for trace in fig.data if trace.name == "share").y) == pytest.approx(
        100 * moments[0].masses, rel=1e-5
    )
    places = next(trace for trace in fig.data if trace.name == "places")
    off = np.linalg.norm(np.stack([places.y, places.x], axis=1)[:, None] - found.sites, axis=-1).min()
    assert off > 1 / shops_drawn.CLICKABLE
    assert fig.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize("count", [3, 20])
def test_plotly_checks_the_frames_and_sends_the_same(count: int) -> None:
    def read(trace: dict[str, Any]) -> dict[str, Any]:
        return {name: part if name in ("type", "text") else array_of(part) for name, part in trace.items()}

    def written(frames: Any) -> Any:
        return json.loads(json.dumps(frames, cls=PlotlyJSONEncoder))

    sent = made(Shops("city", count, 1), 1).to_dict()
    bare = {**sent, "frames": [frame | {"data": [read(trace) for trace in frame["data"]]} for frame in sent["frames"]]}
    checked = go.Figure(bare).to_dict()["frames"]
    for ours, plotlys in zip(sent["frames"], checked, strict=True):
        assert (ours["name"], ours["traces"]) == (plotlys["name"], plotlys["traces"])
        for one, other in zip(ours["data"], plotlys["data"], strict=True):
            assert written(read(one)) == written(read(other))
    assert written(sent["frames"][0]["data"][0]) == written(checked[0]["data"][0]), "as bytes in base64"


@pytest.mark.parametrize("step", [0, 11])
def test_a_territory_whose_shop_stands_outside_has_its_number(step: int) -> None:
    """Prices alone color the field, and at the last ones a shop may serve a part of it far away."""
    found, moments = divisions.divided(CITY), divisions.moments_of(CITY)
    owner, size = moments[step].assignment, divisions.SEEN
    told = next(trace for trace in drawn(CITY, step).data if trace.name == "territories of shops that stand outside")
    for x, y, text in zip(told.x, told.y, told.text, strict=True):
        assert owner[int(y * size), int(x * size)] == int(text) - 1
    at = np.minimum((found.sites * size).astype(int), size - 1)
    outside = np.flatnonzero(owner[at[:, 0], at[:, 1]] != np.arange(len(at))) + 1
    assert [int(text) for text in told.text] == outside.tolist()
    assert bool(len(outside)) == (step > 0), "with equal prices each shop is its own nearest"
    frame = drawn(CITY, 0).frames[step].data[2]
    assert (frame.x, frame.y, frame.text) == (told.x, told.y, told.text)


def test_a_click_in_the_panel_is_possible(page: Callable[..., AppTest]) -> None:
    app = page()
    shops = next(trace for trace in figure_of(charts(app)[0])["data"] if trace.get("name") == "shops")
    assert len(shops["customdata"]) == 8


@pytest.mark.parametrize("count", [3, 8, 20])
@pytest.mark.parametrize("seed", range(12))
def test_no_number_of_a_shop_covers_another(count: int, seed: int) -> None:
    """Two shops of the first example stand .04 apart, and the number of the one hid that of the other."""
    sites = Shops("city", count, seed).sites()
    numbers = shops_drawn.numbered(sites)
    apart = np.linalg.norm(numbers[:, None] - numbers, axis=-1) + np.eye(count)
    assert apart.min() > 0.9 * shops_drawn.APART
    assert ((numbers > 0) & (numbers < 1)).all()
    alone = np.linalg.norm(sites[:, None] - sites, axis=-1) + np.eye(count)
    assert np.linalg.norm(numbers - sites, axis=1)[alone.min(axis=1) > 3 * shops_drawn.APART].max(initial=0) == 0


@pytest.mark.parametrize("corner", [(0.01, 0.01), (0.0, 0.5), (0.985, 0.01), (0.5, 0.5)])
@pytest.mark.parametrize("step", [0.001, 0.01])
def test_shops_in_a_corner_all_have_their_mark_and_number(corner: tuple[float, float], step: float) -> None:
    """The edge brought two numbers to one place, and a division by their distance of 0 then hid every shop."""
    rows = np.indices((5, 4)).reshape(2, -1).T * step
    sites = np.array(corner) + rows * np.where(np.array(corner) > 0.5, -1, 1)
    numbers = shops_drawn.numbered(sites)
    assert np.isfinite(numbers).all()
    assert ((numbers > 0) & (numbers < 1)).all()
    apart = np.linalg.norm(numbers[:, None] - numbers, axis=-1) + np.eye(20)
    assert apart.min() > 0.8 * shops_drawn.APART


def test_a_number_that_gave_way_is_tied_to_its_shop() -> None:
    text = "0.5 0.5 / 0.5 0.501 / 0.502 0.5"
    shops = Shops("city", 4, 0, text)
    fig = drawn(shops, 0)
    ties = next(trace for trace in fig.data if trace.name == "shops whose number stands beside them")
    numbers = next(trace for trace in fig.data if trace.name == "shops")
    lines = np.stack([ties.x, ties.y], axis=1).reshape(-1, 3, 2)
    assert lines[:, 1] == pytest.approx(shops.sites()[:3, ::-1], abs=1e-6)
    assert lines[:, 0] == pytest.approx(np.stack([numbers.x, numbers.y], axis=1)[:3])
    assert np.isnan(lines[:, 2]).all()
    apart = np.linalg.norm(lines[:, None, 0] - lines[:, 0], axis=-1) + np.eye(3)
    assert apart.min() > 0.9 * shops_drawn.APART
    assert next(trace for trace in drawn(Shops("city", 3, 3), 0).data if trace.name == ties.name).x is not None


@pytest.mark.parametrize("step", [0, 4, 11])
def test_no_number_of_a_territory_covers_a_shop(step: int) -> None:
    fig = drawn(CITY, step)
    told, shops = (
        next(trace for trace in fig.data if trace.name == name)
        for name in ("territories of shops that stand outside", "shops")
    )
    for x, y in zip(told.x, told.y, strict=True):
        assert np.hypot(np.array(shops.x) - x, np.array(shops.y) - y).min() > 0.8 * shops_drawn.APART


@pytest.mark.parametrize("step", [0, 11])
def test_the_squares_are_named_where_there_are_any(step: int) -> None:
    moment = divisions.moments_of(CITY)[step]
    told = next(trace for trace in drawn(CITY, step).data if trace.name == "territories of shops that stand outside")
    away = borders.outside(CITY.sites(), moment.assignment)
    assert [str(shop + 1) for shop in away] == list(told.text)
    owners = [moment.assignment for moment in divisions.moments_of(CITY)]
    said = borders.of_the_squares(CITY.sites(), owners, step)
    assert said.startswith("At other steps" if step == 0 else "A square marks the territory of shop")
    owner = np.zeros((4, 4), dtype=int)
    owner[0, 0] = 1
    sites = np.array([[0.1, 0.9], [0.9, 0.9], [0.5, 0.5]])
    told_of = borders.of_the_squares(sites, [owner], 0)
    assert told_of == "A square marks the territory of shop 2, which stands outside it. "
    assert borders.of_the_squares(sites[:1], [np.zeros((4, 4), dtype=int)], 0) == ""


@pytest.mark.parametrize("step", [0, 2])
def test_play_ends_with_the_step_of_the_slider(step: int) -> None:
    """The title and the sentence speak of it: they would be false for the last step."""
    fig = drawn(CITY, step)
    frames, settings = fig.layout.updatemenus[0].buttons[0].args
    assert frames == (*(frame.name for frame in fig.frames), str(step))
    assert len(settings["frame"]) == len(frames)
    assert fig.frames[step].layout.annotations[0].text == fig.layout.annotations[0].text


def test_each_frame_tells_its_own_step() -> None:
    """The title stays at the slider's step while the frames play, so what is told of a frame must move with it."""
    found, moments = divisions.divided(CITY), divisions.moments_of(CITY)
    fig = drawn(CITY, 0)
    for at, (frame, moment) in enumerate(zip(fig.frames, moments, strict=True)):
        told = frame.layout.annotations[0].text
        shares = f"{moment.masses.min():.1%} to {moment.masses.max():.1%}"
        words = f"step {at} of {len(moments) - 1}: shares {shares}, gaps sum to {found.history[at]:.2g}"
        assert told == (words if at == 0 else f"in play, {words}")
    assert fig.layout.annotations[0].text == fig.frames[0].layout.annotations[0].text


def test_the_bar_of_prices_has_minus_signs() -> None:
    high, middle, low = reversed(drawn(CITY, 3).data[0].colorbar.ticktext)
    assert (high[0], middle, low[0]) == ("+", "0", "−")
    assert high[1:] == low[1:]


@pytest.mark.parametrize(
    ("gaps", "shown"),
    [([0.5, 0.02], ["0.02", "0.05", "0.1", "0.2", "0.5"]), ([0.5, 1e-5], None), ([0.0], ["1e-06"])],
)
def test_the_axis_of_gaps_has_few_digits(gaps: list[float], shown: list[str] | None) -> None:
    axis = figures._gap_ticks(np.array(gaps))
    if shown is None:
        assert axis["dtick"] == 1
        return
    low, high = (0.99 * max(min(gaps), figures.LEAST), 1.01 * max(*gaps, figures.LEAST))
    stand = [text for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True) if low <= value <= high]
    assert stand == shown
