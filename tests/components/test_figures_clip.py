"""The figures of the CLIP page, by their data."""

import numpy as np
import pytest

from components import clip_results as results
from components.clip_results import Repair
from components.figures import clip as figures
from components.theme import Look
from components.views import clip as views
from core.clip import BACKGROUNDS, CLASSES, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, fade_shares

LOOK = Look()
HOSTILE = "<script>alert(1)</script>"


def fade(tables: int = 1, after: bool = False) -> object:
    shares = fade_shares()
    before = np.stack([1 - shares, shares], axis=1)
    return figures.counterfactual(
        "data:image/jpeg;base64,AAAA",
        shares,
        before,
        before[:, ::-1] if after else None,
        [("before", np.array([[1.0, 0.5], [0.25, 1.0]]))] * tables,
        at=0.5,
        look=LOOK,
        title="t",
        classes=CLASSES,
        backgrounds=BACKGROUNDS,
    )


def test_the_fade_carries_both_curves_and_the_tables() -> None:
    fig = fade()
    assert np.allclose(fig.data[0].y, 1 - fade_shares())
    assert np.allclose(fig.data[1].y, fade_shares())
    assert fig.data[2].z.tolist() == [[1.0, 0.5], [0.25, 1.0]]
    assert fig.layout.xaxis.title.text == "water in the background (%)"
    assert len(fade(2, after=True).data) == 6


def test_land_and_water_have_the_colors_of_their_roles() -> None:
    fig = fade()
    assert [trace.line.color for trace in fig.data[:2]] == [LOOK.role("land"), LOOK.role("water")]


def test_similarity_puts_texts_down_and_pictures_across() -> None:
    cosines = np.arange(6, dtype=float).reshape(2, 3) / 10
    fig = figures.similarity(cosines, ["a", "b", "a"], ["data:x", "data:y"], look=LOOK, title="t")
    assert np.allclose(fig.data[0].z, cosines.T)
    assert len(set(fig.data[0].y)) == 3
    assert len(fig.layout.images) == 2


def test_treatments_show_average_and_worst() -> None:
    fig = figures.treatments({"one": (0.9, 0.5, 0.03), "two": (0.8, 0.7, 0.02)}, look=LOOK, title="t")
    assert np.allclose(fig.data[1].x, [0.9, 0.8])
    assert np.allclose(fig.data[2].x, [0.5, 0.7])
    assert np.allclose(fig.data[2].error_x.array, [0.03, 0.02])


def test_the_map_draws_each_group_once() -> None:
    places, groups = np.random.default_rng(0).standard_normal((40, 2)), np.arange(40) % 4
    arrows = {"x": (np.array([1.0, 0.0]), "red")}
    fig = figures.scatter_map(
        places, groups, ["a", "b", "c", "d"], arrows, shares=np.array([0.5, 0.2]), look=LOOK, title="t"
    )
    assert [len(trace.x) for trace in fig.data] == [10] * 4


@pytest.mark.parametrize("draw", ["similarity", "treatments", "counterfactual"])
def test_text_of_visitors_is_text(draw: str) -> None:
    drawn = {
        "similarity": lambda: figures.similarity(np.eye(1), [HOSTILE], ["data:x"], look=LOOK, title=HOSTILE),
        "treatments": lambda: figures.treatments({HOSTILE: (1, 1, 0)}, look=LOOK, title=HOSTILE),
        "counterfactual": lambda: figures.overlays("data:x", [(HOSTILE, np.eye(2), True)], look=LOOK, title=HOSTILE),
    }[draw]()
    assert "<script>" not in drawn.to_json()


def test_the_page_main_figure_stays_small() -> None:
    for look in (Look(), Look(dark=True)):
        address = results.picture_of(5, 50.0)
        assert address.startswith("data:image/jpeg")
        assert len(address) < 120_000
        assert look.paper


def test_insights_are_read_and_written_line_by_line() -> None:
    assert views.read_pairs(views.write_pairs(HARMFUL_INSIGHTS)) == HARMFUL_INSIGHTS
    assert views.read_pairs("a | b\nno bar\n | c\na|b\n\nd | e | f") == (("a", "b"), ("d", "e | f"))
    assert views.read_pairs("") == ()
    assert len(views.read_pairs("\n".join(f"a{i} | b{i}" for i in range(99)))) == views.MAX_INSIGHTS


def test_the_finding_names_where_the_answer_turns() -> None:
    shares = fade_shares()
    toward_water = np.stack([1 - shares, shares], axis=1)
    assert views.finding("landbird", toward_water).endswith("from 52 % of water on")
    assert views.finding("waterbird", toward_water).endswith("up to 50 % of water")
    assert "stays" in views.finding("landbird", np.tile([0.9, 0.1], (41, 1)))
    assert "never" in views.finding("waterbird", np.tile([0.9, 0.1], (41, 1)))


def test_repairs_change_what_they_say_they_change() -> None:
    plain = Repair("none", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS)
    x = results.fade_of("birds-100", 5, plain)
    assert np.array_equal(x, results.fade_of("birds-100", 5, Repair("none", (), ())))
    assert np.allclose(x, results.fade_of("birds-100", 5, Repair("reject", (), HELPFUL_INSIGHTS)))
    rejected = results.fade_of("birds-100", 5, Repair("reject", HARMFUL_INSIGHTS, ()))
    assert np.ptp(rejected, axis=0).max() < np.ptp(x, axis=0).max()
    weak = results.fade_of("birds-100", 5, Repair("reject", HARMFUL_INSIGHTS, (), strength=0.0))
    assert np.allclose(weak, x, atol=1e-6)


def test_the_verdict_calls_guessing_no_repair() -> None:
    assert "lifts" in views.verdict_in_words("reject", 0.46, 0.94, 0.97)
    assert views.verdict_in_words("projected words", 0.0, 0.16, 0.5).startswith("No edit repairs it")
    assert "nothing to repair" in views.verdict_in_words("increase", 0.98, 0.985, 0.99)
