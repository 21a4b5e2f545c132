"""What the page on agents declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.agents import BOTH, FREE, MODEL, ORDER, REACT, RECORDS, ROOMS_WORLD
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

OVERS = ("look-ups", "failing look-ups", "examples", "rooms")
"""Over what successes are drawn."""

KEPT = "as it was"
FALSE = "The teacher of Frank is Maria. Frank lives in Berlin."
"""An edit that keeps the act, and a record that is not so."""

DEFAULTS = {
    "kind": RECORDS,
    "actor": MODEL,
    "hops": 2,
    "noise": 0.0,
    "number": 1,
    "step": 1,
    "panel": "Figure",
    "silent": False,
    "examples": 2,
    "hide": False,
    "guess": "",
    "over": OVERS[0],
    "unsaid": False,
    "instead": KEPT,
    "heard": "",
    "style": REACT,
    "thinking": 1,
    "added": ORDER,
    "permission": FREE,
    "trap": 1,
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
        "A locked door: how often is it tried in vain?",
        {"kind": ROOMS_WORLD, "step": 3},
        ("step", "number"),
    ),
    Preset(
        "No example",
        "The same task without a solved example in the prompt.",
        {"examples": 0},
        ("step", "number"),
    ),
    Preset(
        "Longer tasks",
        "One look-up, two, three: which line falls?",
        {"panel": SUCCESS},
    ),
    Preset(
        "A false record",
        "What is read is replaced. What does even a planner make of it?",
        {"panel": EDIT, "actor": "planner", "heard": FALSE},
        ("step", "instead", "heard"),
    ),
    Preset(
        "Think, then act?",
        "The same worlds with thoughts and without: read one that the model wrote.",
        {"panel": THOUGHTS},
        ("style", "thinking"),
    ),
    Preset(
        "An order",
        "A record ends with more than belongs there. How often does the next act change?",
        {"panel": GUARDS},
        ("added", "trap"),
    ),
    *STORIES,
)

PANELS: tuple[PanelWords, ...] = (
    PanelWords(SUCCESS, "How many worlds the model, a planner and chance get through, by length, noise and examples."),
    PanelWords(PROMPT, "The text that the model reads before the act that is shown."),
    PanelWords(EDIT, "Another act or another observation at one step, and what the actor does from there."),
    PanelWords(THOUGHTS, "The same worlds with thoughts and without, the tokens that they take, and one episode."),
    PanelWords(GUARDS, "A record that carries an order, with marking and without, and what permissions leave of it."),
    *OTHER_PANELS,
    PanelWords(PARTS, "An agent’s building blocks as one diagram; each opens the panel that shows it."),
)

ELSEWHERE: tuple[str, ...] = tuple(panel.name for panel in PANELS if panel.name not in (PROMPT, EDIT))
"""The panels that stand in the main figure's place, whose controls they do not use."""

QUESTIONS: tuple[Question, ...] = (
    Question(
        "What is an agent?",
        "A loop: a model reads a task and all that has happened, chooses an act, a program carries it out, and what is "
        "observed is read with the rest before the next act. Step through one episode to see each part.",
        {},
    ),
    Question(
        "Does a model that solves a task with two examples know how to solve it?",
        "It knows how to go on in the same way. The curve counts the same worlds with no solved example, one and two, "
        "and the first one makes almost all of the difference. On tasks that take a third look-up it fails mostly, "
        "though both examples take three as well.",
        {"panel": SUCCESS, "over": OVERS[2]},
    ),
    Question(
        "Does it help to think before acting, as in ReAct?",
        "It depends on what the thought says. Large models gain by it; the panel shows what thoughts of this small "
        "model do on the same worlds, beside right thoughts that it is given. A wrong thought is read as if it were "
        "an observation.",
        {"panel": THOUGHTS},
    ),
    Question(
        "What if what an agent reads tells it what to do?",
        "The model reads orders and records as one text. The panel counts how often a sentence behind a record changes "
        "the next act, with and without marking. What a permission forbids is not done, whatever the model prefers.",
        {"panel": GUARDS, "permission": BOTH},
    ),
    *ANSWERED,
)

TERMS = ("agent", "episode", "Wilson interval")

RENAMED: dict[str, dict[str, str]] = {}
