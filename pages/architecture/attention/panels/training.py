"""How heads come to differ: a small layer of attention trained from equal, from almost equal and from random heads."""

import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from core.attention import RECORDED_SEEDS, STARTS, HeadParting, PartedHeads, part_heads, recorded_parting
from core.checks import Check
from core.jobs import find, promise
from pages.architecture.attention.figures.training import looks
from pages.architecture.attention.words import parting_finding, parting_reading

TRAINING_TAKES = 2.8
"""Seconds of processor of the three runs in a fresh process, on the machine on which promises are measured."""


def head_training(page: Page) -> None:
    """The recorded runs of some seeds, or those of another one, which are trained on request."""
    words, typed = st.columns([6, 1], vertical_alignment="bottom")
    with typed:
        seed = page.controls.number("seed", "Seed", 0, 99)
    with words:
        st.markdown(
            "Four heads of one layer learn to name the token 1 back and the token 3 back. Three runs differ in the "
            "start of the heads only: equal numbers, equal numbers plus noise of size 0.001, random numbers."
        )
    if seed in RECORDED_SEEDS:
        found: PartedHeads | None = recorded_parting()
    else:
        found = job_panel(
            part_heads,
            HeadParting((seed,)),
            start="Train all three now",
            cost=f"It takes {promise(TRAINING_TAKES)} of one core, once. Below: the recorded seed {RECORDED_SEEDS[0]}.",
        )
    page.badges(Badge.RECORDED if found is None or seed in RECORDED_SEEDS else Badge.MEASURED, Badge.TOY)
    if found is None:
        _show(page, recorded_parting(), RECORDED_SEEDS[0])
    else:
        _show(page, found, seed)


def training_checks(page: Page) -> list[Check]:
    """The identities of the runs on screen."""
    seed = page.controls.value("seed")
    job = None if seed in RECORDED_SEEDS else find(part_heads, HeadParting((seed,)))
    return list((job.result() if job is not None and job.state == "finished" else recorded_parting()).checks)


def training_script(page: Page) -> str:
    """A script that trains the runs of the chosen seed, and prints the numbers of the panel."""
    return f"""from core.attention import STARTS, HeadParting, part_heads

runs = part_heads(HeadParting(({page.controls.value("seed")},)))
for place, start in enumerate(STARTS):
    print(f"{{start}}: cosine {{runs.similarity[place, 0, -1]:.2f}}, loss {{runs.final_loss[place, 0]:.2f}}")
    print(runs.looks[place, 0].round(2))
for check in runs.checks:
    print(check.name, check.error, check.bound)
"""


def _show(page: Page, found: PartedHeads, seed: int) -> None:
    place = found.params.seeds.index(seed)
    page.finding(parting_finding(found, place))
    colors = dict(zip(STARTS, ("rejected", "accepted", "mass"), strict=True))
    left, right = st.columns([1, 1])
    with left:
        fig = lines(
            dict(zip(STARTS, found.similarity[:, place], strict=True)),
            title="How alike the heads are",
            y_label="mean cosine between heads",
            look=page.look,
            x_label="update",
            colors={name: page.look.role(role) for name, role in colors.items()},
            height=300,
        )
        page.plot(fig, name="similarity", alt=f"Cosine between heads over the updates. {parting_finding(found, place)}")
    with right:
        fig = looks(found.looks[:, place], look=page.look, title=f"What each head has learned by update {_last(found)}")
        page.plot(fig, name="looks", alt="Bars: the weight of each head on the token 1 back and on the token 3 back.")
    page.note(parting_reading(found, place))


def _last(found: PartedHeads) -> int:
    return int(found.loss.shape[-1])
