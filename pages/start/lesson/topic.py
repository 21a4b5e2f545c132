"""What the page of the visitor's lesson declares: it leads to views of other pages and has no figure of its own."""

from typing import Any

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="lesson",
    chapter="start",
    title="Lesson",
    question="What do you show in class?",
    icon=":material/playlist_play:",
    answers="the views that you have kept, in your order, with your notes, as a file and as a link",
    kind="start",
)

DEFAULTS: dict[str, Any] = {"given": "", "notes": False}
PRESETS: tuple[Preset, ...] = ()
PANELS: tuple[PanelWords, ...] = ()
QUESTIONS: tuple[Question, ...] = ()
TERMS: tuple[str, ...] = ()
RENAMED: dict[str, dict[str, str]] = {}
