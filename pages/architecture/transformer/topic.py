"""What the page of the transformer's parts declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.transformer import TEXTS
from pages.architecture.transformer.words import (
    INSIDE,
    KNOWN_LANGUAGE,
    LEARNING,
    LENGTH,
    LOOKS,
    NO_MASK,
    ONE_VECTOR,
    THREE_WORDS,
    WHOLE,
)

TOPIC = Topic(
    key="transformer",
    chapter="architecture",
    title="Transformer",
    question="How do the parts make a transformer?",
    icon=":material/account_tree:",
    answers="what each layer adds to a guess; encoder and decoder trained in front of you, whole and without a part; "
    "cross entropy by hand; where the parameters are",
    builds_on=("attention",),
)

DEFAULTS = {
    "text": TEXTS["capital"],
    "position": 4,
    "depth": 30,
    "panel": "Figure",
    "task": "reverse",
    "parts": WHOLE,
    "view": LOOKS,
    "source": "",
    "seed": 0,
    "written": 24,
    "loss_view": THREE_WORDS,
    "p_first": 50,
    "p_second": 30,
    "q_first": 20,
    "q_second": 30,
    "heat": 1.0,
    "missing": "layer",
    "missing_layer": 15,
    "lost_text": "",
    "precision": "bfloat16",
    "context": 1000,
    "layers": 12,
    "width": 768,
    "heads": 12,
    "kv_heads": 12,
    "inner": 3072,
    "vocabulary": 50_000,
}

PRESETS = (
    Preset("Paris comes late", "The embedding alone says little; move the depth and read the guess.", {}, ("depth",)),
    Preset(
        "Who got the drink?", "A few late layers decide between two names.", {"text": TEXTS["name"], "position": 13}
    ),
    Preset(
        "The last block",
        "The feed-forward part makes 1,536 numbers of 576 and folds them again.",
        {"depth": 30, "panel": INSIDE},
        ("depth",),
    ),
    Preset(
        "Look while you write",
        "Six of eight letters look most at the place they come from, the other two a little more at the last.",
        {"panel": "Translate"},
    ),
    Preset(
        "Now sort",
        "Guess first: will these looks make a line? Then move what is written.",
        {"panel": "Translate", "task": "sort", "written": 0},
        ("written",),
    ),
    Preset(
        "One vector for all",
        "Without cross-attention a long source does not fit.",
        {"panel": "Translate", "parts": ONE_VECTOR, "view": LENGTH},
    ),
    Preset(
        "Cheating",
        "Without the mask the loss falls, and the model cannot write.",
        {"panel": "Translate", "parts": NO_MASK, "view": LEARNING},
    ),
    Preset(
        "Surprise",
        "Move the model's shares q: the loss is least where they are the data's.",
        {"panel": "Cross entropy"},
        ("q_first", "q_second", "p_first", "p_second", "heat"),
    ),
    Preset(
        "The floor",
        "The language is known, so the least loss is too: does the model come down to it?",
        {"panel": "Cross entropy", "loss_view": KNOWN_LANGUAGE},
    ),
    Preset(
        "Take a layer out",
        "Most layers can go alone; the first cannot.",
        {"panel": "Without it"},
        ("missing_layer",),
    ),
    Preset("The weights", "The feed-forward parts hold most of a large model.", {"panel": "Parameters"}),
)

PANELS = (
    PanelWords(INSIDE, "What each step inside the block at this depth makes: norm, query, key, value, SwiGLU."),
    PanelWords("Translate", "A small encoder-decoder on four tasks: cross-attention, learning, length of the source."),
    PanelWords(
        "Cross entropy",
        "The loss of each token; entropy and divergence of three words by sliders; a trained model beside the exact "
        "entropy of its language.",
    ),
    PanelWords("Parameters", "How many weights each part has in six models, and in one that you design."),
    PanelWords(
        "Without it", "What the model writes without a layer, attention, feed-forward parts, norms or positions."
    ),
)

QUESTIONS = (
    Question(
        "What is cross entropy?",
        "The mean of −log q over what really came, q being the share that the model gave to it. It is the entropy of "
        "the data plus the divergence of the model from the data. So it never falls below the entropy, and reaches "
        "it only when q is the data's own p. Set q to p in the panel and the second part becomes 0.",
        {"panel": "Cross entropy", "q_first": 50, "q_second": 30},
    ),
    Question(
        "Does the decoder get one vector from the encoder, or all of them?",
        "All of them, by cross-attention: one for each source symbol. The first sequence-to-sequence models handed "
        "over one, the encoder's last state. With one vector, here the mean, short sources still work and long ones "
        "fail. Sorting does not mind, since it needs no places.",
        {"panel": "Translate", "parts": ONE_VECTOR, "view": LENGTH},
    ),
    Question(
        "Why does the decoder need a mask, if it is trained on whole sentences?",
        "In training all target symbols are there at once. Without the mask each place reads its own answer from the "
        "next place, and the loss falls to nearly 0. When it writes by itself that next symbol is not there yet, and "
        "nothing comes out right.",
        {"panel": "Translate", "parts": NO_MASK, "view": LEARNING},
    ),
    Question(
        "Is there a feed-forward net for each head?",
        "No. There is one in each layer, used at every position alike, after the heads are put side by side and "
        "projected. The panel shows its steps with their sizes.",
        {"panel": INSIDE, "depth": 15},
    ),
)

TERMS = ("token", "embedding", "logit", "softmax", "entropy", "cross entropy", "perplexity", "head", "nat")

RENAMED: dict[str, dict[str, str]] = {}
