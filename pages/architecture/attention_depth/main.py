"""What an intervention causes: the main figure of the page, its reading, its data and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from components.controls import Controls
from components.page import Badge, Page, token_chip
from components.screens import alive
from core.attention import Ablation, AttentionRecord
from core.checks import Check
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.words import ablated, cause_title, perplexity_in_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a text, what is switched off in the model that reads it, and the head of the panels."""

    page: Page
    record: AttentionRecord
    heads: results.Heads
    hidden: tuple[int, ...]
    ablation: Ablation
    temperature: float
    layer: int
    head: int

    @property
    def needs_model(self) -> bool:
        """Whether what the intervention causes can be shown only after the model has been loaded."""
        record = self.record
        return results.cause_needs_model(record.model, record.text, self.heads, self.hidden, self.temperature)

    @cached_property
    def cause(self) -> results.Cause:
        """What the intervention causes."""
        record = self.record
        return results.cause_of(record.model, record.text, self.heads, self.hidden, self.ablation, self.temperature)

    @property
    def source(self) -> Badge:
        """Where the numbers of this text come from."""
        return Badge.MEASURED if results.is_loaded(self.record.model) else Badge.RECORDED

    @property
    def what(self) -> str:
        """What is switched off, in words."""
        parts = []
        if len(self.heads) == 1:
            parts.append("layer {}, head {}".format(*self.heads[0]))
        elif self.heads:
            parts.append(f"{len(self.heads)} heads")
        if self.heads and self.ablation == "mean":
            parts[-1] += " (set to its mean)" if len(self.heads) == 1 else " (set to their means)"
        parts += [f"token {place}" for place in self.hidden]
        return " and ".join(parts)


def choose_model(controls: Controls) -> str:
    """The list of the models that predict a next token."""
    names = results.models()
    return str(controls.select("model", "Model", names, on_change=attention_results.ask_for_the_last_token))


def keep_a_choice(controls: Controls) -> None:
    """Writes "none" where the last head was taken away, and takes it out where a head was chosen. A callback."""
    controls.set({"heads": ablated(controls.value("heads"))})


def main_figure(shown: Shown) -> None:
    """The next token and the losses, before and after."""
    cause, page = shown.cause, shown.page
    title = cause_title(shown.what, shown.temperature, cause.effect, cause.likely[0])
    fig = figures.cause(cause.likely, cause.change, shown.record.tokens, look=page.look, title=title)
    page.plot(fig, name="cause", alt=f"Next-token probabilities and change of the loss. {title}.", roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: perplexity, each cause apart, and the token that suffers most."""
    cause, look, tokens = shown.cause, shown.page.look, shown.record.tokens
    if not len(cause.change):
        return "One token has nothing before it to be predicted from."
    before, after, switched, heated = (
        f"<b>{perplexity_in_words(float(loss.mean(dtype=np.float64)))}</b>"
        for loss in (cause.loss_before, cause.loss_after, cause.loss_switched, cause.loss_heated)
    )
    hot = shown.temperature != 1
    if not shown.what and not hot:
        return f"The perplexity of the text is {before}." + alive(" Choose a head to ablate or a token to hide.")
    apart = f" (at temperature 1: {switched}; at this temperature with nothing switched off: {heated})"
    worst = int(cause.change.argmax())
    only = (
        " Token 0 is the only key of the first query: hidden from itself as well, its row would be undefined, so it "
        "keeps looking at itself."
        if 0 in shown.hidden
        else ""
    )
    most = (
        f"The loss grows most at token {worst + 1}, {token_chip(tokens[worst + 1], look.role('key'))}, by "
        f"<b>{cause.change[worst]:.2f}</b> nats."
        if cause.change[worst] >= 0.005
        else "At no token does the loss grow by more than <b>0.005</b> nats."
    )
    return f"The perplexity goes from {before} to {after}{apart if shown.what and hot else ''}. {most}{only}"


def checks(shown: Shown) -> list[Check]:
    """Every identity that can be recomputed for the intervention on screen."""
    record = shown.record
    return [*shown.cause.checks, *results.identities_of(record.model, record.text, shown.layer)]


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The losses on screen as a table: one line for each predicted token."""
    import pandas as pd

    cause = shown.cause
    return pd.DataFrame(
        {
            "position": np.arange(1, len(shown.record.tokens)),
            "token": list(shown.record.tokens[1:]),
            "loss_before": cause.loss_before,
            "loss_after": cause.loss_after,
            "loss_switched_off": cause.loss_switched,
            "loss_at_temperature": cause.loss_heated,
        }
    )


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.attention import contribution, head_effects, intervene, logit_lens

    return [intervene, head_effects, contribution, logit_lens]


def script(shown: Shown) -> str:
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
for token in result.likely:
    print(token.piece, token.before, token.after)
print("perplexity", result.perplexity_before, result.perplexity_after)
losses = result.loss_switched, result.loss_heated, result.loss_after
print("change of the loss", *(float(loss.mean() - result.loss_before.mean()) for loss in losses))
"""
