"""A tiny model with random weights over bytes, and small tasks."""

import pytest

from core.models import CausalLM
from core.prompting import Item, Task
from tests.core.language.conftest import tiny


@pytest.fixture(scope="session")
def llama() -> CausalLM:
    return tiny("llama")


@pytest.fixture
def labeled() -> Task:
    pool = tuple(Item(f"p{place}", "ab"[place % 2]) for place in range(6))
    return Task("letters", tuple(Item(f"q{place}", "ab"[place % 2]) for place in range(5)), pool, ("a", "b"))


@pytest.fixture
def open_task() -> Task:
    return Task("open", (Item("x", "X"), Item("y", "Y")), (Item("u", "U"), Item("v", "V"), Item("w", "W")))
