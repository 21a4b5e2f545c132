"""A notebook as memory: which notes come to mind for a question. Needs no torch."""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from core.numbers import as_real, require


def rank_notes(
    question_vector: ArrayLike,
    note_vectors: ArrayLike,
    ages: ArrayLike,
    importances: ArrayLike,
    *,
    relevance: float = 1.0,
    recency: float = 0.0,
    importance: float = 0.0,
    half_life: float = 138.3,
) -> tuple[Int[np.ndarray, "note"], Float[np.ndarray, "note 3"]]:
    """Ranks notes by relevance + recency + importance, each scaled to 0 to 1 over the notes and weighted.

    Relevance is the cosine of question and note, recency is .5^(age / half-life), importance is as given. A part x is
    scaled to (x - min) / (max - min); where all notes have the same it is 0.

    Args:
        question_vector: of the question, [d], not 0.
        note_vectors: of 1 or more notes, [note, d], none of them 0.
        ages: in hours, [note], 0 or more.
        importances: of the notes, [note], finite.
        relevance, recency, importance: the weights, finite.
        half_life: hours after which recency has halved, above 0; 138.3 is a decay of .995 an hour.

    Returns:
        The places of the notes from the best, the earlier one on a tie; and the three scaled parts of each note, in the
        order in which the notes were given, before weighting.

    Raises:
        ValueError: for another shape, or a value out of range.

    Invariant: with weights 1, 0, 0 the order is that of the cosines.
    Source: Park et al. 2023 (2304.03442), section 4.1.
    """
    question, notes, hours, weight = (
        _real(one, name)
        for one, name in (
            (question_vector, "question_vector"),
            (note_vectors, "note_vectors"),
            (ages, "ages"),
            (importances, "importances"),
        )
    )
    _require_shapes(question, notes, hours, weight)
    weights = np.array([as_real(one) for one in (relevance, recency, importance)])
    require(np.isfinite(weights).all(), "the weights", weights.tolist(), "finite")
    require(0 < as_real(half_life) < np.inf, "half_life", half_life, "a finite number of hours above 0")
    cosines = _unit(notes, "note_vectors") @ _unit(question[None], "question_vector")[0]
    parts = np.stack([_scaled(cosines), _scaled(0.5 ** (hours / half_life)), _scaled(weight)], axis=1)
    return np.argsort(-(parts @ weights), kind="stable"), parts


def _real(values: ArrayLike, name: str) -> Float[np.ndarray, "..."]:
    """An array of float64. Complex numbers would lose a part, and rows of unlike lengths are no array."""
    try:
        found = np.asarray(values)
        require(found.dtype.kind in "fiubO", name, found.dtype.name, "an array of real numbers")
        return found.astype(np.float64)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{name} must be an array of real numbers; got {str(values)[:40]}") from error


def _require_shapes(question: np.ndarray, notes: np.ndarray, ages: np.ndarray, importances: np.ndarray) -> None:
    count = len(notes) if notes.ndim == 2 else 0
    require(question.ndim == 1 and question.size > 0, "question_vector's shape", question.shape, "(d,)")
    require(
        count > 0 and notes.shape[1] == len(question),
        "note_vectors' shape",
        notes.shape,
        f"(n, {len(question)}), n from 1 up",
    )
    for name, values in (("ages", ages), ("importances", importances)):
        require(values.shape == (count,), f"{name}' shape", values.shape, f"({count},), one for each note")
        require(np.isfinite(values).all(), name, values.tolist(), "finite")
    require((ages >= 0).all(), "ages", ages.tolist(), "0 hours or more")


def _unit(rows: Float[np.ndarray, "row d"], name: str) -> Float[np.ndarray, "row d"]:
    """Rows of length 1. Each is divided by its largest number first, so that no square leaves the range of floats."""
    require(np.isfinite(rows).all() and np.abs(rows).max(axis=1).min() > 0, name, rows.shape, "finite and not 0")
    inside = rows / np.abs(rows).max(axis=1, keepdims=True)
    unit: Float[np.ndarray, "row d"] = inside / np.linalg.norm(inside, axis=1, keepdims=True)
    return unit


def _scaled(values: Float[np.ndarray, "note"]) -> Float[np.ndarray, "note"]:
    low, high = values.min(), values.max()
    # Halves, so that the difference of two large numbers stays a number.
    width = high / 2 - low / 2
    return (values / 2 - low / 2) / width if width > 0 else np.zeros_like(values)
