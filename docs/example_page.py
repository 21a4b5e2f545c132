"""A whole page in forty lines: what a temperature does to a distribution. A start for a page of your own."""

import numpy as np
import pandas as pd

from components.figures.lines import lines
from components.page import Badge, Equation, Page, Preset, Question
from core.checks import Check

LOGITS = np.array([3.0, 2.0, 1.0, 0.0, -1.0])


def tempered(temperature: float) -> np.ndarray:
    """softmax(z / T). In a page of your own this stands in core."""
    weights = np.exp((LOGITS - LOGITS.max()) / temperature)
    return weights / weights.sum()


page = Page(
    "example",
    defaults={"temperature": 1.0},
    presets=[
        Preset("As trained", "At a temperature of 1 nothing is changed.", {"temperature": 1.0}),
        Preset("Nearly greedy", "Almost all is given to the likeliest token.", {"temperature": 0.2}),
    ],
)
page.header()
temperature = page.controls.slider("temperature", "Temperature T", 0.1, 5.0, step=0.1)
probs = tempered(temperature)
page.badges(Badge.EXACT)
title = f"The likeliest token gets {probs[0]:.0%}"
fig = lines({"probability": probs}, look=page.look, title=title, x_label="token", y_label="probability")
page.plot(fig, name="law", alt=f"Probabilities of five tokens. {title}.")
page.sentence(f"At T = <b>{temperature:.1f}</b> the likeliest token gets <b>{probs[0]:.2f}</b>.")
page.checks([Check("Probabilities sum to 1", abs(float(probs.sum()) - 1.0), 1e-12)])
page.questions([Question("Does a temperature change the order?", "No: it scales all differences alike.")])
page.mathematics([Equation(r"p_i = e^{z_i / T} / \sum_j e^{z_j / T}", {"z": "logits", "T": "temperature"})])
page.exports(data=lambda: pd.DataFrame({"probability": probs}), script="from core import ...")
