"""Terms of the glossary in the kit's texts: underlined, with their sentence on hover and on focus."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from components.glossary import Term

PIECE = re.compile(r"""<!--.*?-->|</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|<""", re.DOTALL)
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
CHIP = re.compile(r"""\bclass\s*=\s*["'][^"']*\bchip\b""")
UNTOUCHED = {"a", "button", "code", "dfn", "pre", "script", "style", "svg", "textarea", "title"}
EMPTY = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def underlined(html: str, terms: Sequence[Term]) -> tuple[str, tuple[Term, ...]]:
    """Marks the first occurrence of each term in the text of a piece of HTML.

    Only text between tags is touched: no tag, no attribute, no token chip, no link, no code. Behind a "<" that opens
    no tag nothing is marked. Without its marks the result is the HTML that came in.

    Args:
        html: text of a visitor in it must be escaped.
        terms: those that may still be marked.

    Returns:
        The HTML with its marks, and the terms that were marked, in their order in the text.
    """
    return _underlined(html, tuple(terms))


@lru_cache(maxsize=512)
def _underlined(html: str, terms: tuple[Term, ...]) -> tuple[str, tuple[Term, ...]]:
    """Most texts of a page are the same in each run of each visitor."""
    used: list[Term] = []
    pieces = [_marked(piece, terms, used) if text else piece for piece, text in _pieces(html)]
    return "".join(pieces), tuple(used)


def mark(term: Term, words: str) -> str:
    """A term in a text. Its sentence is read aloud, and shown while it is pointed at or in focus.

    Args:
        term: whose sentence it is.
        words: the term as it stands in the text, as HTML.
    """
    return f'<dfn class="term" tabindex="0" aria-description="{escape(term.sentence)}">{words}</dfn>'


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """The HTML in pieces, each with whether it is text that may be marked."""
    # The open elements, each with whether its text is left alone.
    opened: list[tuple[str, bool]] = []
    broken = False
    for piece in PIECE.findall(html):
        tag = TAG.match(piece)
        broken = broken or piece == "<"
        if tag is not None:
            _follow(piece, tag[2].lower(), closes=bool(tag[1]), opened=opened)
        alone = broken or any(left for _, left in opened)
        yield piece, not (tag or alone or piece.startswith("<"))


def _follow(piece: str, name: str, *, closes: bool, opened: list[tuple[str, bool]]) -> None:
    """Keeps the stack of open elements."""
    if closes:
        while any(name == other for other, _ in opened):
            if opened.pop()[0] == name:
                break
    elif name not in EMPTY and not piece.endswith("/>"):
        opened.append((name, name in UNTOUCHED or bool(CHIP.search(piece))))


def _marked(text: str, terms: tuple[Term, ...], used: list[Term]) -> str:
    """A text with its marks; the terms in it are added to `used`."""
    words, meant = _words(terms)
    if words is None:
        return text

    def replaced(match: re.Match[str]) -> str:
        term = meant[match.lastindex or 1]
        if term in used:
            return match[0]
        used.append(term)
        return mark(term, match[0])

    return words.sub(replaced, text)


@lru_cache(maxsize=256)
def _words(terms: tuple[Term, ...]) -> tuple[re.Pattern[str] | None, dict[int, Term]]:
    """A pattern of all words for the terms, the longest first, and the term that each of its groups means."""
    said = sorted(
        ((word, term) for term in terms for word in (term.name, *term.aliases)), key=lambda pair: -len(pair[0])
    )
    if not said:
        return None, {}
    # Whole words: not a part of one with a hyphen, and not the name of an entity such as &lt;
    pattern = "|".join(f"({_spelled(word)})" for word, _ in said)
    return re.compile(rf"(?<![\w&#-])(?:{pattern})(?![\w-])"), dict(enumerate((term for _, term in said), start=1))


def _spelled(word: str) -> str:
    """The ways in which a word may stand in a text."""
    first = f"[{word[0]}{word[0].upper()}]" if word.islower() and word[0].isalpha() else re.escape(word[0])
    rest = re.sub(r"(?:\\?[ -])", r"[\\s-]+", re.escape(word[1:]))
    return f"{first}{rest}{'' if word.endswith('s') else 's?'}"
