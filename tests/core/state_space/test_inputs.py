"""Systems and signals of a visitor: texts, knots and CSV files, and what is refused in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.state_space import KNOTS, SIGNALS, csv_signal, drawn_signal, signal, system, with_knot, written_system


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("length", [1, 2, 7, 8, 100])
def test_a_named_signal_keeps_to_its_range(name: str, length: int) -> None:
    u = signal(name, length, text="abz")
    assert u.shape == (length,)
    assert np.abs(u).max() <= 1


def test_a_text_is_its_letters() -> None:
    assert signal("text", 5, text="az B").tolist() == pytest.approx([-1, 1, 0, 2 / 25 - 1, 0])


def test_an_impulse_is_one_sample() -> None:
    assert signal("impulse", 3).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("name", "length", "words"),
    [
        ("noise", 8, "one of impulse"),
        ("step", 0, "1 to 4096"),
        ("step", 5000, "1 to 4096"),
        ("text", 8, "one character"),
    ],
)
def test_a_signal_that_is_none(name: str, length: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        signal(name, length, text=" ")


def test_a_drawn_signal_passes_its_knots() -> None:
    assert drawn_signal("0, 1 -1", 5).tolist() == [0, 0.5, 1, 0, -1]
    assert with_knot("0 1 -1", 1, 0.25) == "0 0.25 -1"
    assert drawn_signal("0 1", 1).tolist() == [0]
    assert KNOTS == 17


@pytest.mark.parametrize("knots", ["", "1", "0 x", "0 2", "nan 0", "0 inf"])
def test_knots_that_are_none(knots: str) -> None:
    with pytest.raises(ValueError, match="knots"):
        drawn_signal(knots, 8)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.booleans())
def test_a_csv_gives_its_last_column(values: list[float], headed: bool) -> None:
    rows = [f"{place},{value!r}" for place, value in enumerate(values)]
    content = "\n".join((["time,level"] if headed else []) + rows).encode()
    assert csv_signal(content).tolist() == values


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "1 to 4096"),
        (b"head\n", "1 to 4096"),
        (b"u\n1\nnan\n", "sample 2 = 'nan' must be a finite number"),
        (b"1\nx\n", "sample 2 = 'x'"),
        (b"1\ninf\n", "finite"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"1\n" * 4097, "1 to 4096"),
        (b"1" * 1_000_001, "1,000,000 bytes"),
    ],
)
def test_a_csv_that_is_no_signal(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        csv_signal(content)


def test_a_written_system() -> None:
    found = written_system("-1 2; 0, -3", "1 0", "0 1", "0.5")
    assert found.A.tolist() == [[-1, 2], [0, -3]]
    assert (found.B.tolist(), found.C.tolist(), found.D, found.size) == ([1, 0], [0, 1], 0.5, 2)


@pytest.mark.parametrize(
    ("a", "b", "c", "d", "words"),
    [
        ("1 2 / 3", "1 0", "1 0", "0", "square"),
        ("1 2", "1 0", "1 0", "0", "square"),
        ("1 x / 2 3", "1 0", "1 0", "0", "numbers apart by spaces"),
        ("", "1", "1", "0", "numbers apart by spaces"),
        ("1", "1 2", "1", "0", r"B = '1 2' must be 1 number, one for each row of A\."),
        ("1 0 / 0 1", "1 2", "1", "0", r"C = '1' must be 2 numbers, one for each row of A\."),
        ("1", "1", "", "0", "C"),
        ("1", "1", "1", "1 2", r"D = '1 2' must be 1 number, the skip\."),
        ("nan", "1", "1", "0", "finite"),
        ("/".join([" ".join("1" * 17)] * 17), "1", "1", "0", "1 to 16"),
    ],
)
def test_matrices_that_do_not_fit(a: str, b: str, c: str, d: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        written_system(a, b, c, d)


@pytest.mark.parametrize(("name", "n"), [("spring", 2), ("decay", 0), ("HiPPO", 500)])
def test_a_named_system_out_of_range(name: str, n: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        system(name, n)


def test_numbers_that_no_figure_could_show_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sample 2 = '1e300' must be a finite number of at most 1e\+09"):
        csv_signal(b"1\n1e300\n")
    with pytest.raises(ValueError, match=r"A = '1e300' must be of numbers of at most 1e\+09"):
        written_system("1e300", "1", "1", "0")
    assert csv_signal(b"-1e9\n").tolist() == [-1e9]
