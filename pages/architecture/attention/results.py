"""What the attention page shows of a text: measured now on a loaded model, or recorded where there is none yet."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from components.loading import load
from components.results import shared
from components.theme import Look
from core.attention import (
    COMPARED_TEXTS,
    RECORDED_TEXTS,
    ROPE_BASE,
    AttentionRecord,
    HeadScores,
    LayerProjections,
    Leader,
    ScoreTrials,
    SpreadParams,
    Spreads,
    WordSimilarity,
    head_scores,
    layer_means,
    leaders,
    map_checks,
    rebuild_check,
    recorded,
    recorded_meanings,
    rollout,
    score_spreads,
    wavelengths,
)
from core.checks import Check
from core.models import is_loaded
from pages.architecture.attention.figures.heads import thumbnails

if TYPE_CHECKING:
    from core.attention import AttentionTrace


_FRESH = "attention_fresh"


@dataclass(frozen=True, eq=False)
class Measured:
    """A text's trace on a loaded model, and the part of it that figures need."""

    trace: "AttentionTrace"
    record: AttentionRecord

    @property
    def nbytes(self) -> int:
        """Bytes held; the record's arrays are views of the trace's."""
        parts = [self.trace.weights, self.trace.hidden, self.trace.logits]
        return sum(part.nbytes for part in parts if part is not None)


def trace_needs(model: str, text: str) -> float:
    """Bytes that a text's trace takes at its peak. Raises ValueError for a text that is empty or too long."""
    from core.attention import trace_bytes

    return trace_bytes(load(model), text)


@shared(megabytes=600, size=lambda measured: measured.nbytes, needs=trace_needs)
def measure(model: str, text: str) -> Measured:
    """Runs a text through a model. Raises ValueError for a text that is empty or too long."""
    from core.attention import to_record, trace

    lm = load(model)
    run = trace(lm, text)
    return Measured(run, to_record(lm, run))


@shared(megabytes=20, size=lambda scores: 6 * scores.sink.nbytes)
def scores_of(model: str, text: str) -> HeadScores:
    """The scores of all heads for the record that the page shows for this text."""
    return head_scores(record_of(model, text))


@shared(megabytes=1, size=lambda found: 200 * len(found) + 1)
def leaders_of(model: str, text: str) -> tuple[Leader, ...]:
    """The strongest head for each pattern that the text has."""
    record = record_of(model, text)
    return leaders(record, causal=record.causal)


@shared(megabytes=1, size=lambda checks: 200 * len(checks))
def identities_of(model: str, text: str) -> tuple[Check, ...]:
    """The identities of all maps of this text."""
    record = record_of(model, text)
    return map_checks(record.weights, causal=record.causal)


@shared(megabytes=20, size=len)
def sheet_of(model: str, text: str, look: Look) -> bytes:
    """The thumbnails of all heads for this text, as a PNG."""
    return thumbnails(record_of(model, text).weights, look=look)


@shared(megabytes=60, size=lambda layer: 3 * layer.query.nbytes)
def projections_of(model: str, text: str, layer: int) -> LayerProjections:
    """Queries, keys and values of one layer, recomputed by hand on a loaded model."""
    from core.attention import project

    return project(load(model), measure(model, text).trace, layer)


@shared(megabytes=1, size=lambda check: 200)
def shift_of(model: str, text: str) -> Check | None:
    """How far the maps move when 100 is added to every position; None for a model with learned positions."""
    from core.attention import shift_check

    return shift_check(load(model), measure(model, text).trace)


def ask_for_the_last_token() -> None:
    """Remembers that a new text or model was chosen, in which the old query's place means nothing. A callback."""
    st.session_state[_FRESH] = True


def last_token_asked_for() -> bool:
    """Whether that is so; it is said once."""
    return bool(st.session_state.pop(_FRESH, False))


def recorded_keys(model: str, text: str) -> list[str]:
    """The names of the recordings of exactly this model and text; they differ in the layer and token they are for."""
    return [key for key, kept in RECORDED_TEXTS.items() if (kept.model, kept.text) == (model, text)]


def needs_model(model: str, text: str) -> bool:
    """Whether the text can be shown only after the model has been loaded."""
    return not is_loaded(model) and not recorded_keys(model, text)


def record_of(model: str, text: str) -> AttentionRecord:
    """What is shown for a text: measured where the model is loaded, recorded where it is not."""
    keys = recorded_keys(model, text)
    return recorded(keys[0]) if keys and not is_loaded(model) else measure(model, text).record


def layer_of(model: str, text: str, layer: int) -> LayerProjections | None:
    """Queries, keys and values of a layer; None where the recording does not hold them."""
    if is_loaded(model):
        return projections_of(model, text, layer)
    texts = {**RECORDED_TEXTS, **COMPARED_TEXTS}
    keys = [key for key, kept in texts.items() if (kept.model, kept.text) == (model, text)]
    kept = (recorded(key).projections for key in keys)
    return next((projections[layer] for projections in kept if layer in projections), None)


def wavelengths_of(model: str, width: int) -> np.ndarray | None:
    """The wavelength of each pair of dimensions that RoPE turns; None where no pair turns, or not all of them do."""
    if not is_loaded(model):
        return wavelengths(ROPE_BASE[model], width) if model in ROPE_BASE else None
    from core.language import attention_layer

    inv_freq = attention_layer(load(model).model, 0).inv_freq
    return None if inv_freq is None or len(inv_freq) != width // 2 else 2 * np.pi / inv_freq.double().numpy()


def turning_of(model: str, waves: np.ndarray | None) -> Literal["all", "some", "none"]:
    """How many of a head's dimensions RoPE turns.

    Args:
        model: whose head it is.
        waves: see `wavelengths_of`.
    """
    if waves is not None:
        return "all"
    if not is_loaded(model):
        return "none"
    from core.language import attention_layer

    return "none" if attention_layer(load(model).model, 0).inv_freq is None else "some"


@dataclass(frozen=True, eq=False)
class Flow:
    """A text's rollout, and what its cells are made of.

    Args:
        means: the mean map of each layer, [layer query key].
        rolled: the rollout, [query key].
    """

    means: np.ndarray
    rolled: np.ndarray


@shared(megabytes=80, size=lambda flow: flow.means.nbytes + flow.rolled.nbytes)
def flow_of(model: str, text: str) -> Flow:
    """The rollout of the record that the page shows for this text."""
    weights = record_of(model, text).weights
    return Flow(layer_means(weights), np.asarray(rollout(weights)))


def checks_of(model: str, text: str, layer: int) -> list[Check]:
    """Every identity that can be recomputed for the text and the layer on screen."""
    checks = list(identities_of(model, text))
    projections = layer_of(model, text, layer)
    if projections is not None:
        checks.append(rebuild_check(projections, record_of(model, text).weights[layer]))
    if is_loaded(model):
        shifted = shift_of(model, text)
        checks += [shifted] if shifted else []
    return checks


def meanings_recorded(sentences: tuple[str, ...], word: str) -> bool:
    """Whether exactly this comparison comes with the code."""
    kept = recorded_meanings()
    return (kept.sentences, kept.word) == (sentences, word)


@shared(megabytes=5, size=lambda found: found.cosine.nbytes)
def meanings_of(model: str, sentences: tuple[str, ...], word: str) -> WordSimilarity:
    """Cosines between a word's vectors in several sentences: recorded for the preset, else on a loaded model."""
    if meanings_recorded(sentences, word):
        return recorded_meanings()
    from core.attention import word_similarity

    return word_similarity(load(model), sentences, word)


@shared(megabytes=1, size=lambda found: 5 * found.deviation.nbytes)
def spreads() -> Spreads:
    """How the scores of random queries and keys spread, at every dimension."""
    return score_spreads(SpreadParams())


def widths_of(trials: ScoreTrials) -> np.ndarray:
    """The dimensions of the recorded trainings."""
    return np.array(trials.params.widths)
