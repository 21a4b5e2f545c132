"""What stands folded below a page's checks: the mathematics, the code, and what a visitor may take along."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import Topic
from components.exports import as_csv
from components.frame import presenting
from components.notebooks import notebook
from components.scene import Equation

if TYPE_CHECKING:
    import pandas as pd

NOTEBOOK = "application/x-ipynb+json"


@contextmanager
def folded(key: str, title: str, *, open_at_desk: bool = False) -> Iterator[bool]:
    """An expander whose body runs only while it is open; entering it tells whether it is."""
    place = f"{key}_{title}_{'projector' if presenting() else 'desk'}"
    box = st.expander(title, expanded=open_at_desk and not presenting(), key=place, on_change="rerun")
    with box:
        yield bool(box.open)


def mathematics(key: str, equations: Sequence[Equation]) -> None:
    """The equations of the page of this key, with each symbol named."""
    with folded(key, "The mathematics") as shown:
        if not shown:
            return
        for equation in equations:
            st.latex(equation.latex)
            st.markdown("  \n".join(f"${symbol}$: {words}" for symbol, words in equation.symbols.items()))


def code(key: str, functions: Callable[[], Sequence[Callable[..., Any]]]) -> None:
    """The core functions that were run, as they stand in this project.

    Args:
        key: the page's.
        functions: returns them; it is called only when a reader asks, since they may bring torch with them.
    """
    with folded(key, "The code") as shown:
        if shown:
            for function in functions():
                st.code(inspect.getsource(inspect.unwrap(function)), language="python")


def exports(
    topic: Topic,
    params: Mapping[str, Any],
    *,
    data: "Callable[[], pd.DataFrame]",
    script: Callable[[], str],
    equations: Sequence[Equation],
) -> None:
    """The figure's data as CSV, the parameters as JSON, a script that computes the same from `core`, and a notebook."""
    key = topic.key
    with folded(key, "Take it with you") as shown:
        if not shown:
            return
        numbers = script()
        program = f"# Run it in the project's folder, which holds core: PYTHONPATH=. python {key}.py\n{numbers}"

        def noted() -> str:
            return notebook(topic, params, equations=equations, script=numbers)

        written = json.dumps(params, indent=2, ensure_ascii=False)
        with st.container(horizontal=True):
            st.download_button("Data (CSV)", lambda: as_csv(data()), f"{key}.csv", "text/csv", on_click="ignore")
            st.download_button("Parameters (JSON)", written, f"{key}.json", "application/json", on_click="ignore")
            st.download_button("Script (Python)", program, f"{key}.py", "text/x-python", on_click="ignore")
            st.download_button(
                "Notebook (Jupyter)", noted, f"{key}.ipynb", "application/x-ipynb+json", on_click="ignore"
            )
        st.code(program, language="python")
