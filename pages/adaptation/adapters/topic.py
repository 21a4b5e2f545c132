"""What the page about adapters declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="adapters",
    chapter="adaptation",
    title="Adapters",
    question="How little is enough?",
    icon=":material/compress:",
    answers="whether the change of full tuning is low-rank or sparse; a matrix of your own as two thin ones; how few "
    "random directions of all weights learn the digits; what LoRA, adapters, IA3, prefix and prompt put into a layer, "
    "drawn to scale; what a hundred tasks take to store",
    builds_on=("fine_tuning",),
)

LORA, ADAPTERS, IA3, PREFIX, PROMPT = "LoRA", "Adapters", "IA3", "Prefix", "Prompt"
METHODS = {LORA: "lora", ADAPTERS: "adapter", IA3: "ia3", PREFIX: "prefix", PROMPT: "prompt"}
"""Name on screen -> the method in core."""

FEW = "Few directions"
"""The panel of random subspaces."""

DIGITS, SMOLLM2 = "Digits", "LoRA in SmolLM2"
NETWORKS = (DIGITS, SMOLLM2)
"""What is trained within random subspaces."""

MODEL = "SmolLM2"
INSIDE = ("one matrix", MODEL)
"""What the two adapters of LoRA inside are put into."""

DEFAULTS = {
    "module": "o_proj",
    "layer": 29,
    "rank": 4,
    "network": DIGITS,
    "dimension": 50,
    "seed": 0,
    "panel": FIGURE,
    "change": "4 2 4 -6 -7 3 -2 -4 -5 1 1 3 / -2 -1 -5 -7 -3 7 -5 -3 -8 2 -1 -1 / -1 9 1 -2 8 2 5 4 2 -3 7 -4 / "
    "1 3 -1 -6 -3 3 -5 -2 -5 2 4 -1 / -4 5 -3 -3 8 6 5 3 -1 -3 2 -4 / 8 1 9 1 -9 -7 -3 -3 2 2 3 5 / "
    "1 -3 3 -4 -5 7 5 -4 -5 -2 -8 5 / -5 -6 -7 7 5 -4 -2 3 4 1 -3 -3 / 1 -1 4 -2 -2 5 7 -2 -2 -3 -6 4 / "
    "3 6 5 3 3 -6 2 3 6 -1 7 -1 / 5 -2 9 5 -4 -5 6 -1 5 -2 -4 6 / -5 -2 -4 -1 5 7 6 1 -2 -3 -6 -1",
    "thin": 4,
    "alpha": 2,
    "r": 4,
    "strength": 8,
    "pair_seed": 0,
    "inside": INSIDE[0],
    "beside": "q v",
    "method": LORA,
    "size": 16,
    "place": "q v",
}

PRESETS = (
    Preset(
        "Rank or sparse",
        "Two thin matrices, or as many single entries: which keep more of the change?",
        {"panel": FIGURE},
        free=("rank",),
    ),
    Preset("First layer", "The same for the first layer, far from the head.", {"layer": 0}, free=("rank",)),
    Preset("Two thin", "144 entries, none of them 0, from 96 numbers. Is that a sparse matrix?", {"panel": "Two thin"}),
    Preset(
        "No low rank",
        "The identity has no direction that matters more than another.",
        {
            "panel": "Two thin",
            "change": " / ".join(" ".join(str(int(row == column)) for column in range(12)) for row in range(12)),
        },
    ),
    Preset("Intruders", "Does a tuned matrix have directions that it never had?", {"panel": "New directions"}),
    Preset(
        "Few directions",
        "Only 50 random directions of all weights may be moved along.",
        {"panel": FEW},
        free=("seed",),
    ),
    Preset(
        "Few of LoRA's",
        "LoRA's numbers moved along 1 to 100 random directions, the head of SmolLM2 as it is.",
        {"panel": FEW, "network": SMOLLM2},
    ),
    Preset(
        "LoRA inside",
        "B starts at 0. Afterwards: one adapter, the other, or both added?",
        {"panel": "LoRA inside"},
        free=("pair_seed", "r", "strength"),
    ),
    Preset(
        "Merged",
        "The same in SmolLM2, down to its logits: what do merging and switching leave behind?",
        {"panel": "LoRA inside", "inside": MODEL},
    ),
    Preset(
        "LoRA to scale",
        "The two strips beside each chosen matrix are all that is trained.",
        {"panel": "To scale"},
        free=("size", "place"),
    ),
    Preset(
        "Bottlenecks",
        "Two bottlenecks in each layer, behind attention and behind the MLP.",
        {"panel": "To scale", "method": ADAPTERS},
        free=("size",),
    ),
    Preset(
        "Prefixes",
        "Keys and values in every layer. Switch to the prompt: one row of input vectors.",
        {"panel": "To scale", "method": PREFIX},
        free=("size", "method"),
    ),
    Preset("100 tasks", "What has to be stored for a hundred tasks?", {"panel": "100 tasks"}),
)

PANELS = (
    PanelWords("Two thin", "A matrix of your own as a product of two thin ones, with what is lost."),
    PanelWords("New directions", "Leading directions of tuned matrices beside those that these had before."),
    PanelWords(FEW, "A small network, and LoRA in SmolLM2, trained within random subspaces of their weights."),
    PanelWords("LoRA inside", "Two adapters, in one matrix or in SmolLM2: from B = 0 to merged, switched and added."),
    PanelWords("To scale", "What LoRA, adapters, IA3, prefix and prompt put into a layer of SmolLM2, drawn to scale."),
    PanelWords("100 tasks", "What has to be stored for a hundred tasks, by method."),
)

QUESTIONS = (
    Question(
        "Rank: how many non-zero entries? Is that like a sparse matrix?",
        "No. The rank is the number of singular values that are not 0. A matrix of rank 1 can have no 0 among its "
        "entries: it is dense, and yet a column and a row say all of it. The matrix of the example has 144 entries, "
        "none of them 0, and rank 4: four columns and four rows, 96 numbers.",
        {"panel": "Two thin"},
    ),
    Question(
        "Why can a change of low rank be enough?",
        "Look at what full tuning did when nothing kept it from using every rank: a few directions hold most of the "
        "change. That is no law. Each matrix is drawn by itself, over three seeds, beside noise of its shape.",
        {"panel": FIGURE},
    ),
    Question(
        "What does it mean that the solutions lie on a manifold of low dimension?",
        "A random subspace of the weights has nothing to do with the task. If training within it still succeeds, there "
        "must be good weights close to almost every such subspace. The smallest dimension that reaches nine tenths "
        "of the full accuracy is called the intrinsic dimension.",
        {"panel": FEW, "dimension": 200},
    ),
    Question(
        "Are prefixes just more tokens in front of the text?",
        "A prompt is: input vectors, which the layers then work on like on words. A prefix stands in every layer: keys "
        "and values that are learned directly, so no layer below has to bring them about.",
        {"panel": "To scale", "method": PREFIX},
    ),
    Question(
        "Do adapters make a model slower?",
        "Bottlenecks do: they are more layers, one behind the other. LoRA's product is added into the matrix once and "
        "is gone. A prefix or prompt makes each text longer.",
        {"panel": "To scale", "method": ADAPTERS},
    ),
)

TERMS = ("LoRA", "rank", "singular value", "adapter", "prefix tuning", "soft prompt", "intrinsic dimension")

RENAMED: dict[str, dict[str, str]] = {}
