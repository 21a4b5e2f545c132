"""What the example page declares. The rules that tests hold it to stand in README, “A new page”."""

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="example",
    chapter="start",
    title="Example",
    question="What does a temperature do to the next token?",
    icon=":material/thermostat:",
    answers="how a temperature sharpens and flattens a law, and what that does to what is drawn",
)

DEFAULTS = {"logits": "one favorite", "temperature": 1.0, "draws": 200, "seed": 0, "panel": "Entropy"}

PRESETS = (
    Preset("As trained", "At a temperature of 1 nothing is changed.", {"panel": "Entropy"}),
    Preset("Nearly greedy", "Almost all is given to the likeliest token.", {"temperature": 0.2, "panel": "Entropy"}),
    Preset("Nearly uniform", "A hot law forgets what the model said.", {"temperature": 5.0, "panel": "Entropy"}),
    Preset(
        "Two rivals", "A small lead grows as it gets colder: move T down.", {"logits": "two rivals"}, ("temperature",)
    ),
    Preset("Nothing to change", "Equal logits stay equal at every temperature.", {"logits": "all alike"}),
    Preset("What is drawn", "Draws scatter about the law, the less the more there are.", {"panel": "Draws"}),
)

PANELS = (
    PanelWords("Entropy", "How undecided the law is at each temperature."),
    PanelWords("Draws", "How often each token really comes, beside the law."),
)

QUESTIONS = (
    Question(
        "Does a temperature change the order of the tokens?",
        "No. It divides all logits alike, so the likeliest token stays the likeliest. Only the gaps change.",
        {"logits": "two rivals", "temperature": 0.2},
    ),
)

TERMS = ("temperature",)

RENAMED: dict[str, dict[str, str]] = {}
