"""Each check of the page can fail: its input is spoiled, and it turns red."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.checks import Check
from core.learning import Loss, World
from pages.foundations.learning import main, results
from pages.foundations.learning.main import Shown
from pages.foundations.learning.panels import bias, choosing, descent, guessers, losses, ways
from pages.foundations.learning.results import Data
from pages.foundations.learning.topic import DEFAULTS


def with_values(**values: Any) -> Any:
    held = {**DEFAULTS, **values}
    return SimpleNamespace(controls=SimpleNamespace(value=held.__getitem__, values=lambda: held))


def shown(degree: int = 5, ridge: float = 0.0) -> Shown:
    return Shown(with_values(), Data(World(), 20, 20, 5), degree, ridge)


def failed(checks: Sequence[Check]) -> list[str]:
    return [check.name for check in checks if not check.passed]


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_a_wrong_fit_is_seen(ridge: float, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(ridge=ridge)
    assert failed(main.checks(seen)) == []
    right = seen.found
    fits = list(right.fits)
    fits[5] = replace(fits[5], coefficients=1.5 * fits[5].coefficients)
    monkeypatch.setattr(main, "comparison_of", lambda data, ridge: replace(right, fits=tuple(fits)))
    assert failed(main.checks(shown(ridge=ridge))) == [
        "Training error never rises with the degree",
        "The slope of the empirical risk is 0",
    ]


def test_wrong_choices_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown()
    assert failed(choosing.checks(seen)) == []
    right = choosing._found(seen)
    monkeypatch.setattr(choosing, "_found", lambda shown: replace(right, risk=1.2 * right.risk, apart=1.0))
    assert len(failed(choosing.checks(seen))) == 2


def test_wrong_contests_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(guessers.checks(page)) == []
    right = guessers._found(page)
    monkeypatch.setattr(guessers, "_found", lambda page: replace(right, expected=0.9, test=right.test + 0.1))
    assert len(failed(guessers.checks(page))) == 3


def test_wrong_parts_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown()
    assert failed(bias.checks(seen)) == []
    right = bias._found(seen)
    monkeypatch.setattr(bias, "_found", lambda shown: replace(right, variance=2 * right.variance))
    assert len(failed(bias.checks(seen))) == 2


def test_wrong_features_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(descent.checks(page)) == []
    runs = results.descents_of(0.5, 0.0)
    wrong = replace(runs[3].check, error=1.0)
    spoiled = replace(runs[3], train_error=np.full_like(runs[3].train_error, 0.1), check=wrong)
    monkeypatch.setattr(descent, "_runs", lambda page: (*runs[:3], spoiled))
    assert len(failed(descent.checks(page))) == 2
    assert len(failed(descent.checks(with_values(features_ridge="1")))) == 1


def test_a_wrong_boundary_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(ways.checks(page)) == []
    right = results.one_set_of(ways._params(page), 32)
    wrong = replace(right, boundary=replace(right.boundary, slope=1e-3))
    monkeypatch.setattr(ways, "one_set_of", lambda params, points: wrong)
    assert failed(ways.checks(page)) == ["The slope of the logistic loss is 0"]


def test_wrong_digits_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values(classes=ways.DIGITS)
    assert failed(ways.checks(page)) == []
    right = ways.recorded_digits()
    monkeypatch.setattr(ways, "recorded_digits", lambda: replace(right, factors=1.01 * right.factors))
    assert failed(ways.checks(page)) == ["The diagonal of LLᵀ is the variance of each pixel"]


def test_a_wrong_answer_of_a_loss_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(losses.checks(page)) == []
    right = losses._output(page)

    def spoiled(loss: Loss) -> Loss:
        return replace(loss, best=lambda y: loss.best(y) + 1)

    monkeypatch.setattr(losses, "_output", lambda page: replace(right, losses=tuple(map(spoiled, right.losses))))
    assert len(failed(losses.checks(page))) == 3
    assert losses.checks(with_values(values="x")) == []
