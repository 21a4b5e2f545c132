"""Results of the page on attention in depth: measured on a loaded model, or recorded where there is none yet."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from components.loading import load
from components.results import shared
from core.attention import (
    COMPARED_TEXTS,
    GENERATION_PROMPT,
    GENERATION_TOKENS,
    PACKED_FIRST,
    PACKED_LAYERS,
    PACKED_SECOND,
    PATCHED,
    RECORDED_TEXTS,
    Ablation,
    AttentionRecord,
    EncodedDocuments,
    GenerationRecord,
    HeadEffects,
    LogitLens,
    NextToken,
    PackedDocuments,
    PatchedTexts,
    Patching,
    PatchRun,
    map_overlap,
    patch_texts,
    patching_seconds,
    recorded,
    recorded_documents,
    recorded_encoded_documents,
    recorded_generation,
    recorded_identities,
    recorded_lens,
    recorded_patching,
    recorded_ranking,
    require_counts,
    require_texts,
    without_sink,
)
from core.checks import Check
from core.jobs import find
from core.language import count_tokens
from core.memory import BUDGET
from core.models import is_loaded as is_loaded
from core.models import loadable_names, lookup
from pages.architecture.attention.results import measure, record_of, recorded_keys
from pages.architecture.attention_depth.words import Effect

if TYPE_CHECKING:
    from core.attention import AttentionTrace

Heads = tuple[tuple[int, int], ...]

DECODER = "smollm2-135m"
"""The model that packs documents and writes."""

ENCODER = "minilm-l6"
"""The model that shows what no mask at all does."""

LOGITS_AT_ONCE = 2
"""Tables of logits that a changed run takes beside the untouched ones: its own, and its hidden states and maps."""


def models() -> list[str]:
    """The models that predict a next token and may be loaded."""
    return [name for name in loadable_names() if lookup(name).kind == "causal_lm"]


def model_of(name: str) -> str:
    """The model of this name, or the default one where none is called so."""
    return name if name in models() else DECODER


@dataclass(frozen=True, eq=False)
class Cause:
    """What an intervention does to the next token and to the losses, in numpy.

    Args:
        likely: likely next tokens of either side, each with both of its probabilities.
        loss_before, loss_after: at each predicted token, in nats.
        loss_switched: with what is switched off, at temperature 1.
        loss_heated: of the untouched model at the temperature.
        checks: identities of these numbers.
    """

    likely: tuple[NextToken, ...]
    loss_before: np.ndarray
    loss_after: np.ndarray
    loss_switched: np.ndarray
    loss_heated: np.ndarray
    checks: tuple[Check, ...]

    @property
    def change(self) -> np.ndarray:
        """Loss after less loss before at each token, in nats."""
        return np.asarray(self.loss_after - self.loss_before)

    @property
    def effect(self) -> Effect | None:
        """The changes of the mean loss, each cause apart; None for a text of one token."""
        if not len(self.loss_before):
            return None
        before = float(self.loss_before.mean())
        losses = (self.loss_switched, self.loss_heated, self.loss_after)
        return Effect(*(float(loss.mean()) - before for loss in losses))


def cause_needs_model(model: str, text: str, heads: Heads, hidden: tuple[int, ...], temperature: float) -> bool:
    """Whether this intervention can be shown only after the model has been loaded."""
    kept = len(heads) <= 1 and not hidden and temperature == 1.0
    return not is_loaded(model) and not (kept and recorded_keys(model, text))


def cause_of(
    model: str, text: str, heads: Heads, hidden: tuple[int, ...], ablation: Ablation, temperature: float
) -> Cause:
    """The intervention on screen: from the recorded ranking of all heads, or measured now."""
    if is_loaded(model):
        return _cause_measured(model, text, heads, hidden, ablation, temperature)
    effects = ranking_recorded(model, text, ablation)
    assert effects is not None
    before = effects.loss_before
    if not heads:
        return Cause(effects.untouched(), before, before, before, before, effects.checks)
    after = effects.loss_after[heads[0]]
    return Cause(effects.likely(*heads[0]), before, after, after, before, effects.checks)


@shared(megabytes=20, size=lambda cause: 4 * cause.loss_before.nbytes + 2000)
def _cause_measured(
    model: str, text: str, heads: Heads, hidden: tuple[int, ...], ablation: Ablation, temperature: float
) -> Cause:
    from core.attention import intervene

    lm, untouched = load(model), measure(model, text).trace
    # Behind the trace, for which others may wait: the one heavy computation waits for nobody.
    with BUDGET.alone(_changed_needs(untouched)):
        found = intervene(
            lm,
            text,
            ablate_heads=heads,
            mask_keys=hidden,
            temperature=temperature,
            ablation=ablation,
            untouched=untouched,
        )
    return Cause(
        found.likely,
        np.asarray(found.loss_before),
        np.asarray(found.loss_after),
        np.asarray(found.loss_switched),
        np.asarray(found.loss_heated),
        found.checks,
    )


def _changed_needs(untouched: "AttentionTrace") -> float:
    """Bytes that a changed run of a text takes beside the trace of the text."""
    return 0.0 if untouched.logits is None else float(LOGITS_AT_ONCE * untouched.logits.nbytes)


def identities_of(model: str, text: str, layer: int) -> list[Check]:
    """What only the model itself can show: measured for this layer where it is loaded, recorded where it is not."""
    if is_loaded(model):
        return [nothing_of(model, text), decomposition_of(model, text, layer)]
    return list(recorded_identities().by_text.get(text, ()))


@shared(megabytes=1, size=lambda check: 200)
def nothing_of(model: str, text: str) -> Check:
    """That ablating nothing changes nothing, on a loaded model."""
    from core.attention import nothing_check

    lm, untouched = load(model), measure(model, text).trace
    with BUDGET.alone(_changed_needs(untouched)):
        return nothing_check(lm, untouched)


@shared(megabytes=1, size=lambda check: 200)
def decomposition_of(model: str, text: str, layer: int) -> Check:
    """That the heads' contributions add up to the layer's output, on a loaded model."""
    from core.attention import decomposition_check

    return decomposition_check(load(model), measure(model, text).trace, layer)


def ranking_recorded(model: str, text: str, ablation: Ablation) -> HeadEffects | None:
    """The recorded ranking of all heads for this text, if there is one."""
    keys = recorded_keys(model, text)
    return recorded_ranking(keys[0], ablation) if keys else None


def patched_of(run: PatchRun) -> PatchedTexts | None:
    """What is recorded of these texts, if it is."""
    for key, kept in PATCHED.items():
        if replace(kept, kind=run.kind, positions=run.positions) == run:
            return recorded_patching(key)
    return None


def finished_patching(run: PatchRun) -> PatchedTexts | None:
    """What a job has found of these texts, if there is one that has ended well."""
    job = find(patch_texts, run)
    return job.result() if job is not None and job.state == "finished" else None


def recorded_maps(key: str) -> tuple[Patching, ...]:
    """The recorded maps of one pair, of every kind."""
    return recorded_patching(key).maps


def refusal_of(run: PatchRun) -> str:
    """Why these texts cannot be compared: by the tokenizer where it is here, by the model where that is loaded.

    Empty for texts that can.
    """
    try:
        require_texts(run)
        require_counts(run)
        if is_loaded(run.model):
            from core.attention import require_run

            require_run(load(run.model), run)
    except ValueError as error:
        return str(error)
    return ""


WORD = 1.3
"""Tokens of a word of English, where no tokenizer is there to count them."""


def patching_takes(run: PatchRun, heads: int) -> float:
    """Seconds of processor of the map of these texts, see `core.jobs.promise`."""
    count = count_tokens(run.model, run.clean) or round(WORD * len(run.clean.split()))
    # The job's own process may have no model yet, whatever is loaded here.
    return patching_seconds(run.kind, count, heads)


def lens_needs_model(model: str, text: str, position: int) -> bool:
    """Whether the logit lens can be shown only after the model has been loaded."""
    return not is_loaded(model) and recorded_lens_of(model, text, position) is None


def recorded_lens_of(model: str, text: str, position: int) -> LogitLens | None:
    """The recorded logit lens at this token, if there is one."""
    for key in recorded_keys(model, text):
        if position in (RECORDED_TEXTS[key].query, len(recorded(key).tokens) - 1):
            return recorded_lens(key, position)
    return None


@shared(megabytes=20, size=lambda lens: 20_000)
def lens_of(model: str, text: str, position: int) -> LogitLens:
    """The logit lens at a token: measured where the model is loaded, recorded where it is not."""
    kept = recorded_lens_of(model, text, position)
    if kept is not None and not is_loaded(model):
        return kept
    from core.attention import logit_lens

    return logit_lens(load(model), measure(model, text).trace, position)


def kv_heads_of(model: str, text: str) -> int:
    """How many key/value heads a layer of the model has; 1 for each query head where heads share nothing."""
    if is_loaded(model):
        heads: int = record_of(model, text).weights.shape[1]
        return int(getattr(load(model), "n_kv_heads", heads))
    return next(iter(record_of(model, text).projections.values())).n_kv_heads


@shared(megabytes=10, size=lambda overlap: overlap.nbytes)
def overlap_of(model: str, text: str) -> np.ndarray:
    """How much attention each pair of heads of a layer shares, the first token left out."""
    return map_overlap(without_sink(record_of(model, text).weights))


@shared(megabytes=1, size=lambda check: 200)
def cache_of(model: str, tokens: int) -> Check:
    """The default model's real cache against the formula: measured where it is loaded, recorded where it is not."""
    if not is_loaded(model):
        return recorded_identities().cache
    from core.attention import cache_check

    return cache_check(load(model), tokens)


def recorded_encoded_layer() -> int:
    """The layer of the encoder whose maps are recorded."""
    return recorded_encoded_documents().layer


def packed_needs_model(first: str, second: str, layer: int) -> bool:
    """Whether these documents can be packed only after the model has been loaded."""
    return not is_loaded(DECODER) and not _packed_is_recorded(first, second, layer)


def layer_needs_model(first: str, second: str, layer: int) -> bool:
    """Whether these documents are recorded, but not with this layer's maps, and no model is there to make them."""
    own = (first, second) == (PACKED_FIRST, PACKED_SECOND)
    return own and layer not in PACKED_LAYERS and not is_loaded(DECODER)


def _packed_is_recorded(first: str, second: str, layer: int) -> bool:
    return (first, second) == (PACKED_FIRST, PACKED_SECOND) and layer in PACKED_LAYERS


@shared(megabytes=50, size=lambda packed: packed.causal_maps.nbytes * 2)
def packed_of(first: str, second: str, layer: int) -> PackedDocuments:
    """Two documents in one sequence, with and without the document mask."""
    if _packed_is_recorded(first, second, layer) and not is_loaded(DECODER):
        return recorded_documents(layer)
    from core.attention import packed_documents

    return packed_documents(load(DECODER), first, second, layer=layer)


def encoded_needs_model(first: str, second: str) -> bool:
    """Whether these documents can be shown to the encoder only after it has been loaded."""
    return not is_loaded(ENCODER) and (first, second) != (PACKED_FIRST, PACKED_SECOND)


@shared(megabytes=50, size=lambda encoded: encoded.maps.nbytes)
def encoded_of(first: str, second: str) -> EncodedDocuments:
    """The same two documents in one sequence of an encoder, at the layer that is recorded."""
    kept = recorded_encoded_documents()
    if not is_loaded(ENCODER):
        return kept
    from core.attention import encoded_documents

    return encoded_documents(load(ENCODER), first, second, layer=kept.layer)


def other_needs_model(model: str, text: str) -> bool:
    """Whether a text to compare with can be shown only after its model has been loaded."""
    return not is_loaded(model) and _other_recorded(model, text) is None


def other_of(model: str, text: str) -> AttentionRecord:
    """A text to compare with: measured where its model is loaded, recorded where it is not."""
    kept = _other_recorded(model, text)
    return recorded(kept) if kept is not None and not is_loaded(model) else measure(model, text).record


def _other_recorded(model: str, text: str) -> str | None:
    texts = {**RECORDED_TEXTS, **COMPARED_TEXTS}
    return next((key for key, kept in texts.items() if (kept.model, kept.text) == (model, text)), None)


def generation_needs_model(prompt: str, count: int, temperature: float) -> bool:
    """Whether this text can be generated only after the model has been loaded."""
    return not is_loaded(DECODER) and not _generation_is_recorded(prompt, count, temperature)


def _generation_is_recorded(prompt: str, count: int, temperature: float) -> bool:
    return (prompt, count, temperature) == (GENERATION_PROMPT, GENERATION_TOKENS, 0.0)


@shared(megabytes=60, size=lambda record: sum(step.attention.nbytes for step in record.steps) + 1000)
def generation_of(prompt: str, count: int, temperature: float, seed: int) -> GenerationRecord:
    """A text generated token by token, with the attention of each."""
    if _generation_is_recorded(prompt, count, temperature) and not is_loaded(DECODER):
        return recorded_generation()
    from core.attention import generate_steps, to_generation_record

    lm = load(DECODER)
    steps = list(generate_steps(lm, prompt, max_new_tokens=count, temperature=temperature, seed=seed))
    return to_generation_record(lm, prompt, steps, temperature=temperature, seed=seed)
