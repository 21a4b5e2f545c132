"""What the decoding page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="decoding",
    chapter="efficiency",
    title="Decoding",
    question="How can a model write faster without writing differently?",
    icon=":material/speed:",
    answers="every method token by token with the clock beside the count; the cost of verification on your machine; "
    "exactness tested",
)

OWN = "your own"
"""The kind of prompt that a visitor writes."""
FITTED = "fitted"
"""Draft tokens for each call: as many as the measured costs call for."""
HERE = "this machine"
"""The machine of the recordings."""
MODEL_LAWS, TOY_LAWS = "of the model", "four tokens"


def story(kind: str, method: str, **more: object) -> dict[str, object]:
    """The values that show one method on one kind of prompt."""
    return {"kind": kind, "method": method, "precision": "float32", **more}


DEFAULTS = {
    **story("copy", "prompt lookup"),
    "message": "Give me three names for a boat.",
    "length": 1024,
    "new": 32,
    "temperature": 0.0,
    "window": FITTED,
    "step": 2,
    "panel": "Trace",
    "place": 8,
    "source": MODEL_LAWS,
    "seed": 0,
    "block": 4,
    "tile": 1,
    "fast": 96,
    "machine": "laptop GPU",
    "batch": 1,
    "context": 128,
    "draft": 1.0,
    "bandwidth": 1.0,
    "peak": 1.0,
    "overhead": 0,
    "drafter": "small draft",
    "schedule": "grows and shrinks",
    "stop": 0.4,
    "call": 8,
    "epsilon": "0.09",
    "tokens": 8,
    "parallel": 2,
    "remask": False,
    "confidence": "softmax",
    "decay": 0,
}

PRESETS = (
    Preset(
        "Copying is free",
        "The answer stands in the prompt, so looking it up drafts whole phrases that are accepted.",
        story("copy", "prompt lookup", panel="Trace"),
    ),
    Preset(
        "Chat is not",
        "Little of the answer stands in the prompt: the same method seldom has a draft, and nearly all are rejected.",
        story("chat", "prompt lookup", panel="Race"),
    ),
    Preset(
        "Perfect draft",
        "Every draft token is accepted. The draft costs as much as the target, so nothing is won.",
        story("question", "perfect draft", panel="Theory"),
    ),
    Preset(
        "Raw exit fails",
        "The layers below the last do not speak the language of the head: nearly every draft is rejected.",
        story("chat", "raw exit", panel="Acceptance"),
    ),
    Preset(
        "Medusa's tree",
        "Several guesses for each place are verified in one call; the mask keeps the branches apart.",
        story("chat", "Medusa tree", precision="bfloat16", step=5, panel="Tree"),
    ),
    Preset(
        "A looser rule",
        "Medusa's typical rule takes guesses that are likely enough: more tokens a call, and another text.",
        story("edit", "Medusa typical", epsilon="0.09", panel="Typical acceptance"),
    ),
    Preset(
        "Slowed by guesses",
        "Lookahead saves calls and loses time: nearly every call reads six guesses or more, and in float32 "
        "reading them costs more than they win.",
        story("chat", "lookahead", panel="Verification"),
    ),
    Preset(
        "Lookahead's pool",
        "Guesses become n-grams, and an n-gram is tried when the text ends with its first token.",
        story("copy", "lookahead", call=14, panel="Pool"),
    ),
    Preset(
        "Draft length",
        "Eight guesses at a time are slower than none, and a draft that stops when unsure comes back to about one, "
        "the fewest that it can draft.",
        story(
            "chat",
            "small draft",
            drafter="small draft",
            schedule="stops when unsure",
            stop=0.6,
            machine=HERE,
            panel="Schedules",
        ),
    ),
    Preset(
        "A batch decides",
        "The same accepted tokens on another machine: with 64 texts at once, methods that throw many guesses away fall "
        "behind greedy, which they led with one text.",
        story("copy", "Medusa tree", precision="bfloat16", machine="A100", batch=64, panel="Another machine"),
    ),
    Preset(
        "All at once",
        "In one call next to no text is valid; masking the least certain again wins some back. Further down, guesses "
        "lose nothing and save little.",
        story("edit", "Jacobi", parallel=2, remask=True, panel="All at once"),
        free=("parallel", "remask"),
    ),
)

ALL_PROMPTS = "Another machine"
RECORDED_ALONE = (ALL_PROMPTS, "Schedules", "Pool", "Typical acceptance", "All at once")
"""Panels of recorded texts, in which a visitor's own race has no place; the first shows all prompts at once."""

PANELS = (
    PanelWords("Trace", "The text by origin, and one call in detail: each guess with its verdict."),
    PanelWords("Race", "All methods on this prompt: speed by the clock beside calls saved."),
    PanelWords(
        "Acceptance",
        "How many draft tokens each call accepted, and how often each place was; for Medusa its heads by depth too.",
    ),
    PanelWords("Theory", "The speed that theory promises for each size of a draft, and this run."),
    PanelWords("Verification", "What one call costs that reads several tokens, recorded and on this machine."),
    PanelWords("Exactness", "Speculative sampling tested by its counts, beside a rule that is almost right."),
    PanelWords("Draft and target", "Both distributions before one token, their overlap, and the residual."),
    PanelWords("Tree", "The draft tree of a call, its accepted path, and what each guess may see."),
    PanelWords("Schedules", "Drafts that grow, shrink or stop when unsure, against constant lengths."),
    PanelWords("Pool", "The n-grams that lookahead decoding collects, call by call."),
    PanelWords(
        "Typical acceptance", "A threshold for guesses that are likely enough: tokens a call gained, and text lost."
    ),
    PanelWords("Leaving early", "The layers that CALM ran for each token, and a sweep of its threshold."),
    PanelWords("Memory", "Where decoding stands under the machine's roof, and what the cache adds."),
    PanelWords("Another machine", "All prompts by all methods for a machine and a batch of your choice."),
    PanelWords("FlashAttention", "Attention in tiles, block by block, and the bytes that it saves."),
    PanelWords("All at once", "Diffusion language models: what drawing at once loses, and guesses that lose nothing."),
)

QUESTIONS = (
    Question(
        "Does verifying several tokens really take the time of generating one?",
        "Only where reading the weights takes all the time. On a graphics card with a small batch that is nearly true. "
        "On a processor the products themselves cost time: in float32, four tokens cost about one and a half calls. "
        "“Verification” shows T(k) / T(1) as measured; “Theory” puts it into the formula.",
        {"kind": "chat", "method": "small draft", "panel": "Verification"},
    ),
    Question(
        "Is FlashAttention there to speed up training?",
        "It helps wherever attention waits for memory, in training and in use. It is exact, and it does not reduce the "
        "number of operations. The scores stay in fast memory, tile by tile, so fewer bytes travel.",
        {"panel": "FlashAttention"},
    ),
    Question(
        "Why can a model not write the entire sequence at the same time?",
        "Positions that are drawn at once do not know of each other. In a language with two equally likely phrases, "
        "n tokens drawn in k parallel steps form a phrase with probability 2^(1 − ⌈n/k⌉), even if every single "
        "distribution is perfect. A diffusion language model writes so; masking the least certain again wins back "
        "much of it. A model can guess many at once and check them: then the text stays the same, but next "
        "to nothing is saved here, 0 to 3 of 24 calls.",
        {"kind": "edit", "panel": "All at once"},
    ),
    Question(
        "Is the text of speculative decoding the same?",
        "Greedily, yes: a guess stands only if the target would have written it. With sampling, the law is the same: "
        "a rejected guess is replaced from the residual, not from the target itself. Typical acceptance and early "
        "exits of CALM give this up. In bfloat16 rounding depends on how many tokens are verified at once, so even "
        "exact methods can part from greedy at a near tie.",
        {"panel": "Exactness"},
    ),
)

TERMS = (
    "token",
    "temperature",
    "KV cache",
    "greedy decoding",
    "speculative decoding",
    "draft",
    "acceptance rate",
    "prompt lookup",
    "lookahead decoding",
    "Medusa",
    "early exit",
    "CALM",
    "memory bandwidth",
    "roofline",
    "FlashAttention",
    "bfloat16",
    "residual",
    "diffusion language model",
)

RENAMED: dict[str, dict[str, str]] = {}
