"""`python -m core.attention record` runs the recorded texts again and writes their files and manifest entries."""

import argparse
import datetime

import numpy
import torch
import transformers

from core.assets import FOLDER, register
from core.attention.presets import RECORDED_TEXTS, RecordedText
from core.attention.record import Recipe, save_record
from core.attention.recording import to_record
from core.attention.tracing import trace
from core.models import load_causal_lm, load_encoder, lookup

COMMAND = "python -m core.attention record"


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.attention", description=__doc__)
    parser.add_argument("action", choices=["record"], help="run every recorded text and keep the result")
    parser.parse_args()
    for recorded_text in RECORDED_TEXTS.values():
        print(record(recorded_text))


def record(recorded_text: RecordedText) -> str:
    """Runs one text, writes its file and its manifest entry, and says what was done."""
    load = load_encoder if lookup(recorded_text.model).kind == "encoder" else load_causal_lm
    lm = load(recorded_text.model)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "numpy": numpy.__version__}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    recipe = Recipe(COMMAND, seed=None, versions=versions, date=today)
    result = to_record(lm, trace(lm, recorded_text.text), layers=[recorded_text.layer], recipe=recipe)
    path = FOLDER / recorded_text.file
    save_record(result, path)
    register(
        path,
        recipe=COMMAND,
        seed=None,
        licence=lookup(recorded_text.model).licence,
        description=f"Attention of {recorded_text.model} on one text: {recorded_text.shows}",
        versions=versions,
    )
    failed = [check.name for check in result.checks if not check.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all checks pass"
    return f"{recorded_text.key}: {len(result.tokens)} tokens, {path.stat().st_size / 1e6:.2f} MB, {verdict}"


if __name__ == "__main__":
    main()
