"""What the search found, and the glossary."""

from html import escape

import streamlit as st

from components.glossary import GLOSSARY, shown_by
from components.markdown import literally
from components.search import Entry, go_to, index, missed, nearest, search

MOST = 20
"""Results that are shown."""

LONGEST = 100
"""Letters of a query that are kept."""

ASKED = "_home_asked"
"""Where the session keeps the query whose result was opened, for when the visitor comes back to choose another."""


def results(query: str) -> None:
    """What a query finds, each with what it is and on which page; or the words nearest to it."""
    found = search(query, index())
    with st.container(key="found"):
        if found:
            partly = "Nothing fits all of these words. " if missed(query, found[0]) else ""
            st.html(f'<p class="says" role="status">{partly}{_count(len(found))}</p>')
        else:
            _nothing(query)
        for place, entry in enumerate(found[:MOST]):
            if _pressed(entry, place):
                st.session_state[ASKED] = query
                go_to(entry)


def _count(found: int) -> str:
    """How many there are, and how many of them are shown."""
    if found > MOST:
        return f"The best {MOST} of {found} results"
    return "1 result" if found == 1 else f"{found} results"


def _pressed(entry: Entry, place: int) -> bool:
    """One result: what it says below a button that opens it; whether that was pressed."""
    where = f"{entry.kind} · {entry.topic.title}" if entry.kind != "page" else entry.kind
    label = f"**{literally(entry.name)}** {literally(where)}"
    pressed = st.button(label, type="tertiary", key=f"home_found_{place}")
    st.html(f'<p class="says">{escape(entry.text)}</p>')
    return pressed


def _nothing(query: str) -> None:
    """Says that nothing was found, and offers the words of the course that are spelled most like it."""
    st.html(f'<p role="status">“{escape(query[:LONGEST])}” is not in the course yet.</p>')
    close = nearest(query, index())
    if close:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html("<span>Near to it:</span>", width="content")
            for word in close:
                st.button(literally(word), type="tertiary", on_click=_search, args=(word,), key=f"home_near_{word}")


def _search(word: str) -> None:
    st.session_state["home_search"] = word


def glossary() -> None:
    """All terms that the course shows, each with its sentence and the pages that show it."""
    box = st.expander("Glossary", key="home_glossary", on_change="rerun")
    with box:
        if not box.open:
            return
        lines = (
            f"<dt>{escape(term.name)}</dt><dd>{escape(term.sentence)} "
            f"<span>{escape(', '.join(topic.title for topic in shown_by(term)))}</span></dd>"
            for term in sorted(GLOSSARY, key=lambda term: term.name.casefold())
            if shown_by(term)
        )
        st.html(f'<dl class="glossary">{"".join(lines)}</dl>')
