"""What the panels on noise, plans and made tools declare: parameters, stories, and questions they answer."""

from components.course import PanelWords, Preset, Question
from pages.agents.agents.names import (
    A_STAR,
    CALLS,
    MAKE,
    MAKER,
    NOISE,
    PLAN,
    PRICE,
    PROPOSED,
    SEARCH,
    STRAIGHT,
    USER,
)

MAP = """hall - kitchen
hall - library
kitchen - garden
library - garden
library # cellar
key: garden
from: hall
to: cellar"""

PAIRS = """2, 3 = 11
4, 1 = 9
5, 5 = 30
7, 2 = ?"""

PARAMETERS = {
    "noise_view": CALLS,
    "fails": 10,
    "calls": 10,
    "retries": 2,
    "alarms": 10,
    "misses": 30,
    "paid": 15,
    "plan_view": SEARCH,
    "search": A_STAR,
    "ahead": STRAIGHT,
    "weight": 1.0,
    "house": 1,
    "rooms": 1,
    "unknown": 3,
    "map": MAP,
    "make_view": MAKER,
    "family": "fence",
    "given": 4,
    "pairs": PAIRS,
    "dearer": 30,
    "writes": 4000,
}

STORIES = (
    Preset(
        "Ten calls",
        "Calls in a chain fail now and then. How many chains come through, and which remedy needs an announcement?",
        {"panel": NOISE},
        ("fails", "calls", "retries"),
    ),
    Preset(
        "Search or act",
        "Search has the map; the model only says what comes next. Where does it turn in circles?",
        {"panel": PLAN, "plan_view": PROPOSED},
        ("rooms",),
    ),
    Preset(
        "A made tool",
        "A few examples in, one expression out. Is it the right one?",
        {"panel": MAKE},
        ("given",),
    ),
    Preset(
        "When it pays",
        "A large model makes the tool once. After how many questions is that cheaper than asking it each time?",
        {"panel": MAKE, "make_view": PRICE},
        ("dearer", "writes"),
    ),
)

OTHER_PANELS = (
    PanelWords(NOISE, "Chains of calls that fail: retries, votes, a checker that errs too, and a budget of calls."),
    PanelWords(PLAN, "Search on a map beside what the model does, walls that the map lacks, and your own map."),
    PanelWords(MAKE, "A tool found from examples, a light model that uses it, when it pays, and your own examples."),
)

ANSWERED = (
    Question(
        "What does noise in tools do to a long task?",
        "It compounds: with one failure in ten calls, ten calls in a row come through about one time in three. Retries "
        "repair failures that are announced. Silent ones need a vote, or a checker, and a checker errs too.",
        {"panel": NOISE},
    ),
    Question(
        "Can a language model plan?",
        "It says what is likely to come next, which is no search: nothing in it goes back and compares. In rooms it "
        "reaches some goals and turns in circles elsewhere. Search on a map of a few dozen states never fails here.",
        {"panel": PLAN, "plan_view": PROPOSED},
    ),
    Question(
        "Why should a strong model make tools for a weak one?",
        "The strong one is needed once, the weak one each time. A call asks only for a name and some numbers, and the "
        "arithmetic is exact; for which tools a small model copies the numbers right, the panel counts. "
        "It pays once what the questions save has paid for the making.",
        {"panel": MAKE, "make_view": USER},
    ),
)
