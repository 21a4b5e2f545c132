"""What the page on searching prompts declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="searching_prompts",
    chapter="prompting",
    title="Searching prompts",
    question="Can a prompt be found, or learned?",
    icon=":material/troubleshoot:",
    answers="five searches and a language model as proposer on 96 prompts whose scores are all known; what the score "
    "promises and held-out items keep; a vector in place of a word, and a prefix in front of a real model; pictures as "
    "examples; what each way to adapt a model needs",
    builds_on=("attention", "learning"),
)

RIGHT, NONE, WRONG, TWO = "its own", "none", "another operation's", "two operations"
"""Which pair of pictures the network sees, and the view on operations in a row."""

LEARN, SWAP = "Learn one", "Swap them"
"""The two views of the panel on soft prompts."""

FRONT_LEARN, FRONT_LENGTHS, FRONT_SWAP = "Learn it", "Lengths", "Swap it"
"""The three views of the panel on what is learned in front of SmolLM2's texts."""

TABLE, QUESTIONS_ASKED = "What each needs", "Break-even"
"""The two views of the panel on why to prompt."""

DEFAULTS = {
    "method": "hill climbing",
    "budget": 20,
    "items": 20,
    "step": 20,
    "seed": 0,
    "deal": 0,
    "panel": FIGURE,
    "words": "Decide whether the writer of the review is happy, and answer with one word.",
    "words_labels": "positive / negative",
    "words_seed": 1,
    "words_budget": 30,
    "operation": "invert",
    "pair": RIGHT,
    "pairs": 1,
    "wrong": "right",
    "task": 3,
    "composed": "outline, then rotate",
    "drawn_before": "",
    "drawn_after": "",
    "drawn": "",
    "soft_view": LEARN,
    "soft_task": "reverse",
    "soft_seed": 0,
    "soft_steps": 120,
    "front_view": FRONT_LEARN,
    "front": "prefix",
    "front_task": "plurals",
    "front_tokens": 4,
    "front_seed": 0,
    "why_view": TABLE,
    "examples": 4,
    "example_tokens": 20,
    "updates": 100,
    "kept": False,
}

PRESETS = (
    Preset(
        "Climb",
        "Numbers are evaluations. What is the best one worth on new reviews?",
        {"method": "hill climbing", "panel": FIGURE},
        free=("step",),
    ),
    Preset(
        "Step by step",
        "Move the step: which slot changes, and does the score follow?",
        {"method": "greedy edits", "step": 5, "panel": FIGURE},
        free=("step",),
    ),
    Preset(
        "Six reviews",
        "Scored on six reviews many prompts look perfect.",
        {"method": "annealing", "items": 6, "panel": FIGURE},
        free=("step",),
    ),
    Preset(
        "As it is sent",
        "The prompt that won, token by token, and the answer to each review. Where does it err?",
        {"method": "annealing", "budget": 40, "step": 13, "panel": "Prompt"},
    ),
    Preset(
        "A fair race",
        "Equal budgets, many seeds: does looking at neighbors beat drawing blindly, and does a language model?",
        {"panel": "Methods"},
        free=("budget", "items"),
    ),
    Preset(
        "The winner's luck",
        "The best of 96 on few reviews: how much of its score was luck?",
        {"panel": "Overfitting"},
        free=("items",),
    ),
    Preset(
        "Any words",
        "Phrases are deleted, swapped and replaced. Does the gain hold on new reviews? Then try “red / blue”.",
        {"panel": "Own words"},
        free=("words_labels", "words_seed"),
    ),
    Preset(
        "Show, not tell",
        "One pair of pictures says what to do with a new one. Choose the operation, or draw.",
        {"panel": "Pictures"},
        free=("operation", "task", "pairs"),
    ),
    Preset(
        "A wrong pair",
        "The pair shows another operation than the one that is wanted. Which one does the network do?",
        {"panel": "Pictures", "pair": WRONG},
        free=("operation", "task", "wrong"),
    ),
    Preset(
        "A word learned",
        "No weight moves; one vector learns to call a task. To which word does it turn?",
        {"panel": "Soft prompt"},
        free=("soft_task", "soft_seed"),
    ),
    Preset(
        "Same words",
        "The words and the weights stay, the prefix is changed. What does the model write?",
        {"panel": "Prefix", "front_view": FRONT_SWAP},
        free=("front", "front_task"),
    ),
    Preset(
        "Why prompt",
        "A prompt needs no weights. From how many questions on would a tuning have cost less?",
        {"panel": "Why prompt", "why_view": QUESTIONS_ASKED},
        free=("examples", "example_tokens", "updates", "kept"),
    ),
)

PANELS = (
    PanelWords(
        "Prompt", "The prompt of this step as it is sent, token by token, and the model's answer to each review."
    ),
    PanelWords("Methods", "Five searches and a language model as proposer, with equal budgets over many deals."),
    PanelWords(
        "Overfitting", "What the best of all 96 prompts scores on few reviews, and what it has on held-out ones."
    ),
    PanelWords("Own words", "Greedy edits of an instruction of your own, scored by SmolLM2, seen and held out."),
    PanelWords(
        "Pictures", "A pair of pictures as an example, and a new picture to do the same with, also a drawn one."
    ),
    PanelWords("Soft prompt", "One learned vector in place of a control word: its way, its nearest words, and swaps."),
    PanelWords(
        "Prefix",
        "Prompt tuning and prefix tuning of SmolLM2 on twelve examples: accuracy, lengths, and swaps between tasks.",
    ),
    PanelWords(
        "Why prompt", "What prompts, soft prompts, prefixes, LoRA and full tuning need, and when each pays off."
    ),
)

QUESTIONS = (
    Question(
        "How does a greedy search of prompts work?",
        "It tries every prompt that differs in one place, goes to the best of them while that is better, and begins "
        "again elsewhere when none is. The panel “Own words” edits free text: phrases deleted, swapped, replaced or "
        "put "
        "back. On a grammar of 96 prompts all scores are known, so you see what it misses.",
        {"method": "greedy edits", "step": 5},
    ),
    Question(
        "Can a language model be the optimizer?",
        "It can propose: it reads the best prompts with their scores and writes the next one; the score still comes "
        "from outside. Whether it reads the scores is a question to measure: here the same model also proposes with "
        "the scores dealt at random, and both stand beside drawing blindly. SmolLM2 is small; published gains come "
        "from far larger models.",
        {"panel": "Methods"},
    ),
    Question(
        "Is Promptbreeder a genetic algorithm?",
        "Yes: prompts are the living things, a language model mutates them, and the better ones stay. Here the parents "
        "are crossed slot by slot, without a language model.",
        {"method": "genetic"},
    ),
    Question(
        "Must a soft prompt be trained?",
        "Yes, through all layers down to the input, so it needs the weights and their gradients, although it changes "
        "none of them. One vector of 48 numbers is enough to call what the small decoder can do; the recorded runs on "
        "a task that it was never trained on end near 0. The panel “Prefix” does the same with SmolLM2.",
        {"panel": "Soft prompt"},
    ),
    Question(
        "Can pictures be the examples?",
        "Yes. The network here has never been told an operation's name at use: it reads the pair and does the same. "
        "Take the pair away and it guesses; show a wrong pair and it does the wrong thing.",
        {"panel": "Pictures"},
    ),
    Question(
        "Why do we still want prompts, when prefixes can be learned?",
        "A prompt needs no weights, no gradients and no more data than the examples it shows, and it can be changed "
        "while you speak. A prefix needs weights, gradients and examples to learn from, and a server that lets you put "
        "it in. What a prompt with examples costs is paid "
        "again with each question, unless its keys and values are kept.",
        {"panel": "Why prompt"},
    ),
    Question(
        "Does in-context learning cost more than tuning?",
        "It depends on how many questions follow. Examples cost nothing before the first question and something at "
        "each; tuning costs at first, and then nothing, or the few places of a soft prompt or prefix. “Few-shot” names "
        "both, so say which is meant.",
        {"panel": "Why prompt", "why_view": QUESTIONS_ASKED},
    ),
)

TERMS = ("hill climbing", "annealing", "genetic algorithm", "soft prompt", "overfitting", "token")

RENAMED: dict[str, dict[str, str]] = {}
