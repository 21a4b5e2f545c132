"""`python -m core.clip record` encodes pictures and words with every trained model and keeps the embeddings."""

import argparse

from core.assets import keep, versions_of
from core.clip.family import FAMILY
from core.clip.records import record_file
from core.clip.treatments import Verdict, verdict
from core.clip.with_torch.model import load_clip
from core.clip.with_torch.records import make_record

VERSIONS = versions_of("numpy", "open_clip_torch", "pillow", "torch")


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.clip", description=__doc__)
    parser.add_argument("action", choices=["record"], help="encode everything and keep it")
    parser.add_argument("names", nargs="*", help=f"which models; all when none is given: {', '.join(FAMILY)}")
    names = parser.parse_args().names or list(FAMILY)
    for name in names:
        record(name)


def record(name: str) -> None:
    """Encodes with one model, keeps the embeddings with their group table, and says what came out."""
    made = make_record(load_clip(name))
    found = verdict(made)
    path = keep(
        made,
        record_file(name),
        recipe=f"python -m core.clip record {name}",
        seed=FAMILY[name].training.seed,
        licence="CC0-1.0",
        description=f"Embeddings by {name}. {group_table(found)}",
        versions=VERSIONS,
    )
    print(f"{name}: {path.stat().st_size / 1e3:.0f} kB, cosine {found.cosine:.3f}, signal kept {found.kept:.3f}")
    for treatment, accuracy in found.accuracy.items():
        cells = " ".join(f"{cell:.3f}" for cell in accuracy.table.ravel())
        print(f"  {treatment:20} average {accuracy.average:.3f} worst {accuracy.worst:.3f}  {cells}")


def group_table(found: Verdict) -> str:
    """The zero-shot group table in words, for the manifest."""
    accuracy = found.accuracy["zero-shot"]
    (land_land, land_water), (water_land, water_water) = accuracy.table
    return (
        f"Zero-shot on 1200 balanced pictures: average {accuracy.average:.3f}, worst group {accuracy.worst:.3f}; "
        f"landbird on land {land_land:.3f}, on water {land_water:.3f}; "
        f"waterbird on land {water_land:.3f}, on water {water_water:.3f}."
    )


if __name__ == "__main__":
    main()
