"""What a head causes: the intervention, the ranking of all heads, contributions, the logit lens."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.controls import Values
from components.figures.lines import lines
from components.jobs import job_panel
from components.loading import ensure_loaded
from components.page import Page, token_chip
from core.attention import AttentionRecord, HeadEffects, HeadRanking, rank_heads
from core.checks import Check
from pages.architecture.attention import results as attention_results
from pages.architecture.attention.figures.heads import score_map
from pages.architecture.attention_depth import results as depth_results
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.panels.maps import side_by_side, without_future

Heads = depth_results.Heads


@dataclass(frozen=True, eq=False)
class Changed:
    """What is on screen: a text, and what is switched off in the model that reads it."""

    page: Page
    record: AttentionRecord
    cause: depth_results.Cause
    heads: Heads
    hidden: tuple[int, ...]
    ablation: str
    temperature: float
    layer: int
    head: int

    @property
    def what(self) -> str:
        """What is switched off, in words."""
        parts = []
        if len(self.heads) == 1:
            parts.append("layer {}, head {}".format(*self.heads[0]))
        elif self.heads:
            parts.append(f"{len(self.heads)} heads")
        parts += [f"token {place}" for place in self.hidden]
        return " and ".join(parts)


def name_of(layer: int, head: int) -> str:
    """A head's short name, as it stands in lists and links."""
    return f"L{layer}H{head}"


def head_of(name: str) -> tuple[int, int]:
    """The layer and head of a short name."""
    layer, head = name[1:].split("H")
    return int(layer), int(head)


def main_figure(shown: Changed) -> None:
    """The next token and the losses, before and after."""
    cause, page = shown.cause, shown.page
    mean = float(cause.change.mean()) if len(cause.change) else 0.0
    (first, share), after = cause.before[0], dict(cause.after)
    verb = "rises" if mean > 0 else "falls"
    title = (
        f"Without {shown.what} the loss {verb} by {abs(mean):.2f} nats; “{first}” goes from {share:.2f} to "
        f"{after.get(first, 0.0):.2f}"
        if shown.what
        else f"Nothing is switched off: “{first}” has probability {share:.2f}"
    )
    fig = figures.cause(cause.before, cause.after, cause.change, shown.record.tokens, look=page.look, title=title)
    page.plot(fig, name="cause", alt=f"Next-token probabilities and change of the loss. {title}.")


def reading(shown: Changed) -> str:
    """The live sentence: perplexity and the token that suffers most."""
    cause, look, tokens = shown.cause, shown.page.look, shown.record.tokens
    if not len(cause.change):
        return "One token has nothing before it to be predicted from."
    worst = int(cause.change.argmax())
    only = (
        " Token 0 is the only key of the first query: hidden from itself as well, its row would be undefined, so it "
        "keeps looking at itself."
        if 0 in shown.hidden
        else ""
    )
    return (
        f"The perplexity goes from <b>{np.exp(cause.loss_before.mean()):.1f}</b> to "
        f"<b>{np.exp(cause.loss_after.mean()):.1f}</b>. The loss grows most at token {worst + 1}, "
        f"{token_chip(tokens[worst + 1], look.role('key'))}, by <b>{cause.change[worst]:.2f}</b> nats.{only}"
    )


def ranking(shown: Changed) -> None:
    """All heads ablated one by one: recorded for the presets, a job for other texts."""
    record = shown.record
    effects: HeadEffects | None = depth_results.ranking_recorded(record.model, record.text, shown.ablation)
    if effects is None:
        effects = job_panel(
            rank_heads,
            HeadRanking(record.model, record.text, shown.ablation),
            start="Ablate every head once",
            cost="About half a minute for fifty tokens on one core.",
            draw_partial=lambda change: _ranked_so_far(shown, change),
        )
    if effects is not None:
        _ranked(shown, effects.loss_change)


def _ranked_so_far(shown: Changed, change: np.ndarray) -> None:
    """The ranking while it grows; heads still to come are NaN."""
    done = int(np.isfinite(change).sum())
    if not done:
        return
    layer, head = divmod(int(np.nanargmax(change)), change.shape[1])
    title = (
        f"{done} of {change.size} heads ablated; so far layer {layer}, head {head} matters most: "
        f"{change[layer, head]:+.2f} nats"
    )
    fig = score_map(change, look=shown.page.look, title=title, label="nats", layer=layer, head=head, signed=True)
    shown.page.plot(fig, name="ranking_so_far", alt=f"Change of the mean loss for each head ablated so far. {title}.")


def _ranked(shown: Changed, change: np.ndarray) -> None:
    page = shown.page
    order = np.argsort(-change, axis=None)
    heads = [divmod(int(place), change.shape[1]) for place in order]
    layer, head = heads[0]
    helpful = float((change > 0.01).mean())
    title = (
        f"Layer {layer}, head {head} matters most: {change[layer, head]:+.2f} nats; {helpful:.0%} of the heads matter"
    )
    fig = score_map(change, look=page.look, title=title, label="nats", layer=shown.layer, head=shown.head, signed=True)
    page.plot(
        fig,
        name="ranking",
        alt=f"Change of the mean loss for each ablated head. {title}.",
        on_click=lambda place: switch_off(int(place[0]), int(place[1])),
    )
    st.caption("A head matters here if the mean loss rises by more than 0.01 nats without it. Click one to ablate it.")
    with st.container(horizontal=True):
        for layer, head in [*heads[:4], heads[-1]]:
            st.button(
                f"{name_of(layer, head)}: {change[layer, head]:+.2f}",
                key=f"depth_best_{layer}_{head}",
                on_click=page.controls.set,
                args=(switch_off(layer, head),),
            )


def switch_off(layer: int, head: int) -> Values:
    """The values that ablate one head and put the other views on it."""
    return {"heads": [name_of(layer, head)], "layer": layer, "head": head}


def contribution(shown: Changed) -> None:
    """Attention beside what really arrives: the length of the weighted, projected value."""
    page, record = shown.page, shown.record
    projections = attention_results.layer_of(record.model, record.text, shown.layer)
    if projections is None:
        _offer(record.model, "The recording holds the values of its own layer only.")
        return
    weights = record.weights[shown.layer, shown.head]
    lengths = weights * projections.output_norms[shown.head]
    shares = lengths / lengths.sum(axis=-1, keepdims=True)
    gone = f"{weights[1:, 0].mean():.2f} to {shares[1:, 0].mean():.2f}" if len(weights) > 1 else "1 to 1"
    title = f"Layer {shown.layer}, head {shown.head}: the first token's share falls from {gone}"
    pair = {"attention weight": weights, "share of the contribution": shares}
    pair = {name: without_future(values, causal=record.causal) for name, values in pair.items()}
    side_by_side(page, pair, [record.tokens] * 2, name="contribution", finding=title, label="share")
    st.caption(
        "A contribution is the length of what the head adds to a token's vector: weight times the value, after the "
        "output matrix. Each row is divided by its sum, so that both maps share one scale. "
        f"The first token's value has {_relative(projections.output_norms[shown.head])} of the mean length."
    )
    _sink_by_layer(shown)


def _sink_by_layer(shown: Changed) -> None:
    """Weight and contribution of the first token by layer, where all layers are known."""
    page, record = shown.page, shown.record
    if not attention_results.is_loaded(record.model) or len(record.tokens) < 2:
        return
    weight, share = [], []
    for layer in range(record.weights.shape[0]):
        norms = attention_results.projections_of(record.model, record.text, layer).output_norms
        maps_of_layer = record.weights[layer][:, 1:]
        lengths = maps_of_layer * norms[:, None, :]
        weight.append(float(maps_of_layer[..., 0].mean()))
        share.append(float((lengths[..., 0] / lengths.sum(axis=-1)).mean()))
    series = {"attention weight": np.array(weight), "contribution": np.array(share)}
    title = f"The first token holds {np.mean(weight):.0%} of the weight and {np.mean(share):.0%} of the contribution"
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label="share of token 0")
    page.plot(fig, name="sink_by_layer", alt=title)


def _relative(norms: np.ndarray) -> str:
    return f"{norms[0] / norms[1:].mean():.0%}" if len(norms) > 1 else "all"


def lens(shown: Changed) -> None:
    """What the model would say if it stopped after each layer."""
    page, record = shown.page, shown.record
    last = len(record.tokens) - 1
    position = page.controls.slider("position", "After token", 0, last)
    if depth_results.lens_needs_model(record.model, record.text, position):
        _offer(record.model, "This token's lens is not recorded.")
        return
    found = depth_results.lens_of(record.model, record.text, position)
    settled = int(np.nonzero(found.answer_rank != 1)[0].max(initial=-1)) + 1
    title = f"“{found.answer}” leads from layer {settled} of {len(found.answer_rank) - 1} on"
    left, right = st.columns([2, 1])
    with left:
        fig = figures.lens(found.likeliest, found.shares[:, :5], look=page.look, title=title)
        page.plot(fig, name="lens", alt=f"Likeliest next tokens after each layer. {title}.")
    with right:
        title = f"The rank of “{found.answer}”"
        fig = figures.lens_rank(found.answer_rank, answer=found.answer, look=page.look, title=title)
        page.plot(fig, name="lens_rank", alt=f"{title} after each layer, from {found.answer_rank[0]} to 1.")
    st.caption(
        "The final norm and the output matrix are applied to the stream after each layer. The model was never trained "
        "to be read there, so early rows are guesses in a foreign language; row 0 is the embedding itself."
    )


def _offer(model: str, why: str) -> None:
    st.info(f"{why} Load the model to open it.")
    if st.button("Load the model", key=f"depth_load_{model}") and ensure_loaded(model):
        st.rerun()


def export_frame(shown: Changed) -> pd.DataFrame:
    """The losses on screen as a table: one line for each predicted token."""
    cause = shown.cause
    return pd.DataFrame(
        {
            "position": np.arange(1, len(shown.record.tokens)),
            "token": list(shown.record.tokens[1:]),
            "loss_before": cause.loss_before,
            "loss_after": cause.loss_after,
        }
    )


def source_functions() -> list[Any]:
    """The core functions behind the page."""
    from core.attention import contribution as lengths
    from core.attention import head_effects, intervene, logit_lens

    return [intervene, head_effects, lengths, logit_lens]


def script(shown: Changed) -> str:
    """A script that computes the intervention on screen with `core` alone."""
    record = shown.record
    return f"""from core.attention import intervene
from core.models import load_causal_lm

lm = load_causal_lm({record.model!r})
result = intervene(
    lm,
    {record.text!r},
    ablate_heads={list(shown.heads)!r},
    mask_keys={list(shown.hidden)!r},
    temperature={shown.temperature!r},
    ablation={shown.ablation!r},
)
print(result.top_before[:5])
print(result.top_after[:5])
print(result.perplexity_before, result.perplexity_after)
"""


def checks(shown: Changed) -> list[Check]:
    """Every identity that can be recomputed for what is on screen."""
    record = shown.record
    return [*shown.cause.checks, *depth_results.identities_of(record.model, record.text, shown.layer)]
