"""The glossary, and its terms in texts."""

import re
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.course import pages, topics
from components.glossary import GLOSSARY, Term, shown_by, terms, terms_of
from components.underlining import mark, underlined

HEAD = Term("head", "One of several.")
SINK = Term("attention sink", "A token that takes weight.", ("sink",))
CLIP = Term("CLIP", "Two encoders.")
QUERY = Term("query", "It asks.", ("queries",))
ODD = Term("k & v", 'It says "no" <to> it.')
MARK = re.compile(r"</?dfn[^>]*>")


def words(html: str, *among: Term) -> list[str]:
    """What is underlined."""
    return re.findall(r"<dfn[^>]*>(.*?)</dfn>", underlined(html, among)[0], re.DOTALL)


def test_every_term_of_a_page_is_in_the_glossary_and_every_term_is_shown() -> None:
    for page in pages():
        unknown = [name for name in page.terms if name not in terms()]
        assert unknown == [], f"rule: TERMS of {page.topic.key} are names of components/glossary"
        assert len(set(page.terms)) == len(page.terms)
    assert [term.name for term in GLOSSARY if not shown_by(term)] == [], "rule: a page shows each term"


def test_a_word_that_is_no_term_is_named_with_the_file_where_it_is_missing() -> None:
    page = replace(pages()[1], terms=("token", "gizmo"))
    with pytest.raises(ValueError, match=r"\['gizmo'\] into components/glossary"):
        terms_of(page)


def test_every_topic_shows_terms_that_no_two_of_its_words_dispute() -> None:
    for page in pages():
        if page.topic not in topics():
            continue
        said = [word.casefold() for term in terms_of(page) for word in (term.name, *term.aliases)]
        assert said, f"rule: {page.topic.key} shows terms of the glossary"
        assert sorted(said) == sorted(set(said)), page.topic.key


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
def test_a_term_has_one_sentence(term: Term) -> None:
    assert term.sentence.endswith(".")
    assert ". " not in term.sentence
    assert term.sentence[0].isupper()
    assert 5 <= len(term.sentence.split()) <= 32
    assert len(terms()) == len(GLOSSARY)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("a head of heads", ["head"]),
        ("Heads first", ["Heads"]),
        ("the HEAD and ahead, headed, sub-head, head-on", []),
        ("an attention sink, a sink", ["attention sink"]),
        ("a sink, an attention\nsink", ["sink"]),
        ("an attention-sink", ["attention-sink"]),
        ("clip a CLIP", ["CLIP"]),
        ("queries and a query", ["queries"]),
        ("<b>head</b>", ["head"]),
        ('<span class="chip tint" style="--role:#000">head <i>sink</i></span> a sink', ["sink"]),
        ('<a href="head">head</a> <code>head</code> <svg><title>head</title></svg>', []),
        ('<b title="a head > a sink">7</b>', []),
        ("<b title='head'>7</b><br/>head", ["head"]),
        ("<!-- head --> sink", ["sink"]),
        ("&head; &#head; &lt;head&gt;", ["head"]),
        ("3 < 4 head", []),
        ("sink <b head", ["sink"]),
        ("</b> head </i>", ["head"]),
        ("", []),
    ],
)
def test_whole_words_in_text_are_underlined_once(html: str, found: list[str]) -> None:
    among = (HEAD, SINK, CLIP, QUERY)
    marked, used = underlined(html, among)
    assert words(html, *among) == found
    assert MARK.sub("", marked) == html
    assert len(used) == len(set(used)) == len(found)


def test_a_sentence_cannot_leave_its_attribute() -> None:
    marked = mark(ODD, "k &amp; v")
    assert "&quot;no&quot; &lt;to&gt;" in marked
    assert marked.count("<") == marked.count(">") == 2


def test_visitors_text_stays_escaped() -> None:
    hostile = escape('<img src=x onerror="alert(1)"> head <dfn class="term">sink</dfn>')
    marked, used = underlined(f'<span class="chip">{hostile}</span> {hostile}', (HEAD, SINK))
    assert "<img" not in marked
    assert marked.count("<dfn") == len(used) == 2
    assert MARK.sub("", marked) == f'<span class="chip">{hostile}</span> {hostile}'


TAGS = ("<b>", "</b>", '<span class="chip">', "</span>", '<i title="head">', "<br>", "<a href='sink'>", "</a>")
BROKEN = ("<", ">", '"', "'", "&", "&lt;", "<!--", "-->", "<script>", "</script>", "-", "\n", " ", "é", "s")
FRAGMENTS = st.sampled_from(("head", "sink", "CLIP", *TAGS, *BROKEN))


@given(st.lists(FRAGMENTS | st.text(max_size=3), max_size=25).map("".join))
def test_without_its_marks_the_html_is_what_it_was(html: str) -> None:
    among = (HEAD, SINK, CLIP)
    marked, used = underlined(html, among)
    ours = re.compile("|".join(re.escape(mark(term, "")[: -len("</dfn>")]) for term in among))
    assert len(ours.findall(marked)) == len(used) == len(set(used))
    # Each mark opens and closes around one word in text, so that taking both away gives back what came in.
    whole = re.compile(rf"(?:{ours.pattern})([^<>]*)</dfn>")
    assert whole.sub(lambda match: match[1], marked) == html


@given(st.text(max_size=200))
def test_no_text_can_break_the_marks(text: str) -> None:
    marked, used = underlined(escape(f"{text} head {text}"), (HEAD,))
    assert marked.count("<dfn") == marked.count("</dfn>") == len(used)
    assert marked.count("<") == 2 * len(used)
