"""Texts with an answer each, read from pasted lines or a CSV file. Needs no torch."""

import csv
import io

MAX_BYTES = 100_000
MOST_ITEMS = 200
FEWEST_ITEMS = 4
LONGEST_TEXT, LONGEST_ANSWER = 400, 60

HEADS = ({"text", "input", "question", "item"}, {"answer", "label", "output"})
"""Names that make the first row a head."""


def read_pairs(content: str | bytes, *, fewest: int = FEWEST_ITEMS) -> tuple[tuple[str, str], ...]:
    """Texts and answers from a CSV of two columns, text and answer; a head is optional.

    Columns are parted by a comma, a semicolon or a tab, whichever the first line has most of, or by ": " where it has
    none of them.

    Args:
        content: pasted text, or a file in UTF-8 of at most 100 kB.
        fewest: items that there must be.

    Raises:
        ValueError: for a file that is no text, fewer than `fewest` or more than 200 items, a row without two columns, a
            text of more than 400 or an answer of more than 60 characters, or an empty one; the message names the line.

    Invariant: texts and answers have no spaces at their ends.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"the items have {len(content):,} characters; at most {MAX_BYTES:,} can be read")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise ValueError("the file is no UTF-8 text; save it as CSV in UTF-8") from error
    rows = _rows(text)
    if rows and _is_head(rows[0][1]):
        rows = rows[1:]
    if not fewest <= len(rows) <= MOST_ITEMS:
        raise ValueError(f"there must be {fewest} to {MOST_ITEMS} items, one a line; got {len(rows)}")
    return tuple(_pair(line, cells) for line, cells in rows)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The cells of each line that is not empty, with its number in the text, counted from 1."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    mark = max(",;\t", key=first.count)
    if not first.count(mark):
        return [(n, line.rsplit(": ", 1)) for n, line in enumerate(lines, 1) if line.strip()]
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=mark, skipinitialspace=True)
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} cannot be read as a table: {error}") from error
    return rows


def _is_head(cells: list[str]) -> bool:
    return len(cells) == 2 and all(cell.strip().lower() in names for cell, names in zip(cells, HEADS, strict=True))


def _pair(line: int, cells: list[str]) -> tuple[str, str]:
    if len(cells) != 2:
        raise ValueError(
            f"line {line} has {len(cells)} columns; each line needs a text and its answer, parted by a comma"
        )
    text, answer = (" ".join(cell.split()) for cell in cells)
    if not text:
        raise ValueError(f"line {line} has no text")
    if not answer:
        raise ValueError(f"line {line} has no answer; each item needs one")
    for name, value, most in (("text", text, LONGEST_TEXT), ("answer", answer, LONGEST_ANSWER)):
        if len(value) > most:
            raise ValueError(f"line {line} has a {name} of {len(value)} characters; there may be {most}")
    return text, answer
