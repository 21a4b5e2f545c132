"""Cross entropy: the loss of each token, and what it is made of on three words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.markdown import literally
from components.page import Badge, Page, Panel
from core.checks import Check
from core.transformer import (
    BITS_PER_NAT,
    Chain,
    ReaderRun,
    cross_entropy,
    distribution,
    divergence,
    entropy,
    expected_cross_entropy,
    perplexity,
    recorded_readers,
)
from pages.architecture.transformer.figures.losses import entropy_figure, language_figure
from pages.architecture.transformer.main import Shown
from pages.architecture.transformer.words import KNOWN_LANGUAGE, THREE_WORDS, entropy_title, language_title

DECODER = "decoder, 700 steps"
"""The recorded reader that sees the past alone."""

TEXTS, LENGTH = 200, 100
"""Texts that the exact entropy is checked on, and their symbols."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares of three words: in the data, and in the model at its temperature."""

    p: np.ndarray
    q: np.ndarray


def panel(shown: Shown) -> Panel:
    """Cross entropy in the place of the path."""
    return Panel(
        "Cross entropy",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.EXACT, *((Badge.RECORDED, Badge.TOY) if on_language(shown.page) else (shown.badge,))),
        checks=lambda: checks(shown.page),
        script=lambda: script(shown.page),
    )


def on_language(page: Page) -> bool:
    """Whether the known language is on screen, which has no use for the text of the main figure."""
    return bool(page.controls.value("loss_view") == KNOWN_LANGUAGE)


def shares_of(page: Page) -> Shares:
    """The shares on the sliders; raises ValueError where two of them exceed the whole."""
    value = page.controls.value

    def three(name: str) -> np.ndarray:
        first, second = value(f"{name}_first"), value(f"{name}_second")
        if first + second > 100:
            raise ValueError(f"{name}: {first} % and {second} % are more than the whole; move one of them down.")
        return distribution(np.array([first, second, 100 - first - second], dtype=np.float64))

    p, q = three("p"), three("q")
    # A softmax of log q over T: q to the power 1 / T, scaled back to 1; a word of share 0 keeps it.
    return Shares(p, distribution((q / q.max()) ** (1 / value("heat"))))


def draw(shown: Shown) -> None:
    """The choice of a view, and its figure."""
    page = shown.page
    first, *rest = st.columns([1.9, 1, 1, 1, 1, 1.1], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("loss_view", "View", [THREE_WORDS, KNOWN_LANGUAGE])
    if view == THREE_WORDS:
        _three_words(shown, rest)
    else:
        _known_language(page)


def _known_language(page: Page) -> None:
    """A trained decoder beside the exact entropy of its language."""
    runs = _runs()
    title = language_title(runs)
    fig = language_figure(runs, look=page.look, title=title)
    page.plot(fig, name="language", alt=f"Falling loss of a decoder with two exact entropies. {title}.")
    bounds = ", ".join(f"{run.bound:.3f}" for run in runs)
    above = ", ".join(f"{run.excess.mean():.3f}" for run in runs)
    page.note(
        f"Twelve symbols, each drawn by the last one alone: given the past its entropy is exactly "
        f"<b>{runs[0].entropies[1]:.3f}</b> nats. On the test texts of seeds "
        f"{', '.join(str(run.params.seed) for run in runs)} the best possible reader pays <b>{bounds}</b>; the decoder "
        f"ends above it by <b>{above}</b>, each ± {max(run.standard_error for run in runs):.3f}."
    )


def _runs() -> tuple[ReaderRun, ...]:
    return recorded_readers().by_name[DECODER]


def _three_words(shown: Shown, places: Sequence[st.delta_generator.DeltaGenerator]) -> None:
    """Sliders in five places, both figures, and the parts of the loss."""
    page = shown.page
    labels = {
        "p_first": "Data: first (%)",
        "p_second": "Data: second (%)",
        "q_first": "Model: first (%)",
        "q_second": "Model: second (%)",
    }
    for place, (name, label) in zip(places, labels.items(), strict=False):
        with place:
            page.controls.slider(name, label, 0, 100)
    with places[4]:
        page.controls.slider("heat", "Temperature", 0.2, 5.0, step=0.1)
    try:
        shares = shares_of(page)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    loss, own = expected_cross_entropy(shares.p, shares.q), float(entropy(shares.p))
    fault = divergence(shares.p, shares.q)
    title = entropy_title(loss, own, fault)
    fig = entropy_figure(shares.p, shares.q, shown.path, look=page.look, title=title)
    page.plot(fig, name="entropy", alt=f"Bars: shares of three words, and the loss of each token of a text. {title}.")
    page.note(_reading(shown, loss, own, fault))


def _reading(shown: Shown, loss: float, own: float, fault: float) -> str:
    losses = shown.path.loss
    text = "The text has one token, and none after it to guess."
    if len(losses):
        mean = float(losses.mean())
        text = (
            f"On the text the mean over {len(losses)} tokens is <b>{mean:.2f}</b> nats = "
            f"<b>{mean * BITS_PER_NAT:.2f}</b> bits, a perplexity of <b>{perplexity(mean):.1f}</b>."
        )
    if np.isinf(loss):
        return f"A word with share 0 in the model and more in the data costs −log 0, which is infinite. {text}"
    return (
        f"H(p, q) = H(p) + KL(p‖q): <b>{loss:.3f}</b> = <b>{own:.3f}</b> + <b>{fault:.3f}</b> nats, a perplexity of "
        f"<b>{perplexity(loss):.2f}</b>. {text}"
    )


def checks(page: Page) -> list[Check]:
    """The sum of the parts against the loss of a sample that has each word as often as p says."""
    if on_language(page):
        return _language_checks()
    try:
        shares = shares_of(page)
    except ValueError:
        return []
    counts = np.round(shares.p * 100).astype(int)
    with np.errstate(divide="ignore"):
        rows = np.broadcast_to(np.log(shares.q), (int(counts.sum()), 3))
    sample = float(cross_entropy(rows, np.repeat(np.arange(3), counts)).mean())
    parts = float(entropy(shares.p)) + divergence(shares.p, shares.q)
    error = 0.0 if sample == parts else abs(sample - parts)
    size = max(1.0, parts) if np.isfinite(parts) else 1.0
    name = "The mean loss of a hundred words drawn as p says = H(p) + KL(p‖q)"
    return [Check(name, error, 100 * ROUNDING * size, "two ways to one number, in nats")]


def _language_checks() -> list[Check]:
    """The chain's entropy against a long text of it, and each run's own checks."""
    runs = _runs()
    chain = Chain.random(runs[0].params.states, seed=runs[0].params.chain_seed)
    texts = chain.samples(TEXTS, LENGTH + 1, np.random.default_rng(0))
    losses = -np.log(chain.matrix[texts[:, :-1], texts[:, 1:]]).mean(axis=1)
    name = f"The entropy given the past = the mean loss of the chain itself on {TEXTS * LENGTH:,} symbols"
    error, bound = abs(float(losses.mean()) - runs[0].entropies[1]), 4 * float(losses.std(ddof=1)) / TEXTS**0.5
    nearest: dict[str, Check] = {}
    for check in (check for run in runs for check in run.checks):
        known = nearest.get(check.name)
        if known is None or check.error - check.bound > known.error - known.bound:
            nearest[check.name] = check
    return [Check(name, error, bound, "in nats; four standard errors"), *nearest.values()]


def script(page: Page) -> str:
    """A script that computes the loss of the three words and its parts, or trains the reader on screen."""
    if on_language(page):
        return f"""import torch

from core.transformer import ReaderParams, train_reader

torch.set_num_threads(1)
run = train_reader({_runs()[0].params!r})
print(run.loss[-1], run.bound, run.entropies)
"""
    shares = shares_of(page)
    return f"""import numpy as np

from core.transformer import divergence, entropy, expected_cross_entropy, perplexity

p, q = np.array({shares.p.tolist()!r}), np.array({shares.q.tolist()!r})
print(expected_cross_entropy(p, q), float(entropy(p)), divergence(p, q), perplexity(expected_cross_entropy(p, q)))
"""
