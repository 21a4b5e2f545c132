"""A view of a page as a Jupyter notebook: the question, the mathematics, the numbers from `core`, figure and checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.course import Topic, Values, declared_by
from components.scene import Equation

WHERE = (
    "Run it in the project's folder, or with the folder in `PYTHONPATH`, in the environment of its README. "
    "A file that you uploaded to the page is no part of it."
)


def notebook(topic: Topic, values: Values, *, equations: Sequence[Equation], script: str) -> str:
    """A notebook in the format of Jupyter, version 4.5; the same view gives the same file.

    Args:
        topic: of the page.
        values: its parameters, those at their defaults too.
        equations: the mathematics of the page.
        script: computes the numbers on screen from `core` alone.
    """
    import nbformat
    from nbformat import v4

    defaults = declared_by(topic).defaults
    changed = {name: value for name, value in values.items() if value != defaults[name]}
    cells = [
        v4.new_markdown_cell(f"# {topic.question}\n\n{WHERE}"),
        *([v4.new_markdown_cell(_mathematics(equations))] if equations else []),
        v4.new_markdown_cell("## The numbers, from `core` alone"),
        v4.new_code_cell(script.strip()),
        v4.new_markdown_cell("## The figure, as the page draws it"),
        v4.new_code_cell(_drawing(topic.key, changed)),
        v4.new_markdown_cell("## Checks, recomputed for this view: each error beside its bound"),
        v4.new_code_cell('print("\\n".join(view.checks))'),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"{topic.key.replace('_', '-')}-{place}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.validate(made)
    return str(nbformat.writes(made)) + "\n"


def _mathematics(equations: Sequence[Equation]) -> str:
    said = [
        "\n".join(
            [f"$${one.latex.strip()}$$", "", *(f"- ${symbol}$: {words}" for symbol, words in one.symbols.items())]
        )
        for one in equations
    ]
    return "\n\n".join(["## The mathematics", *said])


def _drawing(key: str, changed: Mapping[str, Any]) -> str:
    asked = "".join(f",\n    {name}={value!r}" for name, value in changed.items())
    opened = f'view = opened(\n    "{key}"{asked},\n)' if changed else f'view = opened("{key}")'
    return (
        f"from components.offline import opened\n\n{opened}\n"
        'print("\\n".join([*view.findings, view.reading]))\n'
        "for figure in view.figures:\n    figure.show()"
    )
