"""Every map on the pages of attention and positions, and what a click on a cell of it opens."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from components.course import declared_by, topics
from tests.browser_kit import Visit
from tests.links import opened
from tests.page_kit import figure_of

HEAD = "Head"
OPENS = {
    "attention": {"map": HEAD, "cell_map": HEAD, "rollout": "Rollout"},
    "attention_depth": {
        "contribution_0": HEAD,
        "contribution_1": HEAD,
        "contribution_2": HEAD,
        "cell_map": HEAD,
        "groups_0": HEAD,
        "groups_1": HEAD,
        "groups_2": HEAD,
        "masks_0": "Masks: causal",
        "masks_1": "Masks: document",
        "masks_2": "Masks: none",
        "compared_0": HEAD,
        "compared_1": "Other text",
        "compared_2": "Compare: difference",
    },
    "positional_encoding": {},
}
"""Page -> chart of attention weights -> the view of the panel Cell that takes its cells apart."""

NO_WEIGHTS = {
    "attention": {"scores": "a measure of each head, whose map a click opens"},
    "attention_depth": {
        "ranking": "the loss without each head, which a click ablates",
        "lens": "the likeliest tokens after each layer",
        "patched": "what a copied part brings back",
        "hand": "four tokens by hand, with every product written out",
    },
    "positional_encoding": {
        "sinusoidal": "the codes themselves",
        "learned": "the table itself",
        "alibi": "a bias, a formula of the distance",
        "t5": "the bucket of each distance",
        "t5_bias": "the number of each bucket",
        "shift_matrix": "a matrix that moves codes",
        "projected": "products of bare positions, before any softmax and of no text",
    },
}
"""Page -> other charts of cells -> what their cells are."""

SCHEMES = ("Sinusoidal", "Learned", "RoPE", "ALiBi", "T5")


def links_of(page: str) -> list[str]:
    """Each panel of a page, under each scheme of its own where it has any."""
    topic = next(topic for topic in topics() if topic.key == page)
    panels = ["Figure", *(panel.name for panel in declared_by(topic).panels)]
    schemes = SCHEMES if page == "positional_encoding" else ("",)
    return [
        urlencode({f"{page}_panel": panel, **({f"{page}_scheme": scheme} if scheme else {})})
        for scheme in schemes
        for panel in panels
    ]


def maps_of(app: AppTest) -> dict[str, list[dict[str, object]]]:
    """The traces of each chart that has cells, by its name."""
    drawn = {str(chart.proto.id).split("-", 2)[2]: figure_of(chart)["data"] for chart in app.get("plotly_chart")}
    return {key: traces for key, traces in drawn.items() if any(trace["type"] == "heatmap" for trace in traces)}


@pytest.mark.parametrize("page", OPENS)
def test_each_map_of_weights_opens_its_cells_and_each_other_one_is_named(page: str) -> None:
    known, seen = OPENS[page] | NO_WEIGHTS[page], set()
    for link in links_of(page):
        for key, traces in maps_of(opened(page, link)).items():
            name = key.removeprefix(f"{page}_").removesuffix("_figure")
            assert name in known, (name, link)
            seen.add(name)
            if name in OPENS[page]:
                targets = [trace for trace in traces if trace.get("mode") == "markers"]
                assert len(targets) == 1 and len(targets[0]["customdata"]), (name, link)
    assert seen == set(known)


ACROSS = {"masks_1": 0.8}
"""How far across a click lies: under a document mask the last tokens see the second document alone."""

PLACES = {
    "map": "Figure",
    "rollout": "Rollout",
    "cell_map": "Cell",
    "contribution": "Contribution",
    "groups": "Shared keys",
    "masks": "Masks",
    "compared": "Compare",
}
"""The panel of each chart, by the beginning of its name."""


@pytest.mark.parametrize(
    ("page", "name", "view"),
    [
        pytest.param(page, name, view, marks=() if place % 2 == 0 else pytest.mark.matrix)
        for page, maps in OPENS.items()
        for place, (name, view) in enumerate(maps.items())
    ],
)
def test_a_click_on_each_of_them_opens_the_cell_with_its_check(
    server: str, visitor: Callable[..., Visit], page: str, name: str, view: str
) -> None:
    """The click lies low at the left, where no mask hides anything."""
    panel = PLACES[name] if name in PLACES else PLACES[name.rpartition("_")[0]]
    values = {f"{page}_panel": panel, f"{page}_layer": 18, f"{page}_head": 6, f"{page}_key": 3}
    visit = visitor().open(f"{server}/{page}?{urlencode(values)}")
    keys = visit.page.locator(".js-plotly-plot").evaluate_all(
        "charts => charts.map(one => one.closest('[class*=_figure]').className)"
    )
    visit.click_cell(
        next(n for n, key in enumerate(keys) if f"{page}_{name}_figure" in key), ACROSS.get(name, 0.2), 0.92
    )
    assert f"{page}_panel=Cell" in visit.page.url
    assert f"{page}_key=3" not in visit.page.url
    assert view == HEAD or urlencode({f"{page}_cell_of": view}) in visit.page.url
    assert visit.page.get_by_text("sum to the").first.is_visible()
    visit.nothing_failed()
