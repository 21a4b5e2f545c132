"""What the page of the positional encodings says of numbers: each wording under its condition."""

import numpy as np

from pages.architecture.positional_encoding.words import compared_title, masked_title, one_color, set_title


def test_rounding_is_said_only_where_it_is_rounding() -> None:
    spread = {"sinusoidal": 3.04, "learned": 4.26, "rope": 1e-14, "alibi": 0.0, "t5": 0.0}
    assert "3.0 for the sinusoidal code, by 4.3 for the learned table" in compared_title(spread, rounding=True)
    assert compared_title(spread, rounding=True).endswith("RoPE, ALiBi and T5 by rounding alone")
    assert compared_title({**spread, "rope": 0.5}, rounding=False).endswith("RoPE, ALiBi and T5 by up to 5.0e-01")
    del spread["learned"]
    assert "learned" not in compared_title(spread, rounding=True)


def test_order_is_said_to_show_only_where_it_does() -> None:
    assert masked_title(0.279, 0.291).startswith("Behind a causal mask order shows without positions: 27.9%")
    assert masked_title(0.0, 0.291).startswith("In this text the next token does not tell the order without positions")
    assert "1.2e-06 at most" in set_title(1.19e-6, 1.2)


def test_a_diagonal_of_one_color_is_counted() -> None:
    assert one_color(np.array([0.0, 0.5, 0.0]), 0.8).endswith("no diagonal but the main one is of one color")
    assert one_color(np.array([0.0, 0.5, 0.001, 0.0]), 0.8).endswith("of the other diagonals 1 of 2 show one color")
    assert one_color(np.array([0.0, 0.0]), 0.8) == "Neighbors have a mean cosine of 0.80"
