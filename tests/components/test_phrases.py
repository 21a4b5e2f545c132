"""Words that sentences are made of."""

from components.phrases import listed, placed, span


def test_values_stand_in_a_row() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed((1, 2, 3)) == "1, 2 and 3"


def test_an_interval_is_told_in_whole_percent() -> None:
    assert span((0.312, 0.688)) == "31% to 69%"


def test_a_token_that_stands_there_again_is_named_with_its_position() -> None:
    assert [placed(("a", "b", "a"), place) for place in range(3)] == ["a at position 0", "b", "a at position 2"]
