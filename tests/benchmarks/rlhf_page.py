"""Server time and bytes of one control move on a warm RLHF page.

Run with `python -m tests.benchmarks.rlhf_page`; prints, asserts nothing.
"""

import argparse
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.client import Visitor, report_moves, served


def sliding(values: list[float]) -> list[dict[str, Any]]:
    """A slider's moves."""
    return [{"double_array_value": [value]} for value in values]


def choosing(values: list[str]) -> list[dict[str, Any]]:
    """The moves of buttons of which one is pressed."""
    return [{"string_array_value": [value]} for value in values]


MOVES: tuple[tuple[str, dict[str, str], list[dict[str, Any]]], ...] = (
    ("step", {}, sliding([7.0 * move % 150 for move in range(1, 21)])),
    ("beta", {}, choosing(["0.03", "0.1", "0.3", "1", "0"] * 4)),
    ("pairs", {"beta": "0.1"}, choosing(["125", "2000", "8000", "500"] * 5)),
    ("gap", {"panel": "Preferences"}, sliding([0.1 * move for move in range(1, 21)])),
    ("noise", {"panel": "Reward model"}, sliding([1 + 0.1 * move for move in range(1, 21)])),
    ("share_one", {"panel": "KL estimates"}, sliding([5.0 + move for move in range(1, 21)])),
    ("n", {"panel": "Best-of-n on text"}, sliding([3.0 * move for move in range(1, 21)])),
    ("reward_abstain", {"task": "answer or abstain"}, sliding([-0.9 + 0.1 * move for move in range(20)])),
    ("group", {"task": "add small numbers"}, sliding([4.0 + move for move in range(20)])),
)
"""For each control: the page that it stands on, and its moves."""


def main() -> None:
    """Starts a server, warms each page, moves one control on it, and prints medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8733)
    with served(parser.parse_args().port) as address:
        for key, chosen, moves in MOVES:
            query = urlencode({f"rlhf_{name}": value for name, value in chosen.items()})
            with Visitor(address, "rlhf", query) as visitor:
                visitor.run()
                runs = [visitor.move(f"rlhf_{key}", **move) for move in moves]
                report_moves(f"move of {key}, {', '.join(chosen.values()) or 'recorded runs'}", runs)


if __name__ == "__main__":
    main()
