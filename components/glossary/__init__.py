"""The field's terms, one sentence each. Which page shows a term, its topic.py says in TERMS."""

from functools import cache

from components.course import Declared, Topic, pages
from components.glossary.adaptation import ADAPTATION
from components.glossary.agents import AGENTS
from components.glossary.alignment import ALIGNMENT
from components.glossary.architecture import ARCHITECTURE
from components.glossary.efficiency import EFFICIENCY
from components.glossary.foundations import FOUNDATIONS
from components.glossary.prompting import PROMPTING
from components.glossary.term import Term

__all__ = ["GLOSSARY", "Term", "shown_by", "terms", "terms_of"]

GLOSSARY: tuple[Term, ...] = (
    *FOUNDATIONS,
    *ARCHITECTURE,
    *PROMPTING,
    *ADAPTATION,
    *ALIGNMENT,
    *EFFICIENCY,
    *AGENTS,
)
"""In the order of the course: the words that come first are used in the sentences after them."""


@cache
def terms() -> dict[str, Term]:
    """The glossary by name."""
    return {term.name: term for term in GLOSSARY}


def terms_of(page: Declared) -> tuple[Term, ...]:
    """The terms that a page shows; raises ValueError for a name that is not in the glossary."""
    unknown = [name for name in page.terms if name not in terms()]
    if unknown:
        raise ValueError(f"TERMS of {page.topic.key}: write {unknown} into components/glossary, a sentence each.")
    return tuple(terms()[name] for name in page.terms)


def shown_by(term: Term) -> tuple[Topic, ...]:
    """The topics whose pages show a term, in the order of the course."""
    return tuple(page.topic for page in pages() if term.name in page.terms)
