"""What the page on agents declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.agents import RECORDS, ROOMS_WORLD
from pages.agents.agents.stories import ANSWERED, OTHER_PANELS, PARAMETERS, STORIES

TOPIC = Topic(
    key="agents",
    chapter="agents",
    title="Agents",
    question="What goes wrong when a model acts?",
    icon=":material/smart_toy:",
    answers="a real model in two small worlds, act by act, with how likely each act was; success over many worlds by "
    "length, noise and examples; edit what it did or saw and run on; thoughts, plans and tools of its own; orders that "
    "hide in what it reads",
    builds_on=("tools", "reasoning"),
)

SUCCESS, PROMPT, EDIT = "Success", "Prompt", "Edit and run on"
THOUGHTS, GUARDS, PARTS = "Think, then act?", "Who guards it?", "Parts"

DEFAULTS = {
    "kind": RECORDS,
    "actor": "planner",
    "hops": 2,
    "noise": 0.0,
    "number": 1,
    "step": 1,
    "panel": "Figure",
    "silent": False,
    "examples": 2,
    "hide": False,
    "guess": "",
    **PARAMETERS,
}

PRESETS = (
    Preset(
        "Two look-ups",
        "Step through: what does it do next, and how sure is it?",
        {},
        ("step", "number"),
    ),
    Preset(
        "Guess first",
        "What will the model do? Click your guess; its probabilities appear then.",
        {"hide": True, "number": 4},
        ("step", "number", "guess"),
    ),
    Preset(
        "Rooms",
        "Another world: rooms, a key and a locked door. Count how often it tries the door.",
        {"kind": ROOMS_WORLD},
        ("step", "number"),
    ),
    Preset(
        "One example fewer",
        "The same task with one solved example instead of two.",
        {"examples": 1},
        ("step", "number"),
    ),
    Preset(
        "A tool that fails",
        "Two of five look-ups fail, and say so. Does it try again?",
        {"noise": 0.4},
        ("step", "number"),
    ),
    Preset(
        "A random actor",
        "Every act alike: how far does chance come?",
        {"actor": "random"},
        ("step", "number"),
    ),
    *STORIES,
)

PANELS: tuple[PanelWords, ...] = (*OTHER_PANELS,)

ELSEWHERE: tuple[str, ...] = tuple(panel.name for panel in PANELS)
"""The panels that stand in the main figure's place, whose controls they do not use."""

QUESTIONS: tuple[Question, ...] = (
    Question(
        "What is an agent?",
        "A loop: a model reads a task and all that has happened, chooses an act, a program carries it out, and what is "
        "observed is read with the rest before the next act. Step through one episode to see each part.",
        {},
    ),
    *ANSWERED,
)

TERMS = ("agent", "episode", "Wilson interval")

RENAMED: dict[str, dict[str, str]] = {}
