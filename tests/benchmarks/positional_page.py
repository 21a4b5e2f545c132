"""Server time and bytes of one control move on a warm page of the positional encodings.

Run with `python -m tests.benchmarks.positional_page`; prints, asserts nothing.
"""

import argparse
from urllib.parse import urlencode

from tests.benchmarks.client import Visitor, report_moves, served

LARGEST = {"d_model": 512, "length": 1024}
MOVES = [
    ("Sinusoidal", LARGEST, "Waves", "length", lambda step: 1024 - step % 8),
    ("Sinusoidal", LARGEST, "Dot product", "length", lambda step: 1016 - step % 8),
    ("Sinusoidal", LARGEST, "Shift map", "offset", lambda step: 1 + step % 250),
    ("Learned", {}, "Similarity", "reference", lambda step: step % 500),
    ("RoPE", {}, "Score against distance", "place", lambda step: 100 * (step % 80)),
    ("RoPE", {"vectors": "Real head"}, "Context extension", "distance", lambda step: step % 128),
    ("ALiBi", {"n_heads": 12, "bias_length": 256}, "Slopes", "alibi_head", lambda step: step % 12),
    ("T5", {}, "Bias", "bias_length", lambda step: 250 - step % 100),
    ("Sinusoidal", {}, "Compare", "compare_length", lambda step: 500 - step % 100),
]
"""Scheme, further parameters, open panel, the control that moves, and its value at each step."""


def main() -> None:
    """Starts a server, and for each scheme and panel moves one control; prints medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--port", type=int, default=8733)
    moves, port = vars(parser.parse_args()).values()
    with served(port) as address:
        for scheme, params, panel, control, value in MOVES:
            chosen = {"scheme": scheme, "panel": panel, **params}
            query = urlencode({f"positional_encoding_{name}": each for name, each in chosen.items()})
            with Visitor(address, "positional_encoding", query) as visitor:
                visitor.run()
                key = f"positional_encoding_{control}"
                runs = [visitor.move(key, double_array_value=[float(value(step))]) for step in range(1, moves + 1)]
                report_moves(f"{scheme}, {panel}: move of {control}", runs)


if __name__ == "__main__":
    main()
