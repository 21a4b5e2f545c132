"""`python -m core.attention record` runs the recorded texts again and writes their files and manifest entries."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from core.assets import keep, versions_of
from core.attention.documents import (
    DOCUMENTS_FILE,
    ENCODED_FILE,
    ENCODED_LAYER,
    PACKED_FIRST,
    PACKED_LAYER,
    PACKED_SECOND,
    EncodedDocuments,
    PackedDocuments,
)
from core.attention.generation import GENERATION_FILE, GENERATION_PROMPT, GENERATION_TOKENS, GenerationRecord
from core.attention.identities import IDENTITIES_FILE, ModelIdentities
from core.attention.interventions import Ablation
from core.attention.lens import LogitLens, lens_file
from core.attention.presets import COMPARED_TEXTS, MEANINGS_SENTENCES, MEANINGS_WORD, RECORDED_TEXTS, RecordedText
from core.attention.ranking import HeadEffects, ranking_file
from core.attention.record import compact
from core.attention.similarity import MEANINGS_FILE
from core.attention.with_torch.cache import cache_check
from core.attention.with_torch.decomposition import decomposition_check
from core.attention.with_torch.documents import encoded_documents, packed_documents
from core.attention.with_torch.generation import generate_steps, to_generation_record
from core.attention.with_torch.interventions import nothing_check
from core.attention.with_torch.lens import logit_lens
from core.attention.with_torch.ranking import head_effects
from core.attention.with_torch.record import to_record
from core.attention.with_torch.similarity import word_similarity
from core.attention.with_torch.trace import AttentionTrace, trace
from core.checks import Check
from core.models import CausalLM, Encoder, load_causal_lm, load_encoder, lookup

COMMAND = "python -m core.attention record"
VERSIONS = versions_of("torch", "transformers", "numpy")


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.attention", description=__doc__)
    parser.add_argument("action", choices=["record"], help="run every recorded text and keep the result")
    parser.parse_args()
    for recorded_text in RECORDED_TEXTS.values():
        print(record(recorded_text, layers=[recorded_text.layer]))
    for recorded_text in COMPARED_TEXTS.values():
        print(record(recorded_text))
    print(record_meanings())
    print(record_encoded_documents())
    for line in record_depth(load_causal_lm()):
        print(line)


def record(recorded_text: RecordedText, *, layers: Sequence[int] = ()) -> str:
    """Runs one text, writes its file and its manifest entry, and says what was done.

    Args:
        recorded_text: the text and its model.
        layers: those whose queries, keys and values are kept.
    """
    load = load_encoder if lookup(recorded_text.model).kind == "encoder" else load_causal_lm
    lm = load(recorded_text.model)
    result = to_record(lm, trace(lm, recorded_text.text), layers=layers)
    description = f"Attention of {recorded_text.model} on one text: {recorded_text.shows}"
    path = keep_of(recorded_text.model, compact(result), recorded_text.file, description)
    return f"{recorded_text.key}: {len(result.tokens)} tokens, {verdict(path, result.checks)}"


def record_meanings() -> str:
    """Compares the preset's word between its sentences, and keeps the result."""
    encoder = load_encoder()
    found = word_similarity(encoder, MEANINGS_SENTENCES, MEANINGS_WORD)
    description = f"Cosines between the vectors of “{MEANINGS_WORD}” in three sentences, layer by layer."
    path = keep_of(encoder.name, found, MEANINGS_FILE, description)
    return f"meanings: {path.stat().st_size / 1e3:.1f} kB"


def record_encoded_documents() -> str:
    """Runs the two packed documents through the encoder, and keeps the result."""
    encoder = load_encoder()
    encoded = encoded_documents(encoder, PACKED_FIRST, PACKED_SECOND, layer=ENCODED_LAYER)
    return keep_checked(
        encoded, ENCODED_FILE, encoder, f"Two documents in one sequence of {encoder.name}, without a mask."
    )


def record_depth(lm: CausalLM) -> Iterator[str]:
    """What the texts of the default decoder show when heads are ablated and layers are read, and two more runs."""
    texts = [recorded_text for recorded_text in RECORDED_TEXTS.values() if recorded_text.causal]
    traces = {recorded_text.text: trace(lm, recorded_text.text) for recorded_text in texts}
    for text, untouched in traces.items():
        for ablation in get_args(Ablation):
            effects = head_effects(lm, untouched, ablation=ablation)
            description = f"Every head of {lm.name} ablated in turn ({ablation}): “{text.strip()[:40]}…”"
            yield keep_checked(effects, ranking_file(text, ablation), lm, description)
    for recorded_text in texts:
        untouched = traces[recorded_text.text]
        for position in sorted({recorded_text.query, len(untouched.tokens) - 1}):
            lens = logit_lens(lm, untouched, position)
            description = f"The next token of {recorded_text.key} as each depth of {lm.name} sees it."
            yield keep_checked(lens, lens_file(recorded_text.key, position), lm, description)
    yield record_identities(lm, list(traces.values()))
    packed = packed_documents(lm, PACKED_FIRST, PACKED_SECOND, layer=PACKED_LAYER)
    yield keep_checked(
        packed, DOCUMENTS_FILE, lm, f"Two documents in one sequence of {lm.name}, with and without a mask."
    )
    steps = list(generate_steps(lm, GENERATION_PROMPT, max_new_tokens=GENERATION_TOKENS))
    generation = to_generation_record(lm, GENERATION_PROMPT, steps)
    yield keep_checked(
        generation, GENERATION_FILE, lm, f"A text continued by {lm.name}, with the attention of each step."
    )


def record_identities(lm: CausalLM, traces: Sequence[AttentionTrace]) -> str:
    """Checks each text's trace against its model, and keeps what is found."""
    by_text = {}
    for untouched in traces:
        layers = [decomposition_check(lm, untouched, layer) for layer in range(lm.n_layers)]
        by_text[untouched.text] = (nothing_check(lm, untouched), max(layers, key=lambda check: check.error))
    identities = ModelIdentities(by_text, cache_check(lm, 64))
    description = f"Identities of {lm.name} that only the model itself can show, on the recorded texts."
    path = keep_of(lm.name, identities, IDENTITIES_FILE, description)
    found = [check for checks in by_text.values() for check in checks]
    return f"{path.stem}: {verdict(path, (*found, identities.cache))}"


def keep_checked(
    result: HeadEffects | LogitLens | PackedDocuments | EncodedDocuments | GenerationRecord,
    file: str,
    lm: CausalLM | Encoder,
    description: str,
) -> str:
    """Writes a result's file and its manifest entry, and says what was done."""
    path = keep_of(lm.name, result, file, description)
    return f"{path.stem}: {verdict(path, result.checks)}"


def verdict(path: Path, checks: tuple[Check, ...]) -> str:
    """A file's size, and whether what is in it holds."""
    failed = [check.name for check in checks if not check.passed]
    outcome = f"FAILED: {', '.join(failed)}" if failed else "all checks pass"
    return f"{path.stat().st_size / 1e6:.2f} MB, {outcome}"


def keep_of(model: str, result: object, file: str, description: str) -> Path:
    """Keeps what a model made, under the model's licence."""
    licence = lookup(model).licence
    return keep(result, file, recipe=COMMAND, seed=None, licence=licence, description=description, versions=VERSIONS)


if __name__ == "__main__":
    main()
