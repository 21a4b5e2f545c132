"""The file of a lesson: JSON with the name of its schema and its version."""

import json
from collections.abc import Mapping
from typing import Any

from core.lessons.entries import as_object, as_text, hold_names
from core.lessons.guess_document import guess_from_json, guess_to_json
from core.lessons.parameters import Parameters, checked
from core.lessons.steps import MAX_BYTES, Lesson, Step, View

SCHEMA = "foundation-model-explorer/lesson"
VERSION = 1


def to_json(lesson: Lesson) -> str:
    """The lesson as its file holds it; `from_json` gives the same lesson back."""
    steps = [
        {
            "page": step.view.page,
            "values": dict(step.view.values),
            "title": step.title,
            "note": step.note,
            "question": step.question,
            **({"guess": guess_to_json(step.guess)} if step.guess else {}),
        }
        for step in lesson.steps
    ]
    document = {"schema": SCHEMA, "version": VERSION, "title": lesson.title, "steps": steps}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)


def from_json(written: str | bytes, pages: Mapping[str, Parameters]) -> Lesson:
    """The lesson of a file. Markup in its texts stays the text that it is.

    Args:
        written: the file, as text or in UTF-8.
        pages: page -> its parameters, against which each view is checked.

    Raises:
        ValueError: the file is larger than MAX_BYTES, is no JSON, has another schema or version, lacks something, or
            holds something else than a lesson of these pages. The message names the step, counted from 1.
    """
    document = as_object("the file", _parsed(written))
    if document.get("schema") != SCHEMA:
        raise ValueError(f"the file is no lesson: its schema is not “{SCHEMA}”")
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise ValueError(f"the lesson has version {str(version)[:20]}; {VERSION} is allowed")
    hold_names("the lesson", document, ("schema", "version", "title", "steps"))
    steps = document.get("steps")
    if not isinstance(steps, list):
        raise ValueError("the lesson has no list of steps")  # noqa: TRY004
    title = as_text("the title of the lesson", document.get("title", ""))
    # Before the steps are read, so that a file of very many is refused at once.
    Lesson(title, (Step(View(""), ""),) * len(steps))
    return Lesson(title, tuple(_step(place, step, pages) for place, step in enumerate(steps, 1)))


def _parsed(written: str | bytes) -> Any:
    """The JSON of a file; raises ValueError for a file that is too large or no JSON."""
    size = len(written) if isinstance(written, bytes) else len(written.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise ValueError(f"the lesson has {size:,} bytes; at most {MAX_BYTES:,} are allowed")
    try:
        # Some editors write a mark before the text.
        text = written.decode("utf-8-sig") if isinstance(written, bytes) else written
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"the file is no JSON: something is wrong at or before {where}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("the file is no JSON in UTF-8") from error


def _step(place: int, entry: Any, pages: Mapping[str, Parameters]) -> Step:
    """The step at `place`, counted from 1; raises ValueError with that number."""
    try:
        step = as_object("the step", entry)
        hold_names("the step", step, ("page", "values", "title", "note", "question", "guess"))
        page = as_text("its page", step.get("page"))
        values = as_object("its values", step.get("values", {}))
        question, guess = step.get("question"), step.get("guess")
        return Step(
            checked(View(page, values), pages),
            as_text("its title", step.get("title")),
            as_text("its note", step.get("note", "")),
            None if question is None else as_text("its question", question),
            None if guess is None else guess_from_json(guess),
        )
    except ValueError as error:
        raise ValueError(f"step {place}: {error}") from error
