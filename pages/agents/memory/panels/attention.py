"""Where it looks: how much of its attention the token before the answer gives to the needed pair, by its place."""

from typing import Any

from components.figures.heights import room
from components.page import Badge, Panel
from core.agents import ListAttention, Trial, drawn_trials, recorded_attention, shares_of
from core.checks import Check
from pages.agents.memory import findings
from pages.agents.memory.figures.attention import ELSEWHERE, attention_figure
from pages.agents.memory.main import Shown, prompt_of
from pages.agents.memory.topic import LOOKS

ABOVE = 80


def panel(shown: Shown) -> Panel:
    """The panel, on the lists that the controls of the main figure choose."""
    return Panel(
        LOOKS, lambda: draw(shown), stands="instead", badges=(Badge.RECORDED,),
        checks=lambda: checks(recorded(shown)), script=lambda: script(shown),
    )  # fmt: skip


def recorded(shown: Shown) -> ListAttention:
    """What was recorded for the lists on screen."""
    return recorded_attention(shown.format, shown.pairs)


def trial_of(one: ListAttention, number: int) -> Trial:
    """A list, as it was drawn."""
    return drawn_trials(one.curve.pairs, one.curve.trials, seed=one.curve.seed)[number]


def draw(shown: Shown) -> None:
    """The shares by place, the lines of one list, and the reading."""
    one, page = recorded(shown), shown.page
    title = findings.of_the_attention(one)
    fig = attention_figure(
        one, lines(one, shown), stop=shown.stop, number=shown.number, look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    alt = f"The needed pair’s share of the attention over its place, and the shares of the lines of a list. {title}."
    page.plot(fig, name="attention", alt=alt, on_click=clicked, roomy="broad")
    page.sentence(sentence(one, shown))


def clicked(carried: list[Any]) -> dict[str, Any]:
    """What a click on a list's point sets."""
    return {"stop": int(carried[0]) + 1, "number": int(carried[1]) + 1}


def lines(one: ListAttention, shown: Shown) -> list[tuple[str, float, str]]:
    """Each pair as it is written, the head's share on it, and its color: needed, answered instead, or neither."""
    look, at = shown.page.look, int(one.curve.positions[shown.stop])
    answered = int(one.curve.chosen[shown.stop, shown.number])
    written = prompt_of(trial_of(one, shown.number), at, shown.format)[: one.curve.pairs]
    roles = {answered: "rejected"} | {at: "accepted"}
    return [
        (text, float(share), look.role(roles.get(line, "mass")))
        for line, (text, share) in enumerate(
            zip((*written, ELSEWHERE), one.lines[shown.stop, shown.number], strict=True)
        )
    ]


def sentence(one: ListAttention, shown: Shown) -> str:
    """The place on screen in numbers, and the list that is shown."""
    listed = trial_of(one, shown.number).with_needed_at(int(one.curve.positions[shown.stop]))
    chosen = int(one.curve.chosen[shown.stop, shown.number])
    return findings.of_the_looking(one, shown.stop, shown.number, listed[chosen][1] if chosen >= 0 else "")


def checks(one: ListAttention) -> tuple[Check, ...]:
    """Rows sum to one; a share comes again from query and keys; no head gives the needed pair more."""
    row, tokens = one.row, len(one.row.lines)
    sums = float(abs(one.lines.astype(float).sum(axis=-1) - 1).max())
    again = shares_of(row, one.curve.pairs)
    apart = float(abs(again - one.lines[row.place, row.trial]).max())
    # The model's scores are off by a few units of 2**-24 of their size in single precision, and a share by half of it.
    largest = float(abs(row.scores).max())
    means = one.heads.astype(float).mean(axis=(0, 1))
    more = int((means > means[one.layer, one.head]).sum())
    return (
        Check("Shares of all lines sum to 1", sums, 4 * tokens * 2.0**-24, f"{tokens} tokens in single precision"),
        Check(
            f"Shares of list {row.trial + 1}, computed again from query and keys, differ by", apart,
            max(1e-5, 4 * 2.0**-24 * largest), f"{one.name}, scores of up to {largest:.0f}",
        ),
        Check(f"Heads that give the needed pair more than {one.name}", more, 0, f"of {means.size}, over all lists"),
    )  # fmt: skip


def script(shown: Shown) -> str:
    """A script that reads the shares on screen, and computes one row again from query and keys."""
    return f"""from core.agents import recorded_attention, shares_of

one = recorded_attention({shown.format!r}, {shown.pairs})
print(one.name, one.strongest.mean(axis=1).round(3).tolist(), "all heads", one.mean.mean(axis=1).round(3).tolist())
print(one.curve.hits.tolist(), "of", one.curve.trials)
print(one.lines[{shown.stop}, {shown.number}].round(3).tolist())
print(one.lines[one.row.place, one.row.trial].round(3).tolist(), shares_of(one.row, {shown.pairs}).round(3).tolist())
"""
