"""What the page on memory declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.agents import NUMBERED, PLAIN, RELEASED

TOPIC = Topic(
    key="memory",
    chapter="agents",
    title="Memory",
    question="What does a model lose in a long text?",
    icon=":material/history_edu:",
    answers="how often a fact is found by its place in a list, beside that fact alone and no list at all; what helps; "
    "your own facts; a notebook of sixty notes asked by relevance, recency and importance; what a small context drops",
    builds_on=("attention",),
)

LOOKS = "Where it looks"
HELPS, OWN, NOTEBOOK, PRICE, ROOM = "What helps", "Your own facts", "Notebook", "Price of recency", "What fits"

FACTS = """Adam: river
Lucy: candle
Peter: window
Maria: garden
Frank: silver
Susan: button
David: forest
Laura: mirror"""

DEFAULTS = {
    "format": NUMBERED,
    "pairs": 10,
    "stop": 4,
    "number": 1,
    "panel": "Figure",
    "facts": FACTS,
    "whose": "Maria",
    "style": NUMBERED,
    "question": "Where do I sleep in Lisbon?",
    "relevance": 1.0,
    "recency": 0.0,
    "importance": 0.0,
    "inverted": False,
    "asked": "",
    "note": "",
    "budget": 200,
}

PRESETS = (
    Preset(
        "The U",
        "Where in the list is the fact lost? Compare with the two dotted lines.",
        {},
        ("stop", "number"),
    ),
    Preset(
        "No numbers",
        "The same lists without numbers before the lines.",
        {"format": PLAIN},
        ("stop", "number"),
    ),
    Preset("Five pairs", "A short list: is there still a middle to lose?", {"pairs": 5}, ("stop", "number")),
    Preset("Twenty pairs", "A longer list, the same question.", {"pairs": 20}, ("stop", "number")),
    Preset(
        "Where it looks",
        "Dots are found, crosses missed. Does the head look away where the fact is lost?",
        {"panel": LOOKS},
        ("stop", "number"),
    ),
    Preset(
        "What helps", "Six ways of writing the same lists: which rows are brighter in the middle?", {"panel": HELPS}
    ),
    Preset(
        "A notebook",
        "Relevance alone: two notes speak of the hotel. Which one comes first?",
        {"panel": NOTEBOOK},
        ("question",),
    ),
    Preset(
        "Newer first",
        "Now recency counts as well. Look at the green part of each bar.",
        {"panel": NOTEBOOK, "recency": 0.5},
        ("question",),
    ),
    Preset(
        "All alike",
        "The paper weights the three parts alike. How do the thirty questions fare?",
        {"panel": NOTEBOOK, "recency": 1.0, "importance": 1.0},
        ("question",),
    ),
    Preset(
        "Stalest first",
        "Weights and recency as in the released code of Generative Agents, where the oldest note counts as the newest.",
        {
            "panel": NOTEBOOK,
            "inverted": True,
            **dict(zip(("relevance", "recency", "importance"), RELEASED, strict=True)),
        },
        ("question",),
    ),
    Preset(
        "The price",
        "How far does one line rise with recency, and what does it cost the other?",
        {"panel": PRICE, "recency": 0.25},
        ("recency", "importance", "inverted"),
    ),
    Preset("What fits", "Move the room for tokens: what should be dropped first?", {"panel": ROOM}, ("budget",)),
    Preset(
        "Your own",
        "Write lines of your own and ask for one of them.",
        {"panel": OWN},
        ("facts", "whose", "style"),
    ),
)

PANELS = (
    PanelWords(
        LOOKS, "How much of the attention before the answer falls on the needed pair, found or missed, by place."
    ),
    PanelWords(HELPS, "Six ways of writing the same lists, by the place of the needed pair, with what each gains."),
    PanelWords(OWN, "Lines of your own, and the probability of the right answer with its line at every place."),
    PanelWords(NOTEBOOK, "Sixty notes ranked for a question by relevance, recency and importance, each part shown."),
    PanelWords(PRICE, "What weight on recency brings where something changed, and costs where nothing did."),
    PanelWords(ROOM, "Which answers a context with room for so many tokens still holds, kept in three ways."),
)

ELSEWHERE = tuple(panel.name for panel in PANELS if panel.name != LOOKS)
"""The panels that stand in the main figure's place, whose controls they do not use."""

QUESTIONS = (
    Question(
        "Is a long context window enough as a memory?",
        "Room is not attention. All pairs fit easily here, and still most facts in the middle are not found: the model "
        "answers with the word of another line. The curve shows it place by place, beside the needed pair alone.",
        {"pairs": 20},
    ),
    Question(
        "Why are the beginning and the end kept best?",
        "The end is near to what is being written, and the beginning is seen by every later token. Which of the two "
        "holds depends on how the lines are written: without numbers the beginning is lost too.",
        {"format": PLAIN},
    ),
    Question(
        "Does the model look at the fact that it misses?",
        "Attention says where a token reads, not what is made of it. One head looks at the needed line at nearly every "
        "place, whether its word is answered or not; averaged over all heads a numbered line in the middle gets less "
        "than at the ends. What one head has read must still win against what the others bring.",
        {"panel": LOOKS},
    ),
    Question(
        "Does it help to structure the context?",
        "Numbers before the lines, or headings above them, let the model find the first line. The gain of numbers over "
        "all places is that line alone: elsewhere none is seen beyond noise. Asking before the list as well moves "
        "what is found: the first line in 20 lists instead of 8, the last in 5 instead of 14, the latter within noise "
        "of seven places. Over all places it gains nothing beyond noise.",
        {"panel": HELPS},
    ),
    Question(
        "What should an agent remember, and what may it forget?",
        "A note that is relevant may be out of date, and a new one may be about nothing. A little weight on recency "
        "finds more of what has changed, though fifteen questions cannot tell it from chance; much of it buries old "
        "notes that are still true, beyond chance. The panel counts both.",
        {"panel": PRICE, "recency": 0.25},
    ),
    Question(
        "What is dropped when the context is full?",
        "What the program that fills the context decides to drop. Newest first forgets old facts; choosing by the "
        "question keeps them; summaries keep little of much. Move the room and compare the three.",
        {"panel": ROOM},
    ),
)

TERMS = ("token", "Wilson interval", "context window", "sentence vector", "recency")

RENAMED: dict[str, dict[str, str]] = {}
