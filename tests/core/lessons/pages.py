"""Pages of no course, with a parameter of each type."""

from typing import Any

from hypothesis import strategies as st

from core.lessons import MAX_NOTE, MAX_QUESTION, MAX_TITLE, Lesson, Parameters, Step, View

PAGES = {
    "scale": Parameters(
        {"degree": 15, "noise": 0.25, "truth": True, "text": "", "heads": ["L1H2"], "panel": "Figure"},
        options={"panel": ("Figure", "Errors")},
        ranges={"degree": (0, 20), "noise": (0.0, 2.0)},
        renamed={"panel": {"Mistakes": "Errors"}},
    ),
    "plain": Parameters({"depth": 3}),
}

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)

VALUES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "scale": {
        "degree": st.integers(0, 20),
        "noise": st.floats(0, 2),
        "truth": st.booleans(),
        "text": TEXT,
        "heads": st.lists(TEXT, max_size=3),
        "panel": st.sampled_from(["Figure", "Errors"]),
    },
    "plain": {"depth": st.integers()},
}


@st.composite
def views(draw: st.DrawFn) -> View:
    """A view of one of PAGES that names no default."""
    page = draw(st.sampled_from(list(PAGES)))
    values = draw(st.fixed_dictionaries({}, optional=VALUES[page]))
    return View(page, {name: value for name, value in values.items() if value != PAGES[page].defaults[name]})


STEPS = st.builds(Step, views(), TEXT, TEXT, st.none() | TEXT)
LESSONS = st.builds(Lesson, TEXT, st.lists(STEPS, max_size=6).map(tuple))
LONGEST = Step(View("plain", {"depth": 4}), "t" * MAX_TITLE, "n" * MAX_NOTE, "q" * MAX_QUESTION)
