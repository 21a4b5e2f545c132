"""Tables of one's own: what is read, how it is parted, and what is refused."""

import dataclasses

import pytest

from core.models import CausalLM
from core.tuning import TuningParams, own_sets, read_reviews
from core.tuning.with_torch.training.runs import run_on
from tests.core.language.conftest import tiny

TABLE = "text,label\n" + "".join(f"Number {n} is here,{'odd' if n % 2 else 'even'}\n" for n in range(30))


def test_a_table_is_read_and_parted_by_label() -> None:
    table = read_reviews(TABLE)
    assert table.names == ("even", "odd")
    assert len(table.rows) == 30
    sets = own_sets(table, 3)
    train, rest = {row.text for row in sets.train}, {row.text for row in sets.test}
    assert not train & rest
    assert len(train) == 20
    assert len(rest) == 10
    assert sum(row.label for row in sets.train) == 10
    assert own_sets(table, 3) == sets != own_sets(table, 4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TABLE.replace("odd", "even"), r"your table must have 2 labels; got 1 \(even\)"),
        (TABLE.replace("Number 4 is here,even", "Number 4 is here,four"), "got 3"),
        ("a,b\n" * 5, "there must be 24 to 200 items, one a line; got 5"),
        ("a,b\n" * 201, "there must be 24 to 200 items, one a line; got 201"),
        ("Many are here,many\n" + TABLE.removeprefix("text,label\n").replace("odd", "even"),
         "the label 'many' must have 3 texts or more, to learn from and to measure; got 1"),
        (TABLE.replace("Number 4 ", "Number 2 "), "comes twice"),
        (TABLE.replace("Number 4 is here", "x" * 301), "letters of"),
        (b"\xff\xfe", "UTF-8"),
        ("", "there must be 24 to 200 items"),
    ],
)  # fmt: skip
def test_bad_tables_are_refused(content: str | bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_reviews(content)


def test_a_label_with_two_texts_cannot_be_parted() -> None:
    table = read_reviews(TABLE)
    few = dataclasses.replace(table, rows=tuple(row for row in table.rows if row.label == 0) + table.rows[1:4:2])
    with pytest.raises(ValueError, match="texts of the label 'odd' is 2; it must be a whole number of 3 or more"):
        own_sets(few, 0)


def test_a_table_is_trained_on() -> None:
    lm: CausalLM = tiny("llama")
    run = run_on(lm, TuningParams("probe", 1e-2), own_sets(read_reviews(TABLE), 0))
    assert run.id_accuracy == run.ood_accuracy == run.validation_accuracy
    assert all(check.passed for check in run.checks)
