"""What all heads together make of a text: the sink, the loss, the meaning of a word, the rollout."""

import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, token_chip
from core.attention import copies_of, gram_check, rollout_check
from core.checks import Check
from core.models import is_loaded
from pages.architecture.attention import results
from pages.architecture.attention.figures.maps import heat_map
from pages.architecture.attention.figures.rows import token_losses
from pages.architecture.attention.main import Shown
from pages.architecture.attention.panels.clicks import click_caption, opened
from pages.architecture.attention.panels.rollouts import ROLLOUT
from pages.architecture.attention.words import loss_finding, meanings_finding, meanings_reading, pairs_of, sink_reading

LABELS = {"word": "Word", "sentence_1": "Sentence 1", "sentence_2": "Sentence 2", "sentence_3": "Sentence 3"}
"""The inputs of the comparison, by their parameters."""


def sink(shown: Shown) -> None:
    """Why some tokens collect mass, with a switch that hides the first."""
    page, record = shown.page, shown.record
    if len(record.tokens) < 2:
        st.info("A text of one token has nothing else to look at: a sink needs at least two.")
        return
    first, share = record.tokens[0], shown.scores.sink
    series = {"weight on the first token" if record.causal else first: share.mean(axis=1)}
    if not record.causal:
        series[record.tokens[-1]] = record.weights[:, :, 1:, -1].mean(axis=(1, 2))
    title = f"In {(share > 0.5).mean():.0%} of the heads “{first}”, the first token, takes more than half of the weight"
    label = "mean weight on token 0" if record.causal else "mean weight on the mark"
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label=label)
    page.plot(fig, name="sink", alt=f"Mean attention weight on the first token by layer. {title}.")
    st.button(
        "Show the first token again" if shown.hide_sink else "Hide the first token in the map",
        on_click=page.controls.set,
        args=({"hide_sink": not shown.hide_sink},),
    )
    page.note(sink_reading(record, share, results.layer_of(record.model, record.text, shown.layer)))


def surprise(shown: Shown) -> None:
    """The loss at each token: the visible proof of induction in a repeated text."""
    page, record = shown.page, shown.record
    if record.loss is None or not len(record.loss):
        st.info("Only a causal model with at least two tokens has a next token to be surprised by.")
        return
    copies = copies_of(record.token_ids.tolist())
    title = loss_finding(record.loss, copies)
    fig = token_losses(record.loss, record.tokens, look=page.look, title=title, copies=copies)
    page.plot(fig, name="loss", alt=f"Loss at each token in nats. {title}.")
    if copies:
        st.caption("Pale: the word with which the second copy begins. Nothing announces it; it is in neither mean.")
    if record.top_next:
        chips = ", ".join(f"{token_chip(t, page.look.ink)} <b>{p:.2f}</b>" for t, p in record.top_next[:5])
        page.note(f"Next, the model expects {chips}.")


def meanings_checks(page: Page) -> list[Check]:
    """Whether the cosines on screen can be those of vectors; none where there are no cosines."""
    word, *sentences = (page.controls.value(name) for name in LABELS)
    if not results.meanings_recorded(tuple(sentences), word) and not is_loaded("minilm-l6"):
        return []
    try:
        return [gram_check(results.meanings_of("minilm-l6", tuple(sentences), word).cosine)]
    except ValueError:
        return []


def meanings(page: Page) -> None:
    """The same word in three sentences: how far apart its vectors are, layer by layer."""
    columns = st.columns([1, 3, 3, 3])
    typed = []
    for column, (name, label) in zip(columns, LABELS.items(), strict=True):
        with column:
            typed.append(page.controls.text(name, label))
    word, sentences = typed[0], tuple(typed[1:])
    recorded = results.meanings_recorded(sentences, word)
    page.badges(Badge.RECORDED if recorded else Badge.MEASURED)
    if not recorded and not ensure_loaded("minilm-l6"):
        return
    try:
        found = results.meanings_of("minilm-l6", sentences, word)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    title = meanings_finding(word, found.cosine)
    fig = lines(pairs_of(found.cosine), look=page.look, title=title, x_label="layer", y_label="cosine")
    page.plot(fig, name="meanings", alt=f"Cosine between the word's vectors by layer. {title}.")
    page.note(meanings_reading(found.cosine))


def meanings_script(page: Page) -> str:
    """A script that computes the cosines on screen, and prints those of the last layer."""
    word, *sentences = (page.controls.value(name) for name in LABELS)
    return f"""from core.attention import word_similarity
from core.models import load_encoder

found = word_similarity(load_encoder("minilm-l6"), {tuple(sentences)!r}, {word!r})
for one, other in ((0, 1), (0, 2), (1, 2)):
    print(f"sentences {{one + 1}} and {{other + 1}}: {{found.cosine[-1, one, other]:.2f}}")
print(found.cosine[:, 0, 1:], found.cosine[:, 1, 2])
"""


def flow(shown: Shown) -> None:
    """Attention rollout over all layers."""
    page, record = shown.page, shown.record
    rolled = results.flow_of(record.model, record.text).rolled
    share = float(rolled[-1, 0])
    title = f"Rollout: the last token draws {share:.2f} of itself from the first"
    fig = heat_map(
        rolled,
        record.tokens,
        look=page.look,
        title=title,
        causal=record.causal,
        query=len(rolled) - 1,
        label="share",
        root=shown.root,
        height=room(page.look, 80),
    )
    page.plot(
        fig,
        name="rollout",
        alt=f"Heat map of attention rollout, its last row as bars. {title}.",
        roomy=True,
        on_click=lambda at: opened(at[0], at[1], ROLLOUT),
    )
    first = token_chip(record.tokens[0], page.look.role("key"))
    collapse = (
        f" On a causal model rollout collapses: <b>{share:.1%}</b> of the last row lies on the first token. Each "
        "layer's sink multiplies with the next, so this picture says nothing about what matters."
    )
    collapsed = record.causal and len(record.tokens) > 1 and share > 0.5
    page.note(
        f"The last token draws <b>{share:.2f}</b> of itself from {first}, the first.{collapse if collapsed else ''}"
    )
    st.caption(
        f"A cell here is summed over all ways through the layers. {click_caption(len(record.tokens), what='cell')}"
    )


def flow_checks(shown: Shown) -> list[Check]:
    """The rollout's last row, found on another way."""
    record = shown.record
    return [rollout_check(record.weights, results.flow_of(record.model, record.text).rolled)]


def flow_script(shown: Shown) -> str:
    """A script that computes the rollout on screen, and prints the number of its title."""
    record = shown.record
    loader = "load_causal_lm" if record.causal else "load_encoder"
    return f"""from core.attention import rollout, rollout_check, trace
from core.models import {loader}

run = trace({loader}({record.model!r}), {record.text!r})
rolled = rollout(run.weights)
print(f"the last token draws {{rolled[-1, 0]:.2f}} of itself from the first")
print(rollout_check(run.weights, rolled))
"""
