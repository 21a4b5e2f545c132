"""How the recorded results of transport are made: `python -m core.assets record transport [NAME]`."""

from collections.abc import Callable, Iterator

from core.assets import keep, versions_of
from core.models import lookup
from core.transport.clouds import cloud
from core.transport.records import MATCHING, Matching
from core.transport.solution import solve
from core.transport.texts import EMBEDDINGS, SENTENCES
from core.transport.transfers import MEASURES, TARGETS, TransferParams, rank_correlation, recording


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


def transfers() -> Iterator[str]:
    """Distances and gains of every source, for each target."""
    from core.transport.jobs import transfer

    for target in TARGETS:
        params = TransferParams(target=target)
        run = transfer(params)
        keep(
            run,
            recording(params),
            recipe="python -m core.assets record transport transfers",
            seed=0,
            licence="CC-BY-4.0",
            description=f"Distances from {len(run.gain)} sources to {target}, and what learning from each is worth.",
            versions=versions_of("torch", "pot", "numpy", "scikit-learn"),
        )
        yield f"{target}, {run.seconds:.0f} s: " + ", ".join(
            f"{name} {rank_correlation(run.measured(name), run.gain)}" for name in MEASURES
        )


RECIPES: dict[str, Callable[..., object]] = {"sentences": sentences, "matching": matching, "transfers": transfers}
