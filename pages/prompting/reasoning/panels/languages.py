"""The view on other languages: the same problems, asked and solved in English and in each other one."""

from collections.abc import Mapping
from dataclasses import replace

from components.figures.heights import room
from core.checks import Check
from core.reasoning import (
    FEWER,
    Difference,
    Kind,
    Method,
    Outcome,
    difference,
    examples,
    outcome,
    recorded_kinds,
    truths,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.budget import color_of
from pages.prompting.reasoning.figures.shares import Bar, two_columns
from pages.prompting.reasoning.main import Shown

WORDED: Mapping[str, Kind] = {"English": "small numbers", "German": "in German", "French": "in French"}
"""Language -> the problems that are asked in it."""

WAYS: tuple[Method, Method] = ("direct", "few-shot chain")
ABOVE = 112


def others() -> list[str]:
    """The languages beside English that were recorded."""
    return [language for language in spoken() if language != "English"]


def spoken() -> list[str]:
    """The languages that were recorded."""
    return [language for language, kind in WORDED.items() if kind in recorded_kinds()]


def in_language(language: str, method: Method) -> Outcome:
    """What a method does in a language, on the sets that all languages have."""
    every = outcome(WORDED[language], method)
    return replace(every, hits=every.hits[:FEWER])


def gains() -> dict[str, Difference]:
    """Language -> what a chain gains over the direct answer, by pairs."""
    return {language: difference(*(in_language(language, way) for way in WAYS)) for language in spoken()}


def languages(shown: Shown) -> None:
    """Direct answers and chains to the same problems, by language."""
    page, look = shown.page, shown.page.look
    found = gains()
    title = findings.of_the_languages(found)
    left = [
        Bar(_named(language, way), one.accuracy, *one.interval, color=color_of(look, way), marks=one.by_set)
        for language in found
        for way in WAYS
        for one in (in_language(language, way),)
    ]
    right = [
        Bar(_named(language, WAYS[1]), gain.mean, *gain.interval, color=color_of(look, WAYS[1]))
        for language, gain in found.items()
    ]
    fig = two_columns(
        left,
        right,
        look=look,
        title=title,
        headings=("share right, small marks: each set", "chain minus direct, same problems"),
        height=room(look, ABOVE),
    )
    page.plot(fig, name="languages", alt=f"Accuracy by language, direct and with a chain. {title}.", roomy=True)
    against = "; ".join(
        f"{language} <b>{findings.points(gap.mean)}</b> points ({findings.points_between(gap.interval)}), "
        f"{findings.verdict(gap)}"
        for language, gap in behind().items()
    )
    page.sentence(
        f"Names and numbers are the same, and so are the steps: <i>{examples(WORDED[others()[0]], 0)[0].chain}</i> "
        f"The chain against the same chain in English, by pairs: {against}. Published for large models: their gain "
        "is there in ten languages (Shi et al. 2022, 2210.03057)."
    )


def behind() -> dict[str, Difference]:
    """Language -> the chain there against the chain in English, on the same problems."""
    english = in_language("English", WAYS[1])
    return {language: difference(english, in_language(language, WAYS[1])) for language in others()}


def _named(language: str, way: Method) -> str:
    return f"{language}, {'direct' if way == 'direct' else 'chain'}"


def checks() -> tuple[Check, ...]:
    """The problems of all languages must be the same, in one order; a gain must be the difference of the shares."""
    known = [truths(WORDED[language])[:FEWER] for language in spoken()]
    apart = sum(
        one != other
        for some in known
        for mine, first in zip(some, known[0], strict=True)
        for one, other in zip(mine, first, strict=True)
    )
    errors = [
        abs(gain.mean - (in_language(language, WAYS[1]).accuracy - in_language(language, WAYS[0]).accuracy))
        for language, gain in gains().items()
    ]
    return (
        Check("Every language asks the same problems", float(apart), 0.0, "right answers that differ"),
        Check("Gains are the difference of the shares", max(errors), 4 * 2.0**-52, "rounding of two means"),
    )


def script() -> str:
    """A script that counts the gains on screen."""
    return f"""from dataclasses import replace

from core.reasoning import difference, outcome

for kind in {[WORDED[language] for language in spoken()]!r}:
    ways = [outcome(kind, way) for way in {WAYS!r}]
    direct, chain = (replace(one, hits=one.hits[:{FEWER}]) for one in ways)
    print(kind, direct.accuracy, chain.accuracy, difference(direct, chain).mean, difference(direct, chain).interval)
"""
