"""Server time and bytes of one control move on a warm attention page.

Run with `python -m tests.benchmarks.attention_page`; prints, asserts nothing.
"""

import argparse
from urllib.parse import urlencode

from tests.benchmarks.client import Visitor, report_moves, served

TEXT = " ".join(["The ship sailed past the old harbor while the crew sang of home and the sea."] * 4)


def main() -> None:
    """Starts a server, warms it, moves the layer and the head, and prints medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--port", type=int, default=8731)
    moves, port = vars(parser.parse_args()).values()
    query = urlencode({"attention_text": TEXT})
    with served(port) as address, Visitor(address, "attention", query) as visitor:
        first = visitor.run()
        print(f"first run, model loaded on the way: {first.seconds:.2f} s, {first.received / 1e3:.0f} kB")
        for key, count in (("attention_layer", 30), ("attention_head", 9)):
            runs = [visitor.move(key, double_array_value=[float(step % count)]) for step in range(1, moves + 1)]
            report_moves(f"move of {key}, overview of 270 heads on screen", runs)


if __name__ == "__main__":
    main()
