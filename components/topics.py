"""The pages of the app, listed once: the frame builds its navigation and the home page its cards from here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import plotly.graph_objects as go

from components.theme import Look

CHAPTERS: dict[str, str] = {
    "start": "Start",
    "architecture": "Architecture",
    "prompting": "Prompting",
    "adaptation": "Adaptation",
    "alignment": "Alignment",
    "efficiency": "Efficiency",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One page: where it stands in the course, what it asks, and how its thumbnail is drawn.

    Args:
        key: the prefix of the page's parameters in the URL, and the URL's path.
        chapter: a key of CHAPTERS.
        title: the name in the navigation.
        question: the one line that the page answers.
        icon: a Material icon of Streamlit.
        thumbnail: "module:function", which draws a small figure from a real result.
    """

    key: str
    chapter: str
    title: str
    question: str
    icon: str
    thumbnail: str

    @property
    def script(self) -> str:
        """The page's script, relative to app.py. Never directly in pages/."""
        return f"pages/{self.chapter}/{self.key}/page.py"

    def draw_thumbnail(self, look: Look) -> go.Figure:
        """The page's small figure, for its card on the home page."""
        module, function = self.thumbnail.split(":")
        drawing: Callable[[Look], go.Figure] = getattr(import_module(module), function)
        return drawing(look)


TOPICS: tuple[Topic, ...] = (
    Topic(
        key="attention",
        chapter="architecture",
        title="Attention",
        question="What does each word look at?",
        icon=":material/grid_on:",
        thumbnail="pages.architecture.attention.thumbnail:draw",
    ),
    Topic(
        key="positional_encoding",
        chapter="architecture",
        title="Positional encoding",
        question="How does a model know the order?",
        icon=":material/format_list_numbered:",
        thumbnail="pages.architecture.positional_encoding.thumbnail:draw",
    ),
    Topic(
        key="attention_depth",
        chapter="architecture",
        title="Attention in depth",
        question="Does this head matter?",
        icon=":material/content_cut:",
        thumbnail="pages.architecture.attention_depth.thumbnail:draw",
    ),
    Topic(
        key="transport",
        chapter="adaptation",
        title="Optimal transport",
        question="How is a Wasserstein distance computed?",
        icon=":material/local_shipping:",
        thumbnail="pages.adaptation.transport.thumbnail:draw",
    ),
    Topic(
        key="clip_spurious",
        chapter="prompting",
        title="CLIP and spurious features",
        question="Bird or background: what does CLIP look at?",
        icon=":material/image_search:",
        thumbnail="pages.prompting.clip_spurious.thumbnail:draw",
    ),
    Topic(
        key="decoding",
        chapter="efficiency",
        title="Decoding",
        question="How can a model write faster without writing differently?",
        icon=":material/speed:",
        thumbnail="pages.efficiency.decoding.thumbnail:draw",
    ),
    Topic(
        key="rlhf",
        chapter="alignment",
        title="Reward and preference",
        question="What does a model learn when we reward it?",
        icon=":material/thumbs_up_down:",
        thumbnail="pages.alignment.rlhf.thumbnail:draw",
    ),
)


def topic(key: str) -> Topic:
    """The topic of that key; raises KeyError for a key that is not listed."""
    return {entry.key: entry for entry in TOPICS}[key]
