"""How the recorded results of transport are made: `python -m core.assets record transport [NAME]`."""

from collections.abc import Callable

from core.assets import keep, versions_of
from core.models import lookup
from core.transport.clouds import cloud
from core.transport.records import MATCHING, Matching
from core.transport.solution import solve
from core.transport.texts import EMBEDDINGS, SENTENCES


def sentences() -> str:
    """The project's sentences as the default encoder embeds them."""
    from core.models import load_encoder
    from core.transport.with_torch.texts import sentence_vectors

    encoder = load_encoder()
    lines = [line for group in SENTENCES.values() for line in group]
    path = keep(
        sentence_vectors(encoder, lines),
        EMBEDDINGS,
        recipe="python -m core.assets record transport sentences",
        seed=None,
        licence=lookup(encoder.name).licence,
        description=f"Embeddings of {len(lines)} sentences on {len(SENTENCES)} subjects by {encoder.name}.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return f"{EMBEDDINGS}: {path.stat().st_size / 1e3:.0f} kB"


def matching() -> str:
    """The matching of two letters, solved exactly."""
    run = solve(cloud("letter A", 120), cloud("letter B", 120))
    assert run.plan is not None
    path = keep(
        Matching(run.source, run.target, run.plan.argmax(axis=1)),
        MATCHING,
        recipe="python -m core.assets record transport matching",
        seed=0,
        licence="CC0-1.0",
        description="The exact transport plan between two clouds in the shape of letters, 120 points each.",
        versions=versions_of("pot", "numpy"),
    )
    return f"{MATCHING}: {path.stat().st_size / 1e3:.0f} kB"


RECIPES: dict[str, Callable[..., object]] = {"sentences": sentences, "matching": matching}
