"""A visitor's table: whatever the bytes are, points within their range or a plain word."""

import numpy as np
import pytest

from core.transport import METHODS, Table, read_table, solve

SEED_TABLES = (
    b"x,y,weight,label\n1,2,3,a\n4,5.5,6,b\n-7,8e3,0,c\n",
    b"x;y\r\n1;2\r\n3;4\r\n",
    b'1\t2\n"3"\t4\n\n5\t6\n',
    "\ufeffé,label\n1,ü\n2,ß\n".encode(),
)
PIECES = (
    *(b"\r", b"\n", b"\r\n", b"\x00", b'"', b"'", b",", b";", b"\t", b" ", b"-", b"e", b".", b"\xff", b"\x0b", b"\x1c"),
    *(
        b"nan",
        b"inf",
        b"-inf",
        b"1e308",
        b"1e-308",
        b"1e101",
        b"-1",
        b"0",
        b"label",
        b"weight",
        b"mass",
        b"1_0",
        b"=1+1",
    ),
    *("\u2028".encode(), "١".encode(), b"9" * 400, b"7" * 200_000, b'"' + b"z" * 140_000, b"<script>", b"," * 70),
)


def mutated(rng: np.random.Generator) -> bytes:
    """One of the tables after one to four changes: a piece put in, a stretch cut out, doubled, or bytes exchanged."""
    content = SEED_TABLES[rng.integers(len(SEED_TABLES))]
    for _ in range(rng.integers(1, 5)):
        start, end = sorted(rng.integers(0, len(content) + 1, 2))
        piece = PIECES[rng.integers(len(PIECES))]
        kind = rng.integers(4)
        middle = (
            content[start:end] + piece,
            b"",
            content[start:end] * 2,
            bytes(rng.integers(0, 256, end - start, np.uint8)),
        )
        content = content[:start] + middle[kind] + content[end:]
    return content


@pytest.mark.parametrize("seed", range(4))
def test_mutated_tables_are_read_or_refused_in_words(seed: int) -> None:
    rng, read = np.random.default_rng(seed), 0
    for _ in range(150):
        content = mutated(rng)
        try:
            table = read_table(content)
        except ValueError as error:
            assert 10 < len(str(error)) < 500, content[:200]
            continue
        read += 1
        assert_sound(table)
    assert read > 10


def assert_sound(table: Table) -> None:
    assert np.abs(table.points).max() <= 1e100
    assert len(table.labels) in (0, len(table.points))
    assert len(table.columns) == table.points.shape[1]
    if table.weights is not None:
        assert table.weights.min() >= 0
        assert 0 < table.weights.max() <= 1e100


def test_what_is_read_is_solved_or_refused_in_words() -> None:
    rng, solved = np.random.default_rng(9), 0
    while solved < 60:
        try:
            one, other = read_table(mutated(rng)), read_table(mutated(rng))
        except ValueError:
            continue
        method = list(METHODS)[rng.integers(len(METHODS))]
        try:
            found = solve(
                one.points, other.points, source_weights=one.weights, target_weights=other.weights, method=method
            )
        except ValueError as error:
            assert len(str(error)) > 10
            continue
        solved += 1
        assert np.isfinite(found.cost), (one, other)
        assert found.feasible is not False or not found.converged or found.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_reads_the_same(end: str) -> None:
    table = read_table(end.join(("", "x,weight,label", "", "1,2,a", "3,4,b", "")).encode())
    assert np.array_equal(table.points, [[1], [3]])
    assert table.weights is not None
    assert np.array_equal(table.weights, [2, 4])
    assert table.labels == ("a", "b")
    with pytest.raises(ValueError, match="line 5 has the text 'q' in 'x'"):
        read_table(end.join(("", "x,weight,label", "", "1,2,a", "q,4,b", "")).encode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x,y\n1," + b"7" * 200_000, "line 2 of the file cannot be read as a table: field larger than"),
        (b"x\n1e308\n", "line 2 has '1e308' in 'x'; every value must be finite, from -1e.100 to 1e.100"),
        (b"x,weight\n1,1e200\n", "line 2 has '1e200' in 'weight'"),
        (b"x\n-1e101\n", "'-1e101'"),
        (b"x,y\n1,2\n1_0,3\n", "line 3 has the text '1_0' in 'x'"),
    ],
)
def test_what_no_solver_could_use_is_refused_with_its_line(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_table(content)
