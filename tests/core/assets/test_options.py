"""What recipes may be asked for."""

import pytest

from core.assets import require_known


def test_names_that_are_known_are_let_through() -> None:
    require_known(("b", "a", "a"), {"a": 1, "b": 2, "c": 3})
    require_known((), ("a",))


def test_each_unknown_name_is_told_with_all_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"^unknown: x, y\. Known: b, a$"):
        require_known(("y", "a", "x"), ("b", "a"))
