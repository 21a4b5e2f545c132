"""`python -m core.transport record` makes the recorded files again and keeps them, with manifest entries."""

import argparse

import numpy
import torch

from core.assets import keep, versions_of
from core.models import load_encoder, lookup
from core.transport.clouds import cloud
from core.transport.records import MATCHING, Matching
from core.transport.solution import solve
from core.transport.texts import EMBEDDINGS, SENTENCES

COMMAND = "python -m core.transport record"


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.transport", description=__doc__)
    parser.add_argument("action", choices=["record"], help="embed the sentences, solve the matching, keep both")
    parser.parse_args()
    record_sentences()
    record_matching()


def record_sentences() -> None:
    """Embeds the project's sentences: mean over tokens of the last layer, scaled to length 1."""
    encoder = load_encoder()
    lines = [line for group in SENTENCES.values() for line in group]
    batch = encoder.tokenizer(lines, padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = encoder.model(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    vectors = torch.nn.functional.normalize(mean, dim=1).numpy().astype(numpy.float32)
    path = keep(
        vectors,
        EMBEDDINGS,
        recipe=COMMAND,
        seed=None,
        licence=lookup(encoder.name).licence,
        description=f"Embeddings of {len(lines)} sentences on {len(SENTENCES)} subjects by {encoder.name}.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    print(f"{EMBEDDINGS}: {path.stat().st_size / 1e3:.0f} kB")


def record_matching() -> None:
    """Solves the matching of two letters."""
    run = solve(cloud("letter A", 120), cloud("letter B", 120))
    assert run.plan is not None
    path = keep(
        Matching(run.source, run.target, run.plan.argmax(axis=1)),
        MATCHING,
        recipe=COMMAND,
        seed=0,
        licence="CC0-1.0",
        description="The exact transport plan between two clouds in the shape of letters, 120 points each.",
        versions=versions_of("pot", "numpy"),
    )
    print(f"{MATCHING}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
