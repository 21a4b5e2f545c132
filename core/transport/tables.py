"""A visitor's own table: comma-separated text, read into points, masses and labels, or refused in plain words."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from core.numbers import read_number
from core.transport.problem import LARGEST, Points, Weights

MAX_BYTES = 1_000_000
MAX_ROWS = 1000
MAX_COLUMNS = 64

MASS_NAMES = ("weight", "mass")
"""A column with one of these names holds the mass of each row, unless the reader chooses otherwise."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a visitor.

    Args:
        points: [row d].
        labels: a label for each row, where the table has a column called "label"; else an empty tuple.
        columns: the names of the features.
        weights: [row], the mass of each row; None without a column of masses.
        mass_column: the name of that column; empty without one.
    """

    points: Points
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    weights: Weights | None
    mass_column: str


def read_table(content: bytes, *, masses: str | None = None) -> Table:
    """Reads a CSV file: a header line is optional, all columns are numbers but one called "label".

    Args:
        content: the file, UTF-8, at most 1 MB, 1,000 rows and 64 columns; separated by comma, semicolon or tab; lines
            end in CR, LF or both.
        masses: the name of the column that holds the mass of each row. Without it, it is the first column called
            weight or mass, if there is one; an empty name takes every column as a feature.

    Raises:
        ValueError: for a file that is too large, is no text or no table, has a cell of more than 131,072 characters, no
            rows, rows of unequal length, a missing value, a text where a number should be or a number beyond 1e100, no
            column of the name in `masses`, or masses that are negative or all 0; the message names the line and the
            column.

    Invariant: all values lie within -1e100 and 1e100; there are as many labels as rows, or none; masses are not
        rescaled.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"the file has {len(content) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("the file is no UTF-8 text; save it as CSV in UTF-8") from error
    rows, lines = _cells(text)
    header = _header(rows)
    start = 1 if header else 0
    names = header or tuple(f"column {place}" for place in range(1, len(rows[0]) + 1 if rows else 1))
    if not 1 <= len(rows) - start <= MAX_ROWS:
        raise ValueError(f"the file has {len(rows) - start} rows of data; there must be 1 to {MAX_ROWS}")
    return _table(names, rows[start:], mass_column=_mass_column(names, masses), lines=lines[start:])


def _cells(text: str) -> tuple[list[list[str]], list[int]]:
    """The cells of each line that is not empty, and the number of the line in the file, counted from 1."""
    table = io.StringIO(text, newline=None)
    first = next((line for line in table if line.strip()), "")
    table.seek(0)
    reader = csv.reader(table, delimiter=max(",;\t", key=first.count))
    rows, lines = [], []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} of the file cannot be read as a table: {error}") from error
    return rows, lines


def _mass_column(names: tuple[str, ...], asked: str | None) -> str:
    """The column of masses: the one asked for, or the first with a name that says so; empty for none."""
    if asked is None:
        return next((name for name in names if name.lower() in MASS_NAMES), "")
    if asked and asked not in names:
        raise ValueError(f"the file has no column called {asked[:40]!r}; its columns are {', '.join(names)[:200]}")
    return asked


def _header(rows: list[list[str]]) -> tuple[str, ...]:
    """The first row where none of its cells is a number; else nothing."""
    if not rows or any(_is_number(cell) for cell in rows[0]):
        return ()
    return tuple(cell.strip() for cell in rows[0])


def _table(names: tuple[str, ...], body: list[list[str]], *, mass_column: str, lines: list[int]) -> Table:
    labeled = [place for place, name in enumerate(names) if name.lower() == "label"]
    weighing = [names.index(mass_column)] if mass_column else []
    numeric = [place for place in range(len(names)) if place not in labeled + weighing]
    if not 1 <= len(numeric) <= MAX_COLUMNS:
        raise ValueError(f"the file has {len(numeric)} columns of features; there must be 1 to {MAX_COLUMNS}")
    for line, cells in zip(lines, body, strict=True):
        if len(cells) != len(names):
            raise ValueError(f"line {line} has {len(cells)} cells; the first line has {len(names)}")
    values = np.array(
        [
            [_number(cells[place], line, names[place]) for place in numeric + weighing]
            for line, cells in zip(lines, body, strict=True)
        ]
    )
    labels = tuple(cells[labeled[0]].strip() for cells in body) if labeled else ()
    if "" in labels:
        raise ValueError(f"line {lines[labels.index('')]} has no label; every row needs one")
    weights = _masses(values[:, -1], mass_column, lines) if weighing else None
    features = tuple(names[place] for place in numeric)
    return Table(values[:, : len(numeric)], labels, features, weights, mass_column)


def _masses(weights: Weights, column: str, lines: list[int]) -> Weights:
    if weights.min() < 0:
        row = int(np.argmax(weights < 0))
        raise ValueError(
            f"line {lines[row]} has the mass {weights[row]:g} in {column[:40]!r}; a mass must be 0 or more"
        )
    if not weights.any():
        raise ValueError(f"the masses in {column[:40]!r} are all 0; at least one must be larger")
    return weights


def _number(cell: str, line: int, column: str) -> float:
    if not cell.strip():
        raise ValueError(f"line {line} has no value in {column[:40]!r}; fill the gap or leave the row out")
    try:
        value = read_number(cell)
    except ValueError as error:
        raise ValueError(
            f"line {line} has the text {cell.strip()[:40]!r} in {column[:40]!r}; only a column called label may hold "
            "text"
        ) from error
    if not abs(value) <= LARGEST:
        raise ValueError(
            f"line {line} has {cell.strip()[:40]!r} in {column[:40]!r}; every value must be finite, from "
            f"-{LARGEST:g} to {LARGEST:g}"
        )
    return value


def _is_number(cell: str) -> bool:
    try:
        read_number(cell)
    except ValueError:
        return False
    return True
