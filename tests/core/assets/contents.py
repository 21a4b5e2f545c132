"""What recorded files hold, as digests that depend neither on the format nor on where a class lies."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np

from core import (
    agents,
    attention,
    clip,
    convolution,
    decoding,
    learning,
    orca,
    positional,
    prompting,
    reasoning,
    rlhf,
    state_space,
    tools,
    transformer,
    transport,
    tuning,
)
from core.assets import kept
from core.attention.interventions import Ablation
from core.attention.record import CompactRecord
from core.decoding.costs import Precision
from core.rlhf.records import RUNS, SEEDS_RUNS, STORY_RUNS, RunTable, runs_in
from core.rlhf.with_torch.start import recorded_start

DIGESTS = Path(__file__).with_name("arrays.json")
"""File -> digest of what its topic reads from it, taken when it was recorded."""

Readers = dict[str, Callable[[], object]]


def digest_of(value: object) -> str:
    """The SHA-256 of a result's names, plain values and arrays (dtype, shape, bytes), classes and recipes left out."""
    digest = hashlib.sha256()
    for part in _parts(value, ""):
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()


def _parts(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in sorted(value.items(), key=lambda item: repr(item[0])):
            yield from _parts(inner, f"{where}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        yield f"{where} {type(value).__name__} {len(value)}"
        for number, inner in enumerate(value):
            yield from _parts(inner, f"{where}[{number}]")
    elif isinstance(value, Enum):
        yield f"{where} {value.name}"
    elif dataclasses.is_dataclass(value):
        for name in sorted(field.name for field in dataclasses.fields(value) if field.name != "recipe"):
            yield from _parts(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, (np.ndarray, np.generic)):
        yield f"{where} {value.dtype.str} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    else:
        assert value is None or type(value) in (bool, int, float, str), (where, type(value))
        yield f"{where} {value!r}"


def readers() -> Readers:
    """File -> how its topic reads it, for every recorded result; weights that a library reads are not among them."""
    return {
        **_of_agents(),
        **_of_attention(),
        **_of_clip(),
        **_of_convolution(),
        **_of_decoding(),
        **_of_learning(),
        **_of_positional(),
        **_of_prompting(),
        **_of_reasoning(),
        **_of_rlhf(),
        **_of_state_space(),
        **_of_tools(),
        **_of_transformer(),
        **_of_transport(),
        **_of_tuning(),
    }


def _of_agents() -> Readers:
    return {
        "agents/attention.npz": agents.recorded_attentions,
        "agents/baselines.npz": agents.recorded_baselines,
        "agents/curves.npz": agents.recorded_curves,
        "agents/detours.npz": agents.recorded_detours,
        "agents/episodes.npz": agents.recorded_runs,
        "agents/failures.npz": partial(agents.recorded_runs, "agents/failures.npz"),
        "agents/injections.npz": agents.recorded_injections,
        "agents/makings.npz": agents.recorded_makings,
        "agents/notebook.npz": agents.recorded_notebook,
        "agents/thoughts.npz": agents.recorded_thoughts,
        "agents/uses.npz": agents.recorded_uses,
    }


def _of_attention() -> Readers:
    texts = {**attention.RECORDED_TEXTS, **attention.COMPARED_TEXTS}
    found: Readers = {
        "attention/documents_encoded.npz": attention.recorded_encoded_documents,
        "attention/generation.npz": attention.recorded_generation,
        "attention/identities.npz": attention.recorded_identities,
        "attention/meanings.npz": attention.recorded_meanings,
        "attention/parting.npz": attention.recorded_parting,
        "attention/scores.npz": attention.recorded_scores,
        "attention/score_answers.npz": attention.recorded_answers,
    }
    found |= {
        f"attention/documents_{layer}.npz": partial(attention.recorded_documents, layer)
        for layer in attention.PACKED_LAYERS
    }
    # As it is kept: the checks that are made of it when it is read have errors that hang on the machine.
    found |= {f"attention/{key}.npz": partial(kept, texts[key].file, CompactRecord) for key in texts}
    found |= {f"attention/patched_{key}.npz": partial(attention.recorded_patching, key) for key in attention.PATCHED}
    for key, text in attention.RECORDED_TEXTS.items():
        if not text.causal:
            continue
        ways = () if key == "sink" else get_args(Ablation)  # its text is that of "previous_token"
        for way in ways:
            found[f"attention/ranking_{key}_{way}.npz"] = partial(attention.recorded_ranking, key, way)
        for place in {text.query, len(attention.recorded(key).tokens) - 1}:
            found[f"attention/lens_{key}_{place}.npz"] = partial(attention.recorded_lens, key, place)
    return found


def _of_clip() -> Readers:
    records: Readers = {f"clip/{name}/embeddings.npz": partial(clip.recorded_clip, name) for name in clip.FAMILY}
    records |= {f"clip/{name}/labels.npz": partial(clip.recorded_labels, name) for name in clip.FAMILY}
    records |= {f"clip/{name}/microscope.npz": partial(clip.recorded_microscope, name) for name in clip.FAMILY}
    records |= {f"clip/{name}/fade_maps.npz": partial(clip.recorded_fade_maps, name) for name in clip.FAMILY}
    records["clip/random_maps.npz"] = clip.recorded_random_maps
    for name in clip.REPEATED:
        records[f"clip/{name}/seed-1.npz"] = partial(clip.recorded_repeat, name, 1)
    return records | {f"clip/{name}/history.npz": partial(clip.recorded_history, name) for name in clip.FAMILY}


def _of_convolution() -> Readers:
    return {
        "convolution/digits_shuffled.npz": partial(convolution.recorded_run, "shuffled"),
        "convolution/digits_true.npz": partial(convolution.recorded_run, "true"),
        "convolution/encoders.npz": convolution.recorded_encoders,
        "convolution/maps.npz": convolution.recorded_maps,
        "convolution/pretexts.npz": convolution.recorded_trials,
        "convolution/spread.npz": convolution.recorded_spread,
        "convolution/views.npz": convolution.recorded_views,
    }


def _of_decoding() -> Readers:
    found: Readers = {}
    for dtype in get_args(Precision):
        found[f"decoding/costs_{dtype}.npz"] = partial(decoding.recorded_costs, dtype)
        for kind in decoding.KINDS:
            found[f"decoding/race_{kind}_{dtype}.npz"] = partial(decoding.recorded_race, kind, dtype)
    for kind in decoding.KINDS:
        found[f"decoding/laws_{kind}.npz"] = partial(decoding.recorded_laws, kind)
        found[f"decoding/guesses_{kind}.npz"] = partial(decoding.recorded_guesses, kind)
        found[f"decoding/lenient_{kind}.npz"] = partial(decoding.recorded_lenient, kind)
        found[f"decoding/pool_{kind}.npz"] = partial(decoding.recorded_pool, kind)
        found[f"decoding/chains_{kind}.npz"] = partial(decoding.recorded_chains, kind)
    return found


def _of_learning() -> Readers:
    return {"learning/digits.npz": learning.recorded_digits}


def _of_positional() -> Readers:
    return {
        "positional/extrapolation_copy.npz": partial(positional.recorded_extrapolation, "copy"),
        "positional/extrapolation_mark.npz": partial(positional.recorded_extrapolation, "mark"),
        "positional/learned_positions.npz": positional.recorded_positions,
        "positional/query_keys.npz": positional.recorded_query_keys,
        "positional/sweep.npz": positional.recorded_sweep,
        "positional/trials.npz": lambda: (positional.recorded_permutations(), positional.recorded_lengths()),
    }


def _of_reasoning() -> Readers:
    found: Readers = {"reasoning/beams.npz": reasoning.recorded_beams}
    if reasoning.is_judged():
        found["reasoning/judged.npz"] = reasoning.recorded_judge
    for kind in reasoning.KINDS:
        for method in reasoning.METHODS:
            drawn = [(reasoning.SAMPLES, heat) for heat in reasoning.HEATS]
            for samples, heat in [(1, reasoning.WARM), *drawn]:
                if reasoning.is_recorded(kind, method, samples, heat):
                    name = reasoning.answers_file(kind, method, samples, heat)
                    found[name] = partial(reasoning.recorded_answers, kind, method, samples, heat)
    for kind in reasoning.cut_kinds():
        found[reasoning.cut_file(kind)] = partial(reasoning.recorded_cuts, kind)
    if reasoning.is_leaning_recorded():
        found[reasoning.LEANINGS_FILE] = reasoning.recorded_leanings
    found[reasoning.DOUBTS_FILE] = reasoning.recorded_doubts
    return found


def _of_rlhf() -> Readers:
    return {
        "rlhf/answers.npz": rlhf.recorded_answers,
        "rlhf/critic.npz": rlhf.recorded_critic,
        "rlhf/labels.npz": rlhf.recorded_labels,
        "rlhf/probes.npz": rlhf.recorded_probes,
        "rlhf/refusals.npz": rlhf.recorded_refusals,
        "rlhf/tastes.npz": rlhf.recorded_tastes,
        "rlhf/variants.npz": rlhf.recorded_variants,
        "rlhf/runs.npz": lambda: list(runs_in(kept(RUNS, RunTable))),
        "rlhf/seeds.npz": lambda: list(runs_in(kept(SEEDS_RUNS, RunTable))),
        "rlhf/stories.npz": lambda: list(runs_in(kept(STORY_RUNS, RunTable))),
        "rlhf/start.npz": lambda: {name: part.numpy() for name, part in recorded_start().state_dict().items()},
    }


def _of_state_space() -> Readers:
    return {
        "state_space/copying.npz": state_space.recorded_copying,
        "state_space/costs.npz": state_space.recorded_costs,
        "state_space/pruning.npz": state_space.recorded_pruning,
        "state_space/recall.npz": state_space.recorded_recall,
    }


def _of_tools() -> Readers:
    return {
        **{
            tools.answers_file(kind, digits): partial(tools.recorded_case, kind, digits)
            for kind in tools.RECORDED_KINDS
            for digits in tools.DIGITS
        },
        "tools/calls.npz": tools.recorded_calls,
        "tools/choices.npz": tools.recorded_choices,
        "tools/exchanges.npz": tools.recorded_exchanges,
        "tools/learned_calls.npz": tools.recorded_learned_calls,
        "tools/notes.npz": tools.recorded_notes,
        "tools/sums.npz": tools.recorded_sums,
    }


def _of_transformer() -> Readers:
    return {
        "transformer/games.npz": transformer.recorded_games,
        "transformer/gating.npz": transformer.recorded_gating,
        "transformer/absence.npz": transformer.recorded_absences,
        "transformer/liking.npz": transformer.recorded_liking,
        "transformer/paths.npz": transformer.recorded_paths,
        "transformer/pieces.npz": transformer.recorded_pieces,
        "transformer/readers.npz": transformer.recorded_readers,
        "transformer/sights.npz": transformer.recorded_sights,
        "transformer/spans.npz": transformer.recorded_spans,
        "transformer/vocabularies.npz": transformer.recorded_vocabularies,
        **{
            f"transformer/translators_{task}.npz": partial(transformer.recorded_translators, task)
            for task in transformer.TASKS
        },
    }


def _of_prompting() -> Readers:
    return {
        "prompting/answers.npz": prompting.recorded_answers,
        "prompting/edits.npz": prompting.recorded_edits,
        "prompting/landscape.npz": prompting.recorded_landscape,
        "prompting/formats.npz": prompting.recorded_formats,
        "prompting/leanings.npz": prompting.recorded_leanings,
        "prompting/options.npz": prompting.recorded_options,
        "prompting/orders.npz": prompting.recorded_orders,
        "prompting/pictures.npz": prompting.recorded_pictures,
        "prompting/pieces.npz": prompting.recorded_pieces,
        "prompting/proposals.npz": prompting.recorded_proposals,
        "prompting/soft_prompts.npz": prompting.recorded_soft_prompts,
        "prompting/trial_memory.npz": prompting.recorded_trial_memory,
        "prompting/trials.npz": prompting.recorded_trials,
    }


def _of_transport() -> Readers:
    found: Readers = {
        "transport/matching.npz": transport.recorded_matching,
        "transport/sentences.npz": transport.sentences,
    }
    for target in transport.TARGETS:
        name = f"transport/transfer_{target.replace(' ', '_')}.npz"
        found[name] = partial(transport.recorded_transfer, target)
    for task in orca.TASKS:
        for body, tuned in (("tuned", True), ("frozen", False)):
            found[f"transport/orca_{task}_{body}.npz"] = partial(orca.recorded_alignment, task, tune_body=tuned)
    return found


def _of_tuning() -> Readers:
    return {
        "tuning/change.npz": tuning.recorded_changes,
        "tuning/costs.npz": tuning.recorded_costs,
        "tuning/directions.npz": tuning.recorded_directions,
        "tuning/memory.npz": tuning.recorded_memory,
        "tuning/merging.npz": tuning.recorded_merging,
        "tuning/methods.npz": tuning.recorded_runs,
        "tuning/parts.npz": tuning.recorded_parts,
        "tuning/places.npz": tuning.recorded_places,
        "tuning/rehearsal.npz": tuning.recorded_rehearsal,
        "tuning/subspaces.npz": tuning.recorded_subspaces,
        "tuning/theory.npz": tuning.recorded_theory,
        "tuning/transfer.npz": tuning.recorded_transfer,
    }


def write_digests() -> None:
    """Takes the digests of today's files; run after something was recorded anew."""
    taken = {name: digest_of(read()) for name, read in sorted(readers().items())}
    DIGESTS.write_text(json.dumps(taken, indent=1) + "\n")
