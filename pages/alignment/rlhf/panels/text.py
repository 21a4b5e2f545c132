"""The panel with best-of-n on recorded answers of a language model."""

from html import escape

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from components.phrases import signed
from core.checks import Check
from core.rlhf import (
    Answers,
    best_of_n_divergence,
    best_of_n_kl,
    best_of_n_weights,
    new_bests,
    recorded_answers,
)
from pages.alignment.rlhf import results
from pages.alignment.rlhf.words.learning import judged_claim

JUDGES = {"like length": "Raters who like length", "fair": "Fair raters"}
"""Whose rewards choose, in the order of the recorded heads."""


def real_text(page: Page) -> None:
    """Slide n, and read what is chosen by raters who like length, and by fair ones."""
    answers = recorded_answers()
    one, two = st.columns(2)
    with one:
        asked = page.controls.select("prompt", "Prompt", list(answers.prompts))
    with two:
        count = _count(page, answers.tokens.shape[1])
    place = answers.prompts.index(asked)
    left, right = st.columns(2)
    with left:
        _length(page, count)
        _divergence(page, answers, place, count)
    with right:
        _relevance(page, count)
        for judge, rewards in zip(JUDGES, (answers.biased, answers.fair), strict=True):
            page.note(_chosen(answers, judge, rewards[place], place, count))
    page.note(_reading(answers, count))


def text_checks(page: Page) -> list[Check]:
    """The weights of the subsets, and the divergence against its formula, for the prompt and n on screen."""
    answers, count = recorded_answers(), page.controls.value("n")
    place = answers.prompts.index(page.controls.value("prompt"))
    total = float(abs(best_of_n_weights(answers.biased[place], count).sum() - 1))
    kl = best_of_n_divergence(answers.biased[place], answers.atoms(place), count)
    return [
        Check("The weights of all subsets sum to 1", total, 1e-9),
        Check("KL stays under log n − (n − 1)/n", max(0.0, kl - best_of_n_kl(count)), 1e-9),
    ]


def _count(page: Page, recorded: int) -> int:
    """n on its slider; a link may ask for more answers than there are."""
    wanted = page.controls.value("n")
    if wanted > recorded:
        st.info(f"{recorded} answers to each prompt were recorded, so n = {wanted} is out of reach.")
        page.controls.set({"n": recorded})
    return int(page.controls.slider("n", "n, answers to choose from", 1, recorded))


def _length(page: Page, count: int) -> None:
    expected = {judge: results.best_of_n_table(judge)[0].mean(0) for judge in JUDGES}
    liked, fair = (results.best_of_n_table(judge)[0][:, count - 1] for judge in JUDGES)
    start = next(iter(expected.values()))[0]
    title = f"Best of {count}: {judged_claim(liked, fair, 'tokens', 1)}; one answer has {start:.1f}"
    _against_n(page, expected, count, name="text_length", title=title, y_label="length (tokens)")


def _relevance(page: Page, count: int) -> None:
    expected = {judge: results.best_of_n_table(judge)[1].mean(0) for judge in JUDGES}
    liked, fair = (results.best_of_n_table(judge)[1][:, count - 1] for judge in JUDGES)
    title = f"Best of {count}: {judged_claim(liked, fair, 'of relevance', 2)}"
    _against_n(page, expected, count, name="text_relevance", title=title, y_label="cosine to the prompt")


def _divergence(page: Page, answers: Answers, place: int, count: int) -> None:
    """Draws the exact KL beside its bound."""
    rewards, atoms = answers.biased[place], answers.atoms(place)
    every = np.arange(1, len(rewards) + 1)
    exact = np.array([best_of_n_divergence(rewards, atoms, int(n)) for n in every])
    kl, bound = float(exact[count - 1]), float(best_of_n_kl(count))
    title = f"KL at n = {count}: {kl:.3f} nats, at most {bound:.3f} by log n − (n − 1)/n"
    curves = {"bound": np.asarray(best_of_n_kl(every)), "exact": exact}
    colors = {"exact": page.look.role("kl"), "bound": page.look.quiet}
    _against_n(page, curves, count, name="text_kl", title=title, y_label="KL (nats)", colors=colors)


def _against_n(
    page: Page,
    curves: dict[str, np.ndarray],
    count: int,
    *,
    name: str,
    title: str,
    y_label: str,
    colors: dict[str, str] | None = None,
) -> None:
    """Curves over n, with a line at the n that was chosen."""
    every = np.arange(1, len(next(iter(curves.values()))) + 1)
    colors = colors or dict(zip(curves, (page.look.role("proxy"), page.look.role("gold")), strict=True))
    fig = lines(
        curves,
        look=page.look,
        title=title,
        x_label="n, answers to choose from",
        y_label=y_label,
        x=every,
        colors=colors,
        height=240,
    )
    fig.add_vline(count, line={"color": page.look.quiet, "dash": "dot", "width": 1})
    page.plot(fig, name=name, alt=f"{y_label} against n. {title}.")


def _chosen(answers: Answers, judge: str, rewards: np.ndarray, place: int, count: int) -> str:
    """The best of the first n answers, and how long those were that were best before it."""
    bests = new_bests(rewards[:count])
    sample = bests[-1]
    text = escape(answers.texts[place][sample]) or "(nothing)"
    end = f" … cut after {answers.longest} tokens" if answers.cut[place, sample] else ""
    lengths = " → ".join(f"{answers.tokens[place, best]}" for best in bests)
    said = signed(
        f"{JUDGES[judge]} choose number <b>{sample + 1}</b> of {count}, of <b>{answers.tokens[place, sample]}</b> "
        f"tokens (the best so far: {lengths}), reward <b>{rewards[sample]:+.2f}</b>, log-probability "
        f"<b>{answers.log_probability[place, sample]:.0f}</b> nats:"
    )
    return f"{said}<ul><li>{text}{end}</li></ul>"


def _reading(answers: Answers, count: int) -> str:
    lengths = _centered(answers.tokens.astype(float))
    told = []
    for judge, rewards, right, ceiling in zip(
        JUDGES, (answers.biased, answers.fair), answers.accuracy, answers.ceiling, strict=True
    ):
        correlation = np.corrcoef(_centered(rewards), lengths)[0, 1]
        logs = results.best_of_n_table(judge)[2].mean(0)
        told.append(
            signed(
                f"“{judge}”: right on <b>{right:.0%}</b> of labels, where knowing the raters' minds gives "
                f"<b>{ceiling:.0%}</b>; correlation with length <b>{correlation:+.2f}</b>; log-probability of the "
                f"chosen from <b>{logs[0]:.0f}</b> at n = 1 to <b>{logs[count - 1]:.0f}</b> nats at n = {count}"
            )
        )
    return (
        f"{answers.model} was asked with “{answers.manner}” behind each prompt. Raters who like length value one "
        f"spread of it like {answers.bias:g} of relevance; fair ones value relevance alone. Each reward is a linear "
        "head on sentence vectors, fitted to labels on other answers; it never sees the length. "
        f"{'. '.join(told)}. Curves are exact expectations over all subsets of {answers.tokens.shape[1]} answers, mean "
        f"of {len(answers.prompts)} prompts, with the standard error behind ±; the texts are one draw. The KL is exact "
        "for n draws from the recorded answers to this prompt; it reaches the formula only where no two draws can be "
        "alike."
    )


def _centered(values: np.ndarray) -> np.ndarray:
    """Without each prompt's mean, as one row."""
    return np.ravel(values - values.mean(1, keepdims=True))
