"""Words that sentences are made of."""

from components.phrases import listed, span


def test_values_stand_in_a_row() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed((1, 2, 3)) == "1, 2 and 3"


def test_an_interval_is_told_in_whole_percent() -> None:
    assert span((0.312, 0.688)) == "31% to 69%"
