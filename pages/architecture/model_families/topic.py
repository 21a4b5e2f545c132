"""What the page of the model families declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.transformer import SENTENCES
from pages.architecture.model_families.words import (
    BERT,
    BOTH_SIDES,
    GATE,
    GUESSES,
    LANGUAGES,
    LLAMA,
    MASKING,
    MERGES,
    NEXT,
    NORM,
    SPAN,
    STEPS,
    VECTOR,
)

TOPIC = Topic(
    key="model_families",
    chapter="architecture",
    title="Model families",
    question="What makes BERT, GPT and Llama different?",
    icon=":material/family_history:",
    answers="who may look at whom in an encoder, a decoder and both together; what a hidden word costs with one side "
    "and with two; the games that BERT is trained with; "
    "Llama's gate, norm and vocabulary",
    builds_on=("attention", "transformer"),
)

DEFAULTS = {
    "text": SENTENCES["bank"],
    "word": 1,
    "depth": 3,
    "panel": "Figure",
    "reader": "encoder 15 %, 2,500 steps",
    "against": STEPS,
    "reader_seed": 0,
    "game": MASKING,
    "share": 15,
    "mask_seed": 0,
    "passage": 1,
    "asked": 1,
    "own_passage": "",
    "own_question": "",
    "part": GATE,
    "numbers": "2 -1 0.5 3 -2 1",
    "scale": 2.0,
    "shift": 1.5,
    "learn": "low lower lowest slow slower new newer newest wide wider widest snow snowy now know known",
    "merges": 12,
}

PRESETS = (
    Preset("Who may look", "Follow “bank”: only the encoder knows that a river comes.", {}, ("depth",)),
    Preset(
        "Another bank",
        "Up to “bank” the decoder reads the same as before, and guesses the same.",
        {"text": SENTENCES["money"]},
        ("depth",),
    ),
    Preset(
        "Broken cup",
        "“it” may look back at the cup in both; the reason for it comes later.",
        {"text": SENTENCES["cup"], "word": 6},
        ("word", "depth"),
    ),
    Preset(
        "Two sides",
        "The bars are exact: a word costs less when both neighbors are known.",
        {"panel": BOTH_SIDES},
    ),
    Preset(
        "Few places",
        "Over places asked the curves come nearer: an encoder is asked a seventh as often at each step.",
        {"panel": BOTH_SIDES, "against": GUESSES},
    ),
    Preset(
        "15 in 100",
        "Each row is a draw on the sentence above; type one of your own and draw again.",
        {"panel": BERT},
        ("mask_seed", "share", "text"),
    ),
    Preset("Easy game", "To know the topic is to know the answer.", {"panel": BERT, "game": NEXT}),
    Preset(
        "One vector",
        "One vector has to stand for all words: which one?",
        {"panel": BERT, "game": VECTOR},
    ),
    Preset(
        "Answers",
        "Move to another question: does the frame move to its answer?",
        {"panel": BERT, "game": SPAN},
        ("passage", "asked"),
    ),
    Preset("A gate", "As many weights, spent on a gate or on more width.", {"panel": LLAMA}),
    Preset(
        "Norms",
        "Move the shift: one of the two norms follows it.",
        {"panel": LLAMA, "part": NORM},
        ("scale", "shift", "numbers"),
    ),
    Preset(
        "Pieces",
        "Move the merges: what stands together often becomes one piece.",
        {"panel": LLAMA, "part": MERGES},
        ("merges", "learn"),
    ),
)

PANELS = (
    PanelWords(
        BOTH_SIDES, "Exact entropies of a small language, and readers of one side and of two that learn it beside them."
    ),
    PanelWords(
        BERT,
        "Masks drawn on your sentence; next sentence and order; [CLS] or the mean of tokens; an encoder frozen, and "
        "tuned whole, on opinions and on answers in a passage.",
    ),
    PanelWords(LLAMA, "A gate at equal weights, two norms, a vocabulary that you let grow, and eight languages."),
)

QUESTIONS = (
    Question(
        "What is the difference between BERT and GPT?",
        "Which words may be looked at, and so what can be asked. In an encoder each word sees all others, so it is "
        "asked for words that are hidden from it. A decoder sees the past alone, so it can be asked for the next word "
        "at every place at once, and it can write.",
        {"panel": "Figure"},
    ),
    Question(
        "Where do the labels come from?",
        "For the first transformer from people, who had translated each sentence: it was supervised. Language models "
        "supervise themselves. The word that was hidden, or that comes next, stands in the text already, so any text "
        "will do. Above each map stands what its family guesses, and from what.",
        {"panel": "Figure"},
    ),
    Question(
        "Why does BERT need more steps?",
        "It learns from the chosen places alone, 15 of 100, where a decoder is asked at every place. Set the axis to "
        "places asked and the two curves come nearer, though they do not meet.",
        {"panel": BOTH_SIDES, "against": GUESSES},
    ),
    Question(
        "Is [CLS] a kind of padding?",
        "No. It is a token of its own, put before the first piece, and its last vector is used where one vector has to "
        "stand for the whole text. Padding fills short texts up and is looked at by nobody. A classifier is still "
        "needed on top of [CLS]; here it is a linear probe.",
        {"panel": BERT, "game": VECTOR},
    ),
    Question(
        "How does fine-tuning make one encoder do many tasks?",
        "A small layer is put on top: on one vector for a class of the text, on every token for the two ends of an "
        "answer. Then that layer alone is trained, or all weights with it. For answers the frozen vectors were never "
        "asked to bring question and passage together, and only tuning the whole encoder does that here.",
        {"panel": BERT, "game": SPAN},
    ),
    Question(
        "Are 10 % of all tokens left without a mask?",
        "Of the chosen ones: 10 % of 15 %, so 1.5 of 100. The other 85 are not chosen, and the loss does not ask for "
        "them at all.",
        {"panel": BERT},
    ),
    Question(
        "What is Llama's larger vocabulary for?",
        "For other languages. A word of English is about one token; where the vocabulary has few entries of a "
        "language, a word falls into several, and the same text costs more steps. Llama 3 adds 28,000 entries for "
        "that. Its shared keys and its document mask have panels on the page about attention in depth.",
        {"panel": LLAMA, "part": LANGUAGES},
    ),
)

TERMS = ("encoder", "causal mask", "entropy", "nat", "token")

RENAMED: dict[str, dict[str, str]] = {}
