"""What the attention page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.attention import MEANINGS_SENTENCES, MEANINGS_WORD, RECORDED_TEXTS
from pages.architecture.attention.scoring import SPREAD, TRAINED, WHICH

TOPIC = Topic(
    key="attention",
    chapter="architecture",
    title="Attention",
    question="What does each word look at?",
    icon=":material/grid_on:",
    answers="all 270 heads of SmolLM2 on your sentence; induction, previous-token and sink heads measured; the sums "
    "behind one cell, step by step",
)


def story(key: str, /, **more: object) -> dict[str, object]:
    """The values that show a recorded text at its own layer, head and query."""
    entry = RECORDED_TEXTS[key]
    shown = {"model": entry.model, "text": entry.text, "layer": entry.layer, "head": entry.head, "query": entry.query}
    return {**shown, **more}


DEFAULTS = {
    **story("induction"),
    "whole_model": True,
    "hide_sink": False,
    "root": False,
    "key": 15,
    "cell_of": "Head",
    "panel": "Surprise",
    "score": "induction",
    "mass": 80,
    "seed": 0,
    "temperature": 100,
    "score_view": SPREAD,
    "score_width": 64,
    "score_rate": 0.01,
    "word": MEANINGS_WORD,
    **{f"sentence_{place}": sentence for place, sentence in enumerate(MEANINGS_SENTENCES, start=1)},
}

PRESETS = (
    Preset(
        "Induction in action",
        "The same random words twice: in the second copy the head looks at what followed last time.",
        story("induction", panel="Surprise"),
    ),
    Preset(
        "One weight, summed",
        "One bright cell of this map: 32 pairs of dimensions sum to a score, and the softmax makes a weight of it.",
        story("induction", panel="Cell", key=15),
    ),
    Preset(
        "Previous-token head",
        "One bright line just below the diagonal: every token looks at the one before it.",
        story("previous_token", panel="Head scores", score="previous token"),
    ),
    Preset(
        "The attention sink",
        "The first column is bright from top to bottom: with nothing to copy, the head rests on the first token.",
        story("sink", panel="Sink"),
    ),
    Preset(
        "Two meanings of bank",
        "Word and place alone leave the banks alike. One layer later the two of money lie closest, and so they stay, "
        "though the cosines do not fall in every layer.",
        story("bank", panel="Meanings"),
    ),
    Preset(
        "Bidirectional",
        "An encoder has no mask: the upper triangle carries weight too.",
        story("bidirectional", panel="Arcs"),
    ),
    Preset(
        "Causal",
        "The same sentence in a decoder: nothing above the diagonal. Each token of this head looks at the one before.",
        story("causal", panel="Arcs"),
    ),
    Preset(
        WHICH,
        "Five ways to compare a query with a key: how each spreads as d grows, and what the softmax makes of it.",
        {"panel": WHICH, "score_view": SPREAD},
        free=("score_width", "score_rate"),
    ),
)

PANELS = (
    PanelWords("All heads", "Every head of the model as a small map; a click opens it."),
    PanelWords("Head scores", "Which heads copy, look one token back, or rest on the first token, each by a measure."),
    PanelWords("Arcs", "The strongest looks of this head as arcs over the sentence."),
    PanelWords("Cell", "One cell by its sum: a click on a map opens it, dimension by dimension or token by token."),
    PanelWords("Steps", "One row of the map by its sums: score, scaled score, weight, value."),
    PanelWords("Sink", "How much weight the first token collects, layer by layer."),
    PanelWords("Surprise", "The loss at each token: the second copy of a text costs less."),
    PanelWords("Meanings", "The same word in three sentences: how its vectors part."),
    PanelWords("Rollout", "What attention alone carries from each input token to each output token."),
    PanelWords("How heads part", "Four heads trained from equal, from almost equal and from random starts."),
    PanelWords(WHICH, "Dot product, scaled, bilinear, additive, cosine: their spread, how they learn, what they cost."),
)

QUESTIONS = (
    Question(
        "How can we end up with multiple different weights during training?",
        "By starting from different ones. Heads that start equal get the same gradient at every step and stay "
        "equal for ever. The smallest difference is enough: heads that differ by 0.001 get slightly different "
        "gradients, part, and share the work. Real models start at random, so their heads are unlike from the start.",
        {"panel": "How heads part"},
    ),
    Question(
        "Do negative scores go to almost 0 after the softmax?",
        "Not because they are negative. Softmax sees differences only: a score of −1 wins against scores of −5. "
        "Compare the first row of bars with the third: here every score below 0 gets almost nothing, since the best "
        "one lies far above it.",
        {**story("induction", panel="Steps"), "temperature": 100},
    ),
    Question(
        "Is the value made with the matrix of the keys?",
        "No. Each head has three matrices of its own: the value is the token times the value matrix. "
        "The scores are divided by the square root of the dimension, so that their spread does not grow with it.",
    ),
    Question(
        "Is a simpler score usually better?",
        "It is cheaper: the scaled dot product has no parameters of its own and is one product of matrices, while an "
        "additive score computes a tanh for each pair and unit. Whether it also learns better depends on the dimension "
        "and on the learning rate: compare the curves at both.",
        {"panel": WHICH, "score_view": TRAINED},
    ),
)

TERMS = (
    "token",
    "attention",
    "query",
    "key",
    "value",
    "head",
    "softmax",
    "causal mask",
    "encoder",
    "attention sink",
    "induction head",
    "previous-token head",
    "rollout",
    "entropy",
    "cross entropy",
    "perplexity",
    "nat",
)

RENAMED: dict[str, dict[str, str]] = {}
