"""A tool that is made from examples, a light model that uses it, and when it pays."""

from collections.abc import Sequence
from fractions import Fraction

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from components.refusals import told
from components.results import shared
from core.agents import (
    ALONE,
    FAMILIES,
    TOLD,
    TOOL,
    WAYS,
    OwnExamples,
    Tool,
    Use,
    break_even,
    call_in,
    examples_of,
    left_out,
    made_tools,
    make_tool,
    missed_edges,
    passed,
    read_examples,
    recorded_makings,
    recorded_uses,
    right,
    tokens_of,
    value_of,
)
from core.checks import Check
from core.tools import written
from pages.agents.agents.figures.make import Row, maker_figure, price_figure, user_figure
from pages.agents.agents.names import MAKE, MAKE_VIEWS, MAKER, OWN, PRICE, USER
from pages.agents.agents.readings import make as words

ABOVE = 170
MOST_EXAMPLES, TESTS, TEST_SEED, BUDGET = 10, 20, 1_000, 60_000
SHOWN_TESTS = 8
"""Tests in the table, of the twenty drawn ones and those at the edge that are counted."""

MOST_DEARER, MOST_WRITTEN = 200, 20_000
Examples = Sequence[tuple[tuple[Fraction | int, ...], Fraction]]


def panel(page: Page) -> Panel:
    """The panel."""
    badges = {MAKER: (Badge.MEASURED, Badge.EXACT), USER: (Badge.RECORDED,), PRICE: (Badge.EXACT, Badge.RECORDED)}
    return Panel(
        MAKE, lambda: draw(page), stands="instead", badges=badges[view_of(page)], checks=lambda: checks(page),
        script=lambda: script(page),
    )  # fmt: skip


def view_of(page: Page) -> str:
    """Which of the three is shown."""
    named = str(page.controls.value("make_view"))
    return named if named in MAKE_VIEWS else MAKER


def family_of(page: Page) -> str:
    """The kind of questions, or OWN."""
    named = str(page.controls.value("family"))
    return named if named in FAMILIES else OWN if named == OWN else next(iter(FAMILIES))


def given_of(page: Page) -> int:
    """Examples on the slider."""
    return min(max(int(page.controls.value("given")), 1), MOST_EXAMPLES)


def draw(page: Page) -> None:
    """The row of views, and the one that is chosen."""
    page.controls.choice("make_view", "Look at", list(MAKE_VIEWS))
    {MAKER: making, USER: using, PRICE: pricing}[view_of(page)](page)


@shared(megabytes=1, size=lambda tool: 200)
def tool_from(examples: tuple[tuple[tuple[Fraction | int, ...], Fraction], ...]) -> Tool | None:
    """The tool that is made from examples, within the budget."""
    return make_tool(examples, budget=BUDGET)


def making(page: Page) -> None:
    """Examples of a kind, or a visitor's, and the tool that is made from them."""
    first, second, _ = st.columns([3, 3, 4], vertical_alignment="bottom")
    with first:
        page.controls.select("family", "Questions", [*FAMILIES, OWN])
    family = family_of(page)
    if family == OWN:
        own(page)
        return
    with second:
        page.controls.slider("given", "Examples given", 1, MOST_EXAMPLES)
    examples, tool = shown_of(family, given_of(page))
    tests, missed = TESTS + len(FAMILIES[family].edges), missed_edges(tool.expression if tool else "", family)
    right = passed(tool, family) + tests - TESTS - len(missed)
    at_edge = words.edge_words(family, tool, missed) if tool and right == tests - len(missed) else ""
    title = words.maker_title(tool, right, tests, len(examples), at_edge=at_edge)
    rows = [*rows_of(examples, tool, example=True), *rows_of(tests_shown(family, tool), tool, example=False)]
    makings = [one for one in recorded_makings() if one.family == family]
    counts = [words.passing(makings, number) for number in range(1, MOST_EXAMPLES + 1)]
    fig = maker_figure(
        rows, [(int((some == tests).sum()), len(some)) for some in counts], at=len(examples), look=page.look,
        title=title, height=room(page.look, ABOVE + 64),
    )  # fmt: skip
    page.plot(fig, name="maker", alt=f"Examples, tests, and what the made tool gives. {title}.", roomy="broad")
    page.sentence(words.maker_reading(tool, makings, family, len(examples), tests))


def shown_of(family: str, count: int) -> tuple[Examples, Tool | None]:
    """Examples of a family, and the tool that is made from them."""
    examples = examples_of(family, count, seed=0, small=True)
    return examples, tool_from(examples)


def tests_shown(family: str, tool: Tool | None) -> Examples:
    """Some tests: those that the tool fails first, then drawn ones."""
    edges = tuple((one, FAMILIES[family].truth(one)) for one in FAMILIES[family].edges)
    every = (*examples_of(family, TESTS, seed=TEST_SEED), *edges)
    wrong = [one for one in every if tool is None or value_of(tool, one[0]) != one[1]]
    return [*wrong, *(one for one in every if one not in wrong)][:SHOWN_TESTS]


def rows_of(examples: Examples, tool: Tool | None, *, example: bool) -> list[Row]:
    """Lines of the table, with what the tool gives."""
    return [
        Row(", ".join(written(Fraction(value)) for value in given), written(truth), given_by(tool, given), example)
        for given, truth in examples
    ]


def given_by(tool: Tool | None, given: Sequence[Fraction | int]) -> str:
    """What a tool gives, in words."""
    if tool is None:
        return "–"
    value = value_of(tool, given)
    return "no value" if value is None else written(value)


def own(page: Page) -> None:
    """A visitor's examples."""
    left, side = st.columns([3, 7])
    with left:
        page.controls.text("pairs", "Numbers = result, one a line; = ? asks", lines=6, max_chars=600)
    with side:
        try:
            typed = read_examples(str(page.controls.value("pairs")))
            tool = tool_from(typed.examples)
            left_right = left_out(typed.examples, budget=BUDGET // 4) if len(typed.examples) > 1 and tool else []
        except ValueError as error:
            told(error)
            return
        title = words.own_title(tool, left_right)
        rows = [*rows_of(typed.examples, tool, example=True), *asked_rows(typed, tool)]
        fig = maker_figure(rows, (), at=0, look=page.look, title=title, height=room(page.look, ABOVE + 64))
        page.plot(fig, name="own", alt=f"Your examples, and what the made tool gives. {title}.", roomy="broad")
    tried = words.tries(tool) if tool else f"None of <b>{BUDGET:,}</b> expressions fits"
    page.sentence(f"{tried}, smallest first, of at most six numbers and names.")


def asked_rows(typed: OwnExamples, tool: Tool | None) -> list[Row]:
    """Lines for what a visitor asks."""
    return [Row(", ".join(map(written, given)), "", given_by(tool, given), False) for given in typed.asked]


def using(page: Page) -> None:
    """The light model alone, told the rule, and with the tools."""
    counts = {way: by_family(way) for way in WAYS}
    alone, tooled = (rights(recorded_uses().of(way)) for way in (ALONE, TOOL))
    title = words.user_title(alone, tooled)
    fig = user_figure(counts, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="user", alt=f"Right answers of a light model, by question and way. {title}.", roomy="broad")
    named, numbers = faults(recorded_uses().of(TOOL))
    page.sentence(words.user_reading(len(tooled), named, numbers, sum(tooled), sum(rights(recorded_uses().of(TOLD)))))


def rights(uses: Sequence[Use]) -> list[bool]:
    """Whether each use leads to the right answer."""
    return [right(use, made_tools()) for use in uses]


def by_family(way: str) -> dict[str, tuple[int, int]]:
    """Right answers of how many, by family and over all."""
    some = {family: rights(recorded_uses().of(way, family)) for family in FAMILIES}
    every = [one for found in some.values() for one in found]
    return {name: (sum(found), len(found)) for name, found in {**some, "all": every}.items()}


def faults(uses: Sequence[Use]) -> tuple[int, int]:
    """Calls of the right tool, and those with the right numbers as well."""
    calls = [(use, call_in(use.text)) for use in uses]
    named = [(use, call) for use, call in calls if call is not None and call[0] == use.family]
    return len(named), sum(call[1] == use.arguments for use, call in named)


def costs(page: Page) -> tuple[float, float, float]:
    """Of making, of a question to the large model, taken to need the light one's tokens, and of one with the tool."""
    dearer = min(max(int(page.controls.value("dearer")), 1), MOST_DEARER)
    writes = min(max(int(page.controls.value("writes")), 0), MOST_WRITTEN)
    uses = recorded_uses()
    return float(writes * dearer), tokens_of(uses.of(ALONE)) * dearer, tokens_of(uses.of(TOOL))


def pricing(page: Page) -> None:
    """What so many questions cost with a made tool and without."""
    first, second, _ = st.columns([3, 3, 4], vertical_alignment="bottom")
    with first:
        page.controls.slider("dearer", "A token of the large model costs, times", 1, MOST_DEARER)
    with second:
        page.controls.slider("writes", "Tokens to make the tool", 0, MOST_WRITTEN, step=500)
    make, large, small = costs(page)
    count = break_even(make, large, small)
    title = words.price_title(count)
    fig = price_figure(make, large, small, count, look=page.look, title=title, height=room(page.look, ABOVE + 64))
    page.plot(fig, name="price", alt=f"Costs over questions, with a made tool and without. {title}.", roomy="broad")
    tooled = rights(recorded_uses().of(TOOL))
    page.sentence(words.price_reading(make, large, small, count, sum(tooled) / len(tooled)))


def checks(page: Page) -> tuple[Check, ...]:
    """A made tool gives its examples; recorded tokens and counts agree; the lines cross where the formula says."""
    view, family = view_of(page), family_of(page)
    if view == USER:
        return use_checks(recorded_uses().every)
    if view == PRICE:
        return price_checks(*costs(page))
    if family != OWN:
        examples, tool = shown_of(family, given_of(page))
        return made_checks(examples, tool)
    try:
        typed = read_examples(str(page.controls.value("pairs")))
        return made_checks(typed.examples, tool_from(typed.examples))
    except ValueError:
        return ()


def made_checks(examples: Examples, tool: Tool | None) -> tuple[Check, ...]:
    """The tool gives each of its examples, and kept to its budget."""
    if tool is None:
        return ()
    off = sum(value_of(tool, given) != truth for given, truth in examples)
    return (
        Check("Examples that the made tool does not give", off, 0, f"of {len(examples)}, as fractions"),
        Check("Expressions tried", tool.tried, BUDGET, "the budget"),
    )


def use_checks(uses: Sequence[Use]) -> tuple[Check, ...]:
    """Every way was asked the same, and a right call gives a right answer."""
    asked = [{(use.family, use.arguments) for use in uses if use.way == way} for way in WAYS]
    unlike = sum(len(some ^ asked[0]) for some in asked)
    calls = [use for use in uses if use.way == TOOL and call_in(use.text) == (use.family, use.arguments)]
    wrong = sum(not right(use, made_tools()) for use in calls)
    return (
        Check("Questions that were not asked in every way", unlike, 0, f"of {len(asked[0])}"),
        Check("Right calls that lead to a wrong answer", wrong, 0, f"of {len(calls)} calls, exactly"),
    )


def price_checks(make: float, large: float, small: float) -> tuple[Check, ...]:
    """At the break-even both ways cost the same."""
    count = break_even(make, large, small)
    if count == float("inf"):
        return (Check("What a question saves where the tool never pays", max(0.0, large - small), 0, "tokens"),)
    apart = abs(make + count * small - count * large)
    return (Check("Costs at the break-even, apart", apart, 8 * 2.0**-52 * max(make + count * small, 1.0), "rounding"),)


def script(page: Page) -> str:
    """A script that computes what is on screen."""
    view, family = view_of(page), family_of(page)
    if view == USER:
        return """from core.agents import WAYS, made_tools, recorded_uses, right

for way in WAYS:
    some = recorded_uses().of(way)
    print(way, sum(right(use, made_tools()) for use in some), "of", len(some))
"""
    if view == PRICE:
        make, large, small = costs(page)
        return f"""from core.agents import break_even

print(break_even({make}, {large}, {small}))
"""
    given = f"read_examples({str(page.controls.value('pairs'))!r}).examples" if family == OWN else (
        f"examples_of({family!r}, {given_of(page)}, seed=0, small=True)"
    )  # fmt: skip
    return f"""from core.agents import examples_of, make_tool, read_examples

tool = make_tool({given}, budget={BUDGET})
print(tool)
"""
