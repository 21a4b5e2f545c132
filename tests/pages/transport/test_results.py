"""What the transport page computes and shares: masses of clouds and files, and many visitors at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pages.adaptation.transport import results
from pages.adaptation.transport.results import YOUR_FILE, Cloud, DatasetPair, Problem

FILE = b"x,y,weight\n" + b"\n".join(b"%d,%d,%d" % (k, k % 3, k % 4) for k in range(1, 41))


def problem(weights: str, *, source: Cloud | None = None, method: str = "exact") -> Problem:
    return Problem(source or Cloud("moons", 30, 0), Cloud("rings", 20, 1), weights, "sqeuclidean", method)


@pytest.mark.parametrize(
    ("weights", "totals"),
    [("as given", (1, 1)), ("scaled to 1", (1, 1)), ("heavier to the right", (1, 1)), ("source weighs twice", (2, 1))],
)
def test_masses_of_shapes(weights: str, totals: tuple[float, float]) -> None:
    asked = problem(weights)
    a, b = asked.masses()
    assert (a.sum(), b.sum()) == pytest.approx(totals)
    assert asked.balanced == (totals[0] == totals[1])
    if weights == "heavier to the right":
        x = asked.source.points()[:, 0]
        assert (np.diff(a[np.argsort(x)]) >= 0).all()


def test_masses_of_a_file_are_kept_scaled_or_tilted() -> None:
    own = Cloud(YOUR_FILE, 60, 0, content=FILE)
    given, _ = problem("as given", source=own).masses()
    assert given.sum() == 60
    assert not problem("as given", source=own).balanced
    assert problem("scaled to 1", source=own).balanced
    tilted, _ = problem("heavier to the right", source=own).masses()
    assert tilted.sum() == pytest.approx(60)
    assert (tilted[given == 0] == 0).all()


def test_a_long_file_is_thinned_evenly_with_its_masses() -> None:
    own = Cloud(YOUR_FILE, 60, 0, content=FILE, most=14)
    assert len(own.points()) == len(own.masses()) == 14
    assert own.points()[[0, -1], 0].tolist() == [1, 40]
    assert np.array_equal(own.masses(), own.points()[:, 0] % 4)


def test_many_visitors_at_once_do_not_wait_for_each_other_forever() -> None:
    def visit(seed: int) -> int:
        asked = Problem(Cloud("moons", 12, seed), Cloud("rings", 12, seed + 1), "as given", "sqeuclidean", "exact")
        unit = results.mean_cost_of(asked.source, asked.target, asked.metric)
        return len(results.sweep_of(asked, "auto", 50, unit, results.optimum_of(asked)).cost)

    pool = ThreadPoolExecutor(8)
    found = list(pool.map(visit, range(100, 124), timeout=120))
    pool.shutdown(cancel_futures=True)
    assert found == [13] * 24


def test_identities_are_computed_once_for_a_distance_and_go_with_it() -> None:
    pair = DatasetPair("digits: blurred", 40)
    found = results.distance_of(pair, "means", 1.0)
    first = results.identities_of(pair, found)
    assert results.identities_of(pair, found) is first
    assert all(check.passed for check in first)
