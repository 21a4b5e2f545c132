"""What a click sets on the learning page, and the data that its pages share."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.learning import World
from pages.foundations.learning import main
from pages.foundations.learning.main import Shown
from pages.foundations.learning.panels.table import MOST_ADDED, added_of, text_of
from pages.foundations.learning.results import Data, comparison_of

PAGE: Any = SimpleNamespace()


def shown(added: tuple[tuple[float, float], ...] = ()) -> Shown:
    return Shown(PAGE, Data(World(), 20, 20, 5, added), 5, 0.0)


def test_a_click_on_the_plane_adds_a_point_and_one_on_an_error_sets_the_degree() -> None:
    assert main.clicked(shown(), [0.123456, -1.0]) == {"added": "0.1235 -1"}
    assert main.clicked(shown(((1.0, 2.0),)), [0.5, 0.25]) == {"added": "1 2; 0.5 0.25"}
    assert main.clicked(shown(), [7]) == {"degree": 7}


def test_more_points_than_are_taken_put_out_the_first() -> None:
    many = tuple((float(k), 0.0) for k in range(MOST_ADDED))
    kept = added_of(main.clicked(shown(many), [0.5, 0.5])["added"])
    assert len(kept) == MOST_ADDED
    assert kept[0] == (1.0, 0.0)
    assert kept[-1] == (0.5, 0.5)


def test_points_are_read_as_they_are_written() -> None:
    points = ((0.1, -2.5), (3.0, 1e-4))
    assert added_of(text_of(points)) == points
    assert added_of("") == ()


def test_own_points_are_fitted_with_the_others() -> None:
    training = shown(((0.5, 9.0),)).data.sets[0]
    assert training.shape == (21, 2)
    assert training[-1].tolist() == [0.5, 9.0]


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_errors_are_means_of_squares(ridge: float) -> None:
    found = comparison_of(Data(World(), 20, 20, 5), ridge)
    test = found.data.sets[2]
    for degree in (0, 5, 20):
        off = test[:, 1] - found.fits[degree].predict(test[:, 0])
        assert found.errors["test"][degree] == pytest.approx(np.mean(off**2))
