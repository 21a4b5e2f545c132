"""`python -m tests.benchmarks.clip`: encoding, edits and what a move of the CLIP page's sliders costs.

The encoder runs beside open_clip's bare forward pass in one process. Prints, asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from core import clip
from core.clip.with_torch.architecture import to_pixels
from tests.benchmarks.client import Visitor, report_moves, served


def main() -> None:
    """Prints medians in ms, then the moves on a warm page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--port", type=int, default=8737)
    options = parser.parse_args()
    encoding(options.runs)
    edits(options.runs)
    with served(options.port) as address:
        moves(address, "repair=both&clip_spurious_panel=Groups", ("water", "bird"), options.moves)
        moves(address, "repair=both&clip_spurious_panel=Repair", ("water", "strength", "rank"), options.moves)
        moves(address, "repair=calibrate&clip_spurious_panel=Repair", ("water", "strength", "rank"), options.moves)


def moves(address: str, query: str, keys: Sequence[str], count: int) -> None:
    """What moves of some sliders cost on a page that is open with this query."""
    values = {
        "water": np.linspace(0, 100, 41),
        "bird": np.arange(1, 13),
        "strength": np.arange(101),
        "rank": np.arange(7),
    }
    with Visitor(address, "clip_spurious", f"clip_spurious_{query}") as visitor:
        first = visitor.run()
        print(f"first run with {query}: {first.seconds:.2f} s, {first.received / 1e3:.0f} kB")
        for key in keys:
            steps = [float(values[key][step % len(values[key])]) for step in range(1, count + 1)]
            name = f"clip_spurious_{key}"
            report_moves(f"move of {name}", [visitor.move(name, double_array_value=[value]) for value in steps])


def encoding(runs: int) -> None:
    """512 scenes: drawn, encoded, and through open_clip alone."""
    model, scenes = clip.load_clip(), clip.evaluation_scenes()[:512]
    images = clip.render_all(scenes)
    pixels = to_pixels(images)
    with torch.no_grad():
        show("draw 512 scenes", runs, lambda: clip.render_all(scenes))
        show("encode 512 scenes", runs, lambda: model.encode_image(images))
        show("open_clip's encode_image alone", runs, lambda: model.model.encode_image(pixels, normalize=True))


def edits(runs: int) -> None:
    """The repairs of 1200 pictures, and the whole verdict."""
    record = clip.recorded_clip("birds-100")
    vectors = record.text_vectors([text for pair in clip.HARMFUL_INSIGHTS for text in pair])
    assert vectors is not None
    pairs = vectors.reshape(-1, 2, vectors.shape[1])
    show("reject on 1200 pictures", runs, lambda: clip.reject(record.images, pairs))
    show("both on 1200 pictures", runs, lambda: clip.roboshot(record.images, pairs, pairs))
    show("all treatments of one model", runs, lambda: clip.verdict(record))


def show(what: str, runs: int, work: Callable[[], object]) -> None:
    """Prints the median time of some work in milliseconds."""
    work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    print(f"{what:40}{1000 * statistics.median(seconds):9.1f} ms")


if __name__ == "__main__":
    main()
