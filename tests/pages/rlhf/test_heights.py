"""The main figure of the RLHF page leaves room for its sentence, whatever the controls ask for."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice, product
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from components.figures.heights import ABOVE, GAP, rows
from components.phrases import signed
from components.theme import ENLARGED, SCREEN, TITLE_ROOM, Look, escape
from core.rlhf import recorded_run
from pages.alignment.rlhf import choices, main, tasks
from pages.alignment.rlhf.topic import DEFAULTS, PRESETS, SKY
from tests.browser_kit import Visit

DESK, PROJECTOR = Look(), Look(presenter=True)
LOOKS = pytest.mark.parametrize("look", [DESK, PROJECTOR], ids=["desk", "projector"])
ALL = pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.matrix)], ids=["some", "all"])
"""Of what the page can show, each so many takes part in the usual run."""
COMPARED = ("nothing", *choices.COMPARISONS, *choices.APART)
OTHERS: dict[str, tuple[object, ...]] = {
    "labeler": tuple(choices.LABELERS),
    "sees_length": (True, False),
    "ensemble": tuple(choices.ENSEMBLES),
    "rate": tuple(choices.RATES),
    "controller": tuple(choices.CONTROLLERS),
    **{name: values for name, (_, values) in choices.SETTINGS.items()},
}
"""The controls under More that choose another run."""


def chosen() -> Iterator[dict[str, Any]]:
    """Every choice of the controls in sight, of the seed and of what is compared; each other control by itself, and
    many of them together.
    """
    source = Random(0)
    algorithms, betas, pairs, seeds = (
        list(values) for values in (choices.ALGORITHMS, choices.BETA_NAMES, choices.PAIR_NAMES, choices.SEED_NAMES)
    )
    for algorithm, beta, count, seed in product(algorithms, betas, pairs, seeds):
        own = {"algorithm": algorithm, "beta": beta, "pairs": count, "seed": seed}
        if recorded_run(choices.params_of({**DEFAULTS, **own, "beta": beta if algorithm != "DPO" else "0.1"})):
            yield from ({**own, "compare": compare, "axis": axis} for compare in COMPARED for axis in ("step", "√KL"))
        else:
            yield own
    for name, values in OTHERS.items():
        yield from ({name: value, "beta": beta} for value in values for beta in ("0", "0.1"))
    for _ in range(300):
        drawn = {name: source.choice(values) for name, values in OTHERS.items()}
        yield {**drawn, "algorithm": source.choice(algorithms), "beta": source.choice(betas), "seed": "2"}
    yield from ({**preset.values} for preset in PRESETS if preset.values.get("task") == SKY)


def shown(look: Look, given: dict[str, Any], lead: str) -> main.Shown:
    values = {**DEFAULTS, **given}
    page = SimpleNamespace(look=look, lead=lead, controls=SimpleNamespace(values=lambda: values))
    why_not = choices.impossible(values)
    params = None if why_not else choices.params_of(values)
    choice = tasks.SkyChoice(params, why_not, values["axis"], values["compare"])
    history, nearest = tasks.wanted_or_nearest(page, choice)
    return main.Shown(page, history, len(history.kl) - 1, choice.axis, choice.compare, nearest)


@cache
def views(look: Look, each: int) -> tuple[tuple[main.Shown, str], ...]:
    """What the page can show, or each so many of it, with its title."""
    leads = {repr(sorted(preset.values.items())): f"{escape(preset.look_at)} " for preset in PRESETS}
    found = [
        shown(look, given, leads.get(repr(sorted(given.items())), "")) for given in islice(chosen(), 0, None, each)
    ]
    return tuple(
        (one, signed(main.compared(one.history, one.compare, one.axis) or main.headline(one.history))) for one in found
    )


@ALL
@LOOKS
def test_the_sentence_ends_in_sight_whatever_is_chosen(look: Look, each: int) -> None:
    size, every = (18, 27.3) if look.presenter else (16, 20.8), views(look, each)
    assert len(every) > 2000 / each
    for one, title in every:
        asked = main.height_of(one, title)
        height = round(asked * ENLARGED) if look.presenter else asked
        heading = max(24, size[1] * rows(escape(title), look, size=look.title_size))
        told = 1.45 * size[0] * rows(one.page.lead + main.reading(one), look, size=size[0])
        above = one.nearest.above if one.nearest else 0
        end = ABOVE[look.presenter] + above + heading + GAP + height - TITLE_ROOM + GAP + told
        assert end <= SCREEN + 1, (title, end)
        assert height >= 0.43 * SCREEN, "and the figure is still one that can be read"


MEASURE = """([texts, width, type, size, line]) => {
    const box = document.createElement('div')
    box.className = type
    box.style.cssText = `position:absolute; width:${width}px; font-size:${size}px; line-height:${line}px`
    document.querySelector('[data-testid=stMain]').append(box)
    return texts.map(text => { box.innerHTML = text; return Math.round(box.getBoundingClientRect().height / line) })
}"""


@ALL
@LOOKS
def test_rows_are_those_of_the_browser(server: str, visitor: Callable[..., Visit], look: Look, each: int) -> None:
    width, size = (1208, 18) if look.presenter else (1216, 16)
    titles = sorted({escape(title) for _, title in views(look, each)})
    readings = sorted({one.page.lead + main.reading(one) for one, _ in views(look, each)})
    page = visitor().open(f"{server}/rlhf{'?present=true' if look.presenter else ''}").page
    for texts, kind, of in ((titles, "finding", look.title_size), (readings, "reading", size)):
        told = [rows(text, look, size=of) for text in texts]
        seen = page.evaluate(MEASURE, [texts, width, kind, of, 24])
        assert all(there <= mine <= there + 1 for mine, there in zip(told, seen, strict=True))
        assert sum(mine > there for mine, there in zip(told, seen, strict=True)) < 0.1 * len(texts)


@pytest.mark.parametrize(
    "query",
    [
        "rlhf_panel=Over-optimization&rlhf_compare=beta&rlhf_beta=0.03",
        "rlhf_algorithm=DPO",
        "rlhf_algorithm=REINFORCE&rlhf_seed=2",
        "rlhf_algorithm=GRPO&rlhf_beta=1&rlhf_seed=2&rlhf_labeler=an+AI+that+likes+length&rlhf_sees_length=false"
        "&rlhf_ensemble=worst+of+4&rlhf_rate=0.001&rlhf_controller=10+nats&rlhf_batch=512&rlhf_epochs=8"
        "&rlhf_width=0.4&rlhf_size=32",
        "rlhf_panel=Over-optimization&rlhf_compare=penalties+on+spread",
        "rlhf_panel=When+to+stop&rlhf_algorithm=best-of-n&rlhf_uncovered=true",
        "rlhf_panel=Why+it+is+hacked&rlhf_controller=4+nats",
    ],
)
@pytest.mark.parametrize("present", ["", "&present=true"])
def test_the_sentence_ends_in_sight_in_a_browser(
    server: str, visitor: Callable[..., Visit], query: str, present: str
) -> None:
    visit = visitor().open(f"{server}/rlhf?{query}{present}")
    assert visit.beyond(800) == []
    visit.nothing_failed()
