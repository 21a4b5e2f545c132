"""Server time and bytes of one control move on a warm transport page.

Run with `python -m tests.benchmarks.transport_page`; prints, asserts nothing.
"""

import argparse
from urllib.parse import urlencode

from tests.benchmarks.client import Visitor, report_moves, served

LEAST_BLUR = {"transport_colors_by": "Sinkhorn", "transport_color_blur": "-1.7"}

MOVES: tuple[tuple[str, str, str, list[float], dict[str, str]], ...] = (
    ("transport_reg", "Sinkhorn", "By hand", [-0.05 * step for step in range(1, 21)], {}),
    ("transport_shift_x", "exact", "By hand", [0.1 * step for step in range(1, 21)], {}),
    ("transport_t", "exact", "On the way", [5.0 * step for step in range(20)], {}),
    ("transport_flow_step", "exact", "Gradient flow", [float(step) for step in range(1, 21)], {}),
    ("transport_label_weight", "exact", "Datasets", [0.1 * step for step in range(1, 21)], {}),
    ("transport_color_sample", "exact", "Colors", [50.0 * step for step in range(1, 9)], {}),
    ("transport_color_sample", "exact", "Colors", [50.0 * step for step in range(1, 9)], LEAST_BLUR),
    (
        "transport_shops",
        "exact",
        "Territories",
        [float(count) for count in range(3, 21)],
        {"transport_field": "uniform"},
    ),
    ("transport_shops", "exact", "Territories", [float(count) for count in range(3, 21)], {}),
    (
        "transport_share_1",
        "exact",
        "Average",
        [5.0 * step for step in range(20)],
        {"transport_shapes": "A, B, rings, square"},
    ),
)


def main() -> None:
    """Starts a server, warms each page, moves one control on it, and prints medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8733)
    with served(parser.parse_args().port) as address:
        for key, method, panel, values, more in MOVES:
            query = urlencode({"transport_method": method, "transport_panel": panel, **more})
            with Visitor(address, "transport", query) as visitor:
                visitor.run()
                report_moves(
                    f"move of {key}, {method}, panel {panel} {', '.join(more.values())}".rstrip(),
                    [visitor.move(key, double_array_value=[value]) for value in values],
                )


if __name__ == "__main__":
    main()
