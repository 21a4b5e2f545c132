"""`python -m core.attention record` runs the recorded texts again and writes their files and manifest entries."""

import argparse
import datetime
from pathlib import Path

import numpy
import torch
import transformers

from core.assets import FOLDER, register
from core.attention.meanings import word_similarity
from core.attention.presets import MEANINGS_SENTENCES, MEANINGS_WORD, RECORDED_TEXTS, RecordedText
from core.attention.record import Recipe, save_record
from core.attention.recording import to_record
from core.attention.similarity import MEANINGS_FILE, save_similarity
from core.attention.tracing import trace
from core.models import load_causal_lm, load_encoder, lookup

COMMAND = "python -m core.attention record"
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "numpy": numpy.__version__}


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.attention", description=__doc__)
    parser.add_argument("action", choices=["record"], help="run every recorded text and keep the result")
    parser.parse_args()
    for recorded_text in RECORDED_TEXTS.values():
        print(record(recorded_text))
    print(record_meanings())


def record(recorded_text: RecordedText) -> str:
    """Runs one text, writes its file and its manifest entry, and says what was done."""
    load = load_encoder if lookup(recorded_text.model).kind == "encoder" else load_causal_lm
    lm = load(recorded_text.model)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    recipe = Recipe(COMMAND, seed=None, versions=VERSIONS, date=today)
    result = to_record(lm, trace(lm, recorded_text.text), layers=[recorded_text.layer], recipe=recipe)
    path = FOLDER / recorded_text.file
    save_record(result, path)
    enter(path, recorded_text.model, f"Attention of {recorded_text.model} on one text: {recorded_text.shows}")
    failed = [check.name for check in result.checks if not check.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all checks pass"
    return f"{recorded_text.key}: {len(result.tokens)} tokens, {path.stat().st_size / 1e6:.2f} MB, {verdict}"


def record_meanings() -> str:
    """Compares the preset's word between its sentences, and keeps the result."""
    encoder = load_encoder()
    path = FOLDER / MEANINGS_FILE
    save_similarity(word_similarity(encoder, MEANINGS_SENTENCES, MEANINGS_WORD), path)
    enter(path, encoder.name, f"Cosines between the vectors of “{MEANINGS_WORD}” in three sentences, layer by layer.")
    return f"meanings: {path.stat().st_size / 1e3:.1f} kB"


def enter(path: Path, model: str, description: str) -> None:
    """Enters a file that a model made into the manifest."""
    register(
        path,
        recipe=COMMAND,
        seed=None,
        licence=lookup(model).licence,
        description=description,
        versions=VERSIONS,
    )


if __name__ == "__main__":
    main()
