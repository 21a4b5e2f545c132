"""The main figure of the page on the transformer's parts: the path of a token, its reading and its exports."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.course import PANEL
from components.page import Badge, Page, token_chip
from core.transformer import TokenPath
from pages.architecture.transformer import results
from pages.architecture.transformer.figures.path import path_figure
from pages.architecture.transformer.words import INSIDE, part_name, path_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the path of one position, read at one depth."""

    page: Page
    path: TokenPath
    depth: int

    @property
    def badge(self) -> Badge:
        """Where its numbers come from."""
        return Badge.RECORDED if results.is_recorded(self.path.text) else Badge.MEASURED


def main_figure(shown: Shown) -> None:
    """What each layer says for the answer, and how much it adds to the stream; a click opens that block."""
    title = path_title(shown.path)
    fig = path_figure(shown.path, depth=shown.depth, look=shown.page.look, title=title)
    alt = (
        f"Bars of what attention and feed-forward of each layer say for the answer, and the lengths they add. {title}."
    )
    shown.page.plot(fig, name="path", alt=alt, on_click=lambda data: {"depth": int(data[0]), PANEL: INSIDE})


def reading(shown: Shown) -> str:
    """The live sentence: the guess at this depth, and how much of the answer's logit has been said."""
    path, depth = shown.path, shown.depth
    color = shown.page.look.role("key")
    likely = ", ".join(
        f"{token_chip(token, color)} {share:.0%}"
        for token, share in list(zip(path.top[depth], path.top_share[depth], strict=True))[:3]
    )
    said = float(path.parts[: 1 + 2 * depth].sum())
    return (
        f"After {token_chip(path.tokens[path.position], shown.page.look.role('query'))} at depth <b>{depth}</b> the "
        f"model would say {likely}. Up to here the parts say <b>{said:+.1f}</b> of the final logit "
        f"<b>{path.logit:.1f}</b> of {token_chip(path.answer, color)}."
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """One line for each part: its share of the logit, and the length that it adds."""
    import numpy as np
    import pandas as pd

    path = shown.path
    lengths = np.empty(len(path.parts))
    lengths[0], lengths[1::2], lengths[2::2] = path.stream[0], path.attention, path.feed_forward
    names = [part_name(place) for place in range(len(path.parts))]
    return pd.DataFrame({"part": names, "logit": path.parts, "length": lengths, "stream": path.stream})


def script(shown: Shown) -> str:
    """A script that measures the path on screen; it runs in the project's folder."""
    path = shown.path
    return f"""from core.models import load_causal_lm
from core.transformer import path

found = path(load_causal_lm({path.model!r}), {path.text!r}, position={path.position})
print(found.answer, found.logit, found.parts.sum())
print(found.top[{shown.depth}], found.top_share[{shown.depth}])
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
