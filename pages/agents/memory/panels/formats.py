"""What helps: six ways of writing the same lists, at every place, each against what it is built on."""

from components.figures.heights import room
from components.page import Badge, Page, Panel
from components.phrases import span
from core.agents import BASES, FORMATS, HEADED, NUMBERED, PLAIN, TWICE, RetrievalCurve, recorded_curve
from core.checks import Check
from core.numbers import mean_interval
from pages.agents.memory import findings
from pages.agents.memory.figures.formats import formats_figure
from pages.agents.memory.main import LENGTHS
from pages.agents.memory.topic import HELPS

PAIRS = 10
FIRST = (NUMBERED, PLAIN, HEADED, TWICE)
"""Formats of which it is told what the first place brings."""
ABOVE = 96
"""Pixels of the main figure's room that the way back and the sentence take."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        HELPS, lambda: draw(page), stands="instead", badges=(Badge.RECORDED,), checks=lambda: checks(curves()),
        script=script,
    )  # fmt: skip


def curves() -> list[RetrievalCurve]:
    """The curves of every format on the same lists."""
    return [recorded_curve(format, PAIRS) for format in FORMATS]


def built(every: list[RetrievalCurve]) -> list[tuple[RetrievalCurve, RetrievalCurve]]:
    """Each format that is built on another one, behind that one."""
    by_format = {one.format: one for one in every}
    return [(by_format[base], by_format[format]) for format, base in BASES.items()]


def gains(every: list[RetrievalCurve]) -> dict[str, tuple[float, float, float]]:
    """What each format gains on its base, with the interval over lists."""
    return {other.format: findings.gain(base, other) for base, other in built(every)}


def draw(page: Page) -> None:
    """The table, the means, and what fewer pairs do."""
    every = curves()
    found = gains(every)
    title = findings.of_the_formats(found)
    fig = formats_figure(every, found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="formats", alt=f"Shares found by format and place, with means. {title}.", roomy=True)
    page.sentence(
        f"Gains: numbers and headings against plain, asked twice against in words once, on the same {every[0].trials} "
        f"lists. {findings.of_places(built(every))} {findings.of_first([one for one in every if one.format in FIRST])} "
        f"{lengths()}"
    )


def lengths() -> str:
    """What fewer pairs do, with numbers and their intervals over lists."""
    curves = [recorded_curve(NUMBERED, pairs) for pairs in LENGTHS]
    shares = [
        f"{one.pairs} pairs <b>{one.shares.mean():.0%}</b> ({span(mean_interval(findings.by_list(one)))})"
        for one in curves
    ]
    return f"Fewer pairs, numbered, over the measured places: {', '.join(shares)}."


def checks(every: list[RetrievalCurve]) -> tuple[Check, ...]:
    """The mean of a table's row is the mean over the lists, and each gain the difference of two means."""
    by_format = {one.format: one for one in every}
    rows = max(abs(float(findings.by_list(one).mean()) - float(one.shares.mean())) for one in every)
    apart = max(
        abs(gain - float(by_format[format].shares.mean() - by_format[BASES[format]].shares.mean()))
        for format, (gain, _, _) in gains(every).items()
    )
    bound = 8 * 2.0**-52
    return (
        Check("Means over lists and over places differ by", rows, bound, "rounding of two means"),
        Check("Gains and differences of two means differ by", apart, bound, "rounding of two means"),
    )


def script() -> str:
    """A script that computes the means and gains on screen."""
    return f"""from core.agents import BASES, FORMATS, recorded_curve
from core.numbers import mean_interval

curves = {{format: recorded_curve(format, {PAIRS}) for format in FORMATS}}
for format, curve in curves.items():
    print(format, curve.hits.tolist(), curve.shares.mean())
for format, base in BASES.items():
    differences = curves[format].found.mean(axis=0) - curves[base].found.mean(axis=0)
    print(format, "minus", base, differences.mean(), mean_interval(differences))
"""
