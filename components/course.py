"""The course: its chapters and pages in their order, and what each page declares about itself.

A page declares itself in `pages/<chapter>/<key>/topic.py`: TOPIC, DEFAULTS, PRESETS, PANELS, QUESTIONS, TERMS and
RENAMED. Navigation, home, search, README, lessons and the tests of every page iterate what stands there. Its lesson
lies beside it in `lesson.py`, which is read only where lessons are. No streamlit and no plotly here, so that they can
be read in a moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from core.lessons import Guess

Values = Mapping[str, Any]

PANEL = "panel"
"""The parameter that holds a page's open panel."""

FIGURE = "Figure"
"""The panel that is none: the main figure alone."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the course: its name, and its accent on light and on dark paper."""

    name: str
    light: str
    dark: str


CHAPTERS: dict[str, Chapter] = {
    "start": Chapter("Start", "#4A5361", "#B4BCC8"),
    "foundations": Chapter("Foundations", "#5A5F14", "#C3CB5A"),
    "architecture": Chapter("Architecture", "#0072B2", "#56B4E9"),
    "prompting": Chapter("Prompting", "#00795A", "#3CC8A0"),
    "adaptation": Chapter("Adaptation", "#9A5B00", "#E69F00"),
    "alignment": Chapter("Alignment", "#94477A", "#E39AC4"),
    "efficiency": Chapter("Efficiency", "#B34700", "#FF9460"),
    "agents": Chapter("Agents", "#6A4FA3", "#B9A4EC"),
}
"""The chapters in the order of the notes. One without pages is not shown."""

COURSE: tuple[str, ...] = (
    "start/home",
    "start/lesson",
    "foundations/learning",
    "foundations/networks",
    "foundations/convolution",
    "foundations/representations",
    "architecture/attention",
    "architecture/positional_encoding",
    "architecture/attention_depth",
    "architecture/transformer",
    "architecture/model_families",
    "architecture/state_space",
    "prompting/prompts",
    "prompting/searching_prompts",
    "prompting/reasoning",
    "prompting/clip_spurious",
    "adaptation/fine_tuning",
    "adaptation/adapters",
    "adaptation/transport",
    "alignment/rlhf",
    "efficiency/decoding",
    "agents/tools",
    "agents/agents",
    "agents/memory",
)
"""The pages in the order of the course, each by its folder below `pages`."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One page: where it stands in the course, what it asks, and what it answers.

    Args:
        key: the prefix of the page's parameters in the URL, the URL's path, and the name of its folder.
        chapter: a key of CHAPTERS.
        title: the name in the navigation.
        question: the one line that the page answers.
        icon: a Material icon of Streamlit.
        answers: what the page lets a visitor find out, in a sentence without a full stop.
        builds_on: keys of the pages that should be known before.
        kind: "topic" for a page of the course, "start" for one that leads there.
    """

    key: str
    chapter: str
    title: str
    question: str
    icon: str
    answers: str = ""
    builds_on: tuple[str, ...] = ()
    kind: Literal["topic", "start"] = "topic"

    @property
    def folder(self) -> str:
        """The page's folder, relative to app.py."""
        return f"pages/{self.chapter}/{self.key}"

    @property
    def told(self) -> str:
        """What the page answers, as a sentence."""
        return f"{self.answers[:1].upper()}{self.answers[1:]}." if self.answers else ""

    @property
    def script(self) -> str:
        """The page's script, relative to app.py. Never directly in pages/."""
        return f"{self.folder}/page.py"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named story: values of parameters, and one sentence that says what to look at.

    Every parameter that it does not name has its default in it. The sentence stands only while all of them do.

    Args:
        name: what its pill says.
        look_at: the sentence.
        values: the parameters that differ from their defaults, or that the story is about.
        free: parameters that the story invites the visitor to move; the sentence stays while they move.
        unless: values of free parameters at which it does not stay, as there is nothing to see with them yet.
    """

    name: str
    look_at: str
    values: Values
    free: tuple[str, ...] = ()
    unless: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PanelWords:
    """A panel by its name, and what it shows in a sentence; `Panel` of the kit is what draws it.

    Args:
        name: what its pill says.
        shows: the sentence.
        under: the values under which the page offers it, where it does not always.
    """

    name: str
    shows: str
    under: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """An open question of the notes, its answer, and the values that set the figure to show it."""

    asked: str
    answer: str
    show: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """A few minutes of a page's lesson.

    Args:
        until: the minute at which it ends; it begins where the one before ends, the first at 0.
        step: what the lecturer calls it: as a rule the name of the preset or the panel that is shown.
        ask: what the class is asked before.
        settles: what is then seen.
        shows: the presets and panels by name, where `step` is not the name of one.
        guess: how the class answers what it is asked; None leaves it to a show of hands. Where it gives no reason,
            `settles` is the reason.
    """

    until: int
    step: str
    ask: str
    settles: str
    shows: tuple[str, ...] = ()
    guess: Guess | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The lesson of fifty minutes that a page declares in its lesson.py.

    Args:
        stages: in their order.
        asked: what the lesson asks, where the page's question is too long beside its title.
    """

    stages: tuple[Stage, ...]
    asked: str = ""

    def timed(self) -> tuple[tuple[int, Stage], ...]:
        """Each stage after the minute at which it begins."""
        starts = (0, *(stage.until for stage in self.stages))
        return tuple(zip(starts, self.stages, strict=False))


@dataclass(frozen=True, slots=True)
class Sought:
    """What a page is to open with, and the part of it that is to be in sight: its top, a panel, or the questions."""

    view: Values
    part: Literal["top", "panel", "questions"] = "top"


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that a page's topic.py declares.

    Args:
        defaults: every parameter of the page, without its prefix, with the value it has in a link that lacks it.
        terms: names of the glossary that the page shows.
        renamed: parameter -> {old word: new word}, for links made before a panel or an option was renamed.
    """

    topic: Topic
    defaults: Values
    presets: tuple[Preset, ...]
    panels: tuple[PanelWords, ...]
    questions: tuple[Question, ...]
    terms: tuple[str, ...]
    renamed: Mapping[str, Mapping[str, str]]


@cache
def declared(place: str) -> Declared:
    """What the page in the folder `place` ("architecture/attention") declares; raises ImportError where none is."""
    module = import_module(f"pages.{place.replace('/', '.')}.topic")
    return Declared(
        topic=module.TOPIC,
        defaults=module.DEFAULTS,
        presets=tuple(module.PRESETS),
        panels=tuple(module.PANELS),
        questions=tuple(module.QUESTIONS),
        terms=tuple(module.TERMS),
        renamed=module.RENAMED,
    )


def pages() -> tuple[Declared, ...]:
    """Every page of COURSE in its order, the home page included."""
    return tuple(declared(place) for place in COURSE)


def topics() -> tuple[Topic, ...]:
    """The topics of the course in their order, without the pages that only lead there."""
    return tuple(page.topic for page in pages() if page.topic.kind == "topic")


def topics_by_key() -> dict[str, Topic]:
    """The topics of the course by their keys, in their order."""
    return {topic.key: topic for topic in topics()}


def declared_by(topic: Topic) -> Declared:
    """What the page of this topic declares."""
    return declared(f"{topic.chapter}/{topic.key}")


@cache
def outline_of(topic: Topic) -> Outline:
    """The lesson that the page of this topic declares; raises ImportError where it has none."""
    outline: Outline = import_module(f"{topic.folder.replace('/', '.')}.lesson").LESSON
    return outline


def following(topic: Topic) -> Topic | None:
    """The next topic of the course; None after the last."""
    order = topics()
    place = order.index(topic) + 1
    return order[place] if place < len(order) else None


def pending(topic: Topic) -> str:
    """Where the session keeps the `Sought` with which the topic's page is to open."""
    return f"_{topic.key}_pending"


def folders(root: Path) -> tuple[str, ...]:
    """The pages that lie in `root`/pages, as COURSE names them, sorted."""
    return tuple(sorted(path.parent.relative_to(root / "pages").as_posix() for path in root.glob("pages/*/*/page.py")))
