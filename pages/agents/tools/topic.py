"""What the page on tools declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.tools import (
    CHAIN,
    CONDITIONS,
    DIRECT,
    INJECTED,
    LEGACY,
    MODERN,
    ONE,
    PLAIN,
    PROGRAM,
    SENTENCES,
    TWO,
    WITH_EXAMPLES,
)
from pages.agents.tools.words.names import CALLS, CHOICE, COST, FILTER, LEARNED, PROGRAMS, PROTOCOL, SUMS, TALK

TOPIC = Topic(
    key="tools",
    chapter="agents",
    title="Tools",
    question="When should a model ask for help?",
    icon=":material/build:",
    answers="the same problems answered at once, by a chain and by a program that the app runs; where bare sums go "
    "wrong; which calls Toolformer's filter keeps; a real server and client of the Model Context Protocol; "
    "which tool a small model chooses",
    builds_on=("decoding",),
)

LOOP = "total = 0\nfor i in range(1, 6):\n    total = total + i * i\nanswer = total"
ENDLESS = "n = 1\nwhile n > 0:\n    n = n + 1\nanswer = n"

DEFAULTS = {
    "kind": ONE,
    "digits": 3,
    "method": PROGRAM,
    "problem": 0,
    "own": "",
    "panel": "Figure",
    "shown": "no example",
    "length": 3,
    "exact": "31415926535897932384626 * 27182818284590452353602",
    "program": LOOP,
    "steps": 1000,
    "sentence": SENTENCES[0],
    "own_sentence": "",
    "threshold": 0.5,
    "calls_view": FILTER,
    "statement": 0,
    "view": TALK,
    "era": MODERN,
    "message": 5,
    "reply": "",
    "telling": PLAIN,
    "question": "What is 417 times 38?",
    "errs": 10,
}

PRESETS = (
    Preset(
        "By a program",
        "Click a square: what was asked, written, run and returned.",
        {},
        ("digits", "problem"),
    ),
    Preset(
        "At once", "The model has to write the answer's first digit before it has written any step.", {"method": DIRECT}
    ),
    Preset(
        "Two steps",
        "A chain writes two steps down, and still has to compute them. Does it hold?",
        {"kind": TWO, "method": CHAIN},
        ("digits", "problem"),
    ),
    Preset(
        "Bare sums",
        "No words around the numbers, only more digits: where does it break?",
        {"panel": SUMS},
        ("length", "shown", "exact"),
    ),
    Preset(
        "A loop",
        "Each line that runs shows its value; change a line.",
        {"panel": PROGRAMS},
        ("steps",),
    ),
    Preset(
        "Endless",
        "A loop without an end is stopped after as many lines as are allowed.",
        {"panel": PROGRAMS, "program": ENDLESS, "steps": 50},
    ),
    Preset(
        "Worth it?",
        "Move τ: which calls help to guess what follows?",
        {"panel": CALLS},
        ("threshold", "sentence"),
    ),
    Preset(
        "Lessons",
        "The calls that were kept are the lessons. Does the model call afterwards, and does it help?",
        {"panel": CALLS, "calls_view": LEARNED, "statement": 9},
        ("statement",),
    ),
    Preset(
        "Protocol",
        "Each line is a message; each request carries its version.",
        {"panel": PROTOCOL},
        ("message",),
    ),
    Preset(
        "Handshake",
        "The older protocol settles the version once, before anything else.",
        {"panel": PROTOCOL, "era": LEGACY, "message": 0},
        ("message",),
    ),
    Preset(
        "Which tool?",
        "The diagonal is right. Then read the other three ways of telling.",
        {"panel": CHOICE},
        ("question",),
    ),
    Preset(
        "Injected",
        "One description gives an order: is it followed?",
        {"panel": CHOICE, "telling": INJECTED},
        ("question",),
    ),
    Preset(
        "Break-even",
        "Move the error rate of the tool to where asking no longer pays.",
        {"panel": COST},
        ("errs", "digits"),
    ),
)

PANELS = (
    PanelWords(SUMS, "Sums without words by number of digits, the first wrong digit, and the exact calculator."),
    PanelWords(PROGRAMS, "A program of your own run line by line, and what became of the model's programs."),
    PanelWords(
        CALLS,
        "Calls that a model proposes within a sentence, which of them are kept, and what it learns from them.",
    ),
    PanelWords(PROTOCOL, "A real server and client of the Model Context Protocol, with every message between them."),
    PanelWords(CHOICE, "Which of three tools the model chooses for forty questions, told in four ways."),
    PanelWords(COST, "How often a tool may err, and what it costs in tokens, before another way is better."),
)

QUESTIONS = (
    Question(
        "Do models fail at arithmetic because of tokenizers?",
        "That is one factor, and not the one here: this tokenizer cuts every number into single digits, and the sums "
        "still go wrong as they get longer. The model guesses digits from left to right, while carries run from right "
        "to left; the sentence below the figure says whether sums with a carry fail more often.",
        {"panel": SUMS, "shown": CONDITIONS[1]},
    ),
    Question(
        "Why a program instead of a calculator?",
        "A program can hold several steps and names, and a reader can check each line. The model has to find the steps "
        "only; the numbers are computed exactly, however long they are.",
        {"panel": PROGRAMS},
    ),
    Question(
        "Is Toolformer trained on examples of calls?",
        "On examples that it makes itself. The model proposes calls in plain texts, and one is kept where its result "
        "lowers the loss of what follows by τ or more. No person marks anything. The paper saw no gain below 775 "
        "million parameters; the figure shows what 135 million learn where lessons and statements are of one kind.",
        {"panel": CALLS, "calls_view": LEARNED},
    ),
    Question(
        "What does the Model Context Protocol standardize?",
        "How a client learns which tools a server has, with a schema for each, how it calls one, and how progress, "
        "errors and cancellation are said. Not when to call: that is the model's choice.",
        {"panel": PROTOCOL},
    ),
    Question(
        "Do models decide by themselves when to use a tool?",
        "Large ones are trained to. The small one here has only the words of the descriptions to go by. The tables "
        "tell whether examples help it, and whether it follows an order that is hidden in a description.",
        {"panel": CHOICE, "telling": WITH_EXAMPLES},
    ),
)

TERMS = ("token", "nat", "tool call", "Model Context Protocol", "Wilson interval")

RENAMED: dict[str, dict[str, str]] = {}
