"""What the page on thinking aloud declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="reasoning",
    chapter="prompting",
    title="Reasoning",
    question="Does thinking aloud help?",
    icon=":material/psychology_alt:",
    answers="accuracy against tokens for direct answers, chains, votes and programs on the same problems; chains with "
    "wrong logic, and where a chain hurts; the game of 24 as a tree; best of many with a checker that errs",
    builds_on=("attention",),
)

PROBLEMS = """Mia has 6 coins. Mia buys 7 coins. How many coins does Mia have now? | 13
Leo has 9 pens. Leo loses 4 pens. How many pens does Leo have now? | 5"""

TEXT = "Mia starts with 6 coins and buys 7. So 6 + 7 = 14 coins. The answer is 6 + 7 = 13."

DEFAULTS = {
    "size": "small numbers",
    "way": "few-shot chain",
    "k": 5,
    "place": 1,
    "reading": False,
    "warmth": 0.7,
    "voting": "small numbers",
    "panel": "One problem",
    "damage": "few-shot chain",
    "law": "recorded chains",
    "right": 30,
    "rival": 20,
    "tree": "one tree",
    "hand": "4 5 6 10",
    "evaluator": "nearest number",
    "beam": 5,
    "error": 10,
    "depth": 3,
    "thoughts": "",
    "gone": 60,
    "checker": 20,
    "manner": "anew each time",
    "spend": 8,
    "hurts": "by kind of problem",
    "scale": "by size",
    "spent": "more samples",
    "cutting": "small numbers",
    "cut": 8,
    "decides": "entropy",
    "thinks": 50,
    "mine": "ask SmolLM2",
    "text": TEXT,
    "problems": PROBLEMS,
    "asked": "few-shot chain",
    "shown": "",
    "samples": 1,
    "heat": 0.7,
}

PRESETS = (
    Preset("Aloud", "The same problems, with the steps written out: read what each answer costs.", {}),
    Preset(
        "A program", "A line of arithmetic in place of a chain, and a machine that computes it.",
        {"way": "program"}, ("place",),
    ),
    Preset(
        "Wrong logic", "The examples are damaged one way after another. Which damage costs something?",
        {"panel": "Wrong logic", "damage": "wrong results"}, ("damage",),
    ),
    Preset(
        "A vote", "Eight chains a problem: the vote beside one of them.", {"panel": "Vote"},
        ("place", "warmth", "voting"),
    ),
    Preset(
        "The mode wins", "The right answer has less than one half, and a vote still finds it. Move the two shares.",
        {"panel": "Vote", "law": "two sliders"},
    ),
    Preset(
        "A wrong mode", "One wrong answer is the most frequent: where do more votes lead?",
        {"panel": "Vote", "law": "two sliders", "right": 30, "rival": 40},
    ),
    Preset(
        "A tree for 24", "Let it grow level by level, keep more states, or go depth first.",
        {"panel": "Tree of thoughts", "hand": "4 5 6 10", "beam": 5},
        ("depth", "beam", "hand", "evaluator", "error", "thoughts"),
    ),
    Preset(
        "Vote or best of", "The same hundred chains: a vote and a checker make very different use of them.",
        {"panel": "Tree of thoughts", "tree": "published"},
    ),
    Preset(
        "Where it hurts", "One model, several kinds of problems: on which side of no gain does each lie?",
        {"panel": "Where it hurts"},
    ),
    Preset(
        "A checker", "A checker that errs picks one of the samples. From where on do more of them hurt?",
        {"panel": "Better spent", "manner": "alike on equal answers", "checker": 35}, ("checker", "manner", "spend"),
    ),
    Preset(
        "To think?", "A switch decides for each problem. Does it choose better than at random?",
        {"panel": "Better spent", "spent": "a switch"}, ("decides", "thinks"),
    ),
    Preset(
        "Cut short", "The thought is cut after some tokens. How many does it need?",
        {"panel": "Better spent", "spent": "a budget of thought"}, ("cut", "cutting", "place"),
    ),
    Preset(
        "Languages", "The same problems, told and solved in other languages.",
        {"panel": "How large?", "scale": "by language"},
    ),
)  # fmt: skip

PANELS = (
    PanelWords("One problem", "What every way wrote to one problem, with the answer that was read and the wrong step."),
    PanelWords("Wrong logic", "What a damaged chain in the examples costs, by pairs on the same problems."),
    PanelWords("Vote", "The answers of eight chains to a problem, and the exact majority over the number of chains."),
    PanelWords("Tree of thoughts", "The game of 24 as a tree, with a beam or depth first; your own four numbers."),
    PanelWords("Where it hurts", "What a chain gains or loses by kind of problem, and a label bias behind a gain."),
    PanelWords(
        "Better spent",
        "A checker that errs, a tree and a vote for equal tokens; a switch to think; a thought that is cut.",
    ),
    PanelWords("How large?", "Published accuracy over the size of models, SmolLM2's own gain, and other languages."),
    PanelWords("Your own", "Your own problems and examples, answered by SmolLM2 here; the rule that reads an answer."),
)

WITHOUT_WAYS = tuple(panel.name for panel in PANELS if panel.name != "One problem")
"""The panels that stand in the main figure's place, whose controls they do not use."""

QUESTIONS = (
    Question(
        "Do small models have no chain of thought, however they are asked?",
        "That was found in 2022 for models that were not trained on chains: there it took some tens of billions of "
        "parameters. SmolLM2 has 0.135 billion and was trained on text that thinks aloud. The panel sets its own "
        "difference, measured on one-step problems, beside the published curves. Size alone does not decide.",
        {"panel": "How large?"},
    ),
    Question(
        "Does thinking aloud make other tasks worse?",
        "Over the literature it mostly changes little outside of mathematics, symbols and logic. The panel measures "
        "one small model on several kinds of problems, with intervals by pairs. What looks like a gain can have "
        "another cause: a direct answer may lean to one word, and calibration treats that without a thought.",
        {"panel": "Where it hurts", "hurts": "a label bias"},
    ),
    Question(
        "Does it work in another language?",
        "The panel asks the same problems in other languages, with examples in the same language, and compares by "
        "pairs. Large models keep their gain in ten languages, as published. SmolLM2 has read mostly English; the "
        "title says in which languages its gain is seen, and the sentence sets the chain beside the one in English.",
        {"panel": "How large?", "scale": "by language"},
    ),
    Question(
        "Who decides whether to think?",
        "A switch can: by the length of the problem, by the entropy of the direct answer, or by training on "
        "problems whose outcome is known. The panel sets all three beside as many thoughts at random, and beside the "
        "bound of one that knows the outcome. One that is no better than chance loses right answers with every thought "
        "that it saves.",
        {"panel": "Better spent", "spent": "a switch"},
    ),
    Question(
        "Does it matter if the logic in the examples is wrong?",
        "It depends on what is wrong. The panel damages the examples in five ways and compares by pairs. The first "
        "study reports over 80 to 90 % of the chain’s performance kept with invalid steps; what matters more there is "
        "that steps are about the question and in order. So wrong steps are not the same as any steps.",
        {"panel": "Wrong logic", "damage": "another's chain"},
    ),
    Question(
        "When does a majority vote help?",
        "Where the right answer is the most frequent one. It need not have one half: it must only beat the largest "
        "wrong answer. Where a wrong answer leads, many votes end with it, though a few may help. Two sliders show it.",
        {"panel": "Vote", "law": "two sliders", "right": 30, "rival": 20},
    ),
    Question(
        "What does a tree of thoughts add to a chain?",
        "It keeps several states and drops those that look bad, so it can go back on a bad first step. All hangs on "
        "who judges: with an oracle one state is enough, and with verdicts that are wrong half the time few puzzles "
        "are solved. SmolLM2 as the judge is measured there too.",
        {"panel": "Tree of thoughts", "tree": "60 puzzles"},
    ),
    Question(
        "Is it better to think, or to write a program?",
        "A program leaves the arithmetic to a machine that does not err: the model must only pick the numbers and the "
        "operation. Compare it with the chain on the same problems, and count its tokens.",
        {"way": "program"},
    ),
)

TERMS = ("token", "chain of thought", "majority vote", "tree of thoughts", "best of n", "confidence interval")

RENAMED = {"panel": {"More samples": "Better spent"}, "decides": {"doubt": "entropy"}}
