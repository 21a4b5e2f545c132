"""Notes ranked by relevance, recency and importance."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import minmax_scale

from core.agents import rank_notes

NOTES = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
AGES, IMPORTANCES = np.array([100.0, 10.0, 0.0]), np.array([1.0, 9.0, 5.0])


@given(arrays(np.float64, (6, 4), elements=st.floats(0.1, 5)), arrays(np.float64, 4, elements=st.floats(0.1, 5)))
def test_relevance_alone_is_the_order_of_cosines(notes: np.ndarray, question: np.ndarray) -> None:
    order, parts = rank_notes(question, notes, np.zeros(6), np.zeros(6))
    cosines = cosine_similarity(question[None], notes)[0]
    assert np.all(np.diff(cosines[order]) <= 1e-12)
    assert sorted(order.tolist()) == list(range(6))
    assert (parts[:, 1:] == 0).all()


def test_each_part_is_scaled_as_sklearn_does() -> None:
    _, parts = rank_notes([1, 1], NOTES, AGES, IMPORTANCES, half_life=50)
    raw = [cosine_similarity([[1, 1]], NOTES)[0], 0.5 ** (AGES / 50), IMPORTANCES]
    for place, part in enumerate(raw):
        np.testing.assert_allclose(parts[:, place], minmax_scale(part), atol=1e-12)


def test_weights_choose_the_part_that_counts() -> None:
    question = [1, 0]
    assert rank_notes(question, NOTES, AGES, IMPORTANCES)[0].tolist() == [0, 1, 2]
    assert rank_notes(question, NOTES, AGES, IMPORTANCES, relevance=0, recency=1)[0].tolist() == [2, 1, 0]
    assert rank_notes(question, NOTES, AGES, IMPORTANCES, relevance=0, importance=1)[0].tolist() == [1, 2, 0]
    assert rank_notes(question, NOTES, AGES, IMPORTANCES, relevance=0, recency=-1)[0].tolist() == [0, 1, 2]
    assert rank_notes(question, NOTES, AGES, IMPORTANCES, relevance=0)[0].tolist() == [0, 1, 2]


def test_the_half_life_is_a_decay_of_995_thousandths_an_hour() -> None:
    assert pytest.approx(0.995, abs=1e-5) == 0.5 ** (1 / 138.3)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_the_length_of_vectors_does_not_count(scale: float) -> None:
    order, parts = rank_notes([scale, 2 * scale], NOTES * scale, AGES, IMPORTANCES)
    again, same = rank_notes([1, 2], NOTES, AGES, IMPORTANCES)
    assert order.tolist() == again.tolist()
    np.testing.assert_allclose(parts, same, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"question_vector": [0.0, 0.0]}, "question_vector"),
        ({"question_vector": [1.0, 0.0, 0.0]}, "note_vectors' shape"),
        ({"note_vectors": np.zeros((0, 2))}, r"\(0, 2\) must be \(n, 2\), n from 1 up"),
        ({"note_vectors": [[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]}, "note_vectors"),
        ({"ages": [1.0, 2.0]}, "ages' shape"),
        ({"ages": [-1.0, 2.0, 3.0]}, "ages"),
        ({"importances": [math.nan, 2.0, 3.0]}, "importances"),
        ({"question_vector": [1j, 0.0]}, "question_vector = 'complex128' must be an array of real numbers"),
        ({"note_vectors": np.ones((3, 2), complex)}, "note_vectors = 'complex128'"),
        ({"ages": [1j, 2.0, 3.0]}, "ages = 'complex128'"),
        ({"importances": [object(), 2.0, 3.0]}, "importances must be an array of real numbers"),
        ({"recency": math.inf}, "weights"),
        ({"half_life": 0.0}, "half_life"),
    ],
)
def test_what_cannot_be_ranked_is_refused(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "question_vector": [1.0, 0.0],
        "note_vectors": NOTES,
        "ages": AGES,
        "importances": IMPORTANCES,
        **change,
    }
    positional = [given.pop(name) for name in ("question_vector", "note_vectors", "ages", "importances")]
    with pytest.raises(ValueError, match=says):
        rank_notes(*positional, **given)
