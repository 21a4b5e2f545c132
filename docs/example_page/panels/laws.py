"""The panels of the example page: the entropy below the law, and draws in its place."""

import numpy as np

from components.figures.lines import lines
from core.checks import Check
from pages.start.example.figures.bars import bars
from pages.start.example.law import drawn, law
from pages.start.example.main import Shown

TEMPERATURES = np.linspace(0.1, 5.0, 50)


def entropy(shown: Shown) -> None:
    """How undecided the law is, against the temperature."""
    page, values = shown.page, np.array([law(shown.name, float(t)).entropy for t in TEMPERATURES])
    title = f"The entropy goes from {values[0]:.2f} to {values[-1]:.2f} nats"
    fig = lines({"entropy": values}, look=page.look, title=title, x_label="step of T, from 0.1 to 5", y_label="nats")
    page.plot(fig, name="entropy", alt=f"Entropy of the law against the temperature. {title}.")


def _seen(shown: Shown) -> np.ndarray:
    values = shown.page.controls.values()
    return drawn(shown.law, values["draws"], values["seed"])


def draws(shown: Shown) -> None:
    """What is drawn from the law, beside it."""
    page = shown.page
    count = page.controls.slider("draws", "Draws", 10, 2000, step=10)
    page.controls.number("seed", "Seed", 0, 99)
    seen = _seen(shown) / count
    apart = float(np.abs(seen - shown.law.probs).max())
    title = f"The share of a token differs from its probability by up to {apart:.2f} in {count} draws"
    fig = bars(shown.law.probs, look=page.look, title=title, seen=seen, height=340)
    page.plot(fig, name="draws", alt=f"Probability and share of each token. {title}.")
    page.note(f"The largest difference is <b>{apart:.3f}</b>; chance explains about <b>{0.5 / np.sqrt(count):.3f}</b>.")


def draws_checks(shown: Shown) -> list[Check]:
    """Hoeffding: no share is further from its probability than chance allows, but in one of 10,000 cases."""
    count = shown.page.controls.value("draws")
    apart = float(np.abs(_seen(shown) / count - shown.law.probs).max())
    bound = float(np.sqrt(np.log(2 * len(shown.law.probs) * 1e4) / (2 * count)))
    return [Check("Draws follow the law", apart, bound, "Hoeffding's inequality, one case in 10,000")]
