"""What the home page declares: it leads to the pages and has no figure of its own."""

from typing import Any

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="home",
    chapter="start",
    title="Home",
    question="How do foundation models work?",
    icon=":material/home:",
    answers="which pages there are, what each asks, and where a term, a story or a question is shown",
    kind="start",
)

DEFAULTS: dict[str, Any] = {"search": ""}
PRESETS: tuple[Preset, ...] = ()
PANELS: tuple[PanelWords, ...] = ()
QUESTIONS: tuple[Question, ...] = ()
TERMS: tuple[str, ...] = ()
RENAMED: dict[str, dict[str, str]] = {}
