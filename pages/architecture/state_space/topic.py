"""What the state-space page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="state_space",
    chapter="architecture",
    title="State space",
    question="Can a model read without attention?",
    icon=":material/waves:",
    answers="one output by recurrence, convolution and FFT; HiPPO's memory of the whole past; selective copying "
    "trained "
    "with and without a step that reads the token; what hybrids save on a long text",
    builds_on=("attention",),
)

OWN, DRAWN, FILE = "your own", "drawn", "your CSV"
"""The visitor's own system, and two signals of their own."""

SCATTERED, BLOCK = "anywhere in the noise", "always first"
"""Where the data tokens of copying stand."""

KEPT, POWERS = "The whole past", "Forget or explode"
"""The two views of the panel on memory."""

BUDGET, WORK, PRUNING = "Memory and speed", "Work", "Prune and distill"
"""The three views of the panel on long texts."""

ASKED, GATE = "Pairs asked back", "A gate"
"""The two views of the panel on recall."""

DEFAULTS = {
    "system": "oscillator",
    "signal": "impulse",
    "step": 0.2,
    "moment": 40,
    "states": 2,
    "length": 128,
    "method": "bilinear",
    "matrix_a": "-0.1 -1 / 1 -0.1",
    "matrix_b": "1 0",
    "matrix_c": "0 1",
    "matrix_d": "0",
    "text": "the cat sat on the mat and the cat ran",
    "knots": "0 0 0.5 1 0.5 0 -0.5 -1 -1 -0.5 0 0 1 1 0 0 0",
    "panel": FIGURE,
    "pad": False,
    "past_view": KEPT,
    "past_signal": "waves",
    "kept": 32,
    "age": 3.0,
    "past_seed": 0,
    "radius": 0.95,
    "copy_places": SCATTERED,
    "copy_seed": 0,
    "copy_steps": 175,
    "scan_length": 8,
    "scan_round": 0,
    "mix_text": "the cat um sat um on the um mat",
    "mix_skip": "um",
    "mix_seed": 0,
    "recall_view": ASKED,
    "recall_pairs": 12,
    "recall_states": 8,
    "recall_stack": "state space",
    "recall_seed": 3,
    "gate_sure": 2.0,
    "long_view": BUDGET,
    "attention_layers": 4,
    "batch": 16,
    "long_length": 15,
}

PRESETS = (
    Preset(
        "One impulse",
        "An input of 1 and then silence: what comes out is the kernel.",
        {"system": "oscillator", "signal": "impulse", "panel": FIGURE},
        free=("moment",),
    ),
    Preset(
        "Sum of impulses",
        "Each sample starts a kernel of its own; move the moment and watch the state.",
        {"system": "oscillator", "signal": "square", "step": 0.1, "length": 256, "moment": 150},
        free=("moment",),
    ),
    Preset(
        "Delay line",
        "A chain of states hands the input on; it comes out late and rounded.",
        {"system": "delay line", "signal": "square", "states": 16, "step": 0.05, "moment": 20},
        free=("moment",),
    ),
    Preset(
        "Why the FFT",
        "Three ways to one output. Which time grows how fast?",
        {"signal": "square", "panel": "Cost"},
        free=("pad",),
    ),
    Preset(
        "32 numbers",
        "One matrix, two memories, and a wrong way to read one of them.",
        {"panel": "Memory"},
        free=("kept",),
    ),
    Preset(
        "Learn to skip",
        "Two arms of one size: one reads its step from the token.",
        {"panel": "Select"},
    ),
    Preset(
        "Tree of pairs",
        "Step through the rounds: each doubles what a place covers.",
        {"panel": "Scan"},
        free=("scan_round",),
    ),
    Preset("Three matrices", "Where may a row put its weight, and does it know the word?", {"panel": "One matrix"}),
    Preset(
        "Ask it back",
        "How large must a state be to hold twelve pairs?",
        {"panel": "Recall", "recall_states": 4, "recall_pairs": 12},
    ),
    Preset("A long text", "Which of the lines grow with the text?", {"panel": "Long text"}, free=("long_length",)),
)

PANELS = (
    PanelWords(
        "Cost", "Seconds of direct sums, recurrence and FFT by length, measured here, and the FFT without padding."
    ),
    PanelWords("Memory", "HiPPO's two memories of one signal, beside the best polynomial and a random matrix."),
    PanelWords(
        "Select", "Selective copying with a fixed step and with one read from the token: accuracy, learned steps."
    ),
    PanelWords("Scan", "A recurrence as a tree of pairs, round by round, with depth, work and seconds."),
    PanelWords("One matrix", "A fixed system, a selective one and attention as matrices over the same words."),
    PanelWords(
        "Recall", "Key and value pairs asked back of attention, of state spaces by size, and of a hybrid; and a gate."
    ),
    PanelWords(
        "Long text", "Memory, work and tokens a second by length for published models and for any share of attention."
    ),
)

QUESTIONS = (
    Question(
        "Is y_k = C A^k B u_0 + ... + u_k the right formula?",
        "Almost. The last term is C B̄ u_k: the newest input passes through B and C as every other one does. A bare "
        "u_k "
        "is the skip D u_k with D = 1. And the powers are those of Ā, the matrix after discretization with a step Δ. "
        "The figure draws K_0 = C B̄ as the kernel's first value.",
        {"system": "oscillator", "signal": "impulse", "moment": 0},
    ),
    Question(
        "It is a convolution, but is the cost still quadratic?",
        "Only if the sums are taken directly. The recurrence is linear in the length, but its steps wait for each "
        "other. "
        "The FFT needs about L log L, with zeros behind the signal, and with the kernel in hand: building it is a cost "
        "of its own, which S4's structured matrix cuts down.",
        {"panel": "Cost"},
    ),
    Question(
        "Why does a state space trained directly have the trouble of an RNN?",
        "Powers of a matrix shrink or grow with its largest eigenvalue: 0.95 to the power of 100 is 0.006, and 1.05 to "
        "it 132. The figure takes the powers of a random matrix. HiPPO chooses A so that the state is the past's best "
        "polynomial, and its share of old input falls as 1/t, not as λ to the power of t.",
        {"panel": "Memory", "past_view": POWERS},
    ),
    Question(
        "Is S4 a stack of state spaces that cannot select?",
        "A stack, yes, but with HiPPO's matrix and a structured kernel, without which it trains poorly. A single layer "
        "with a fixed step does not solve selective copying in this budget; it keeps climbing, and deep stacks with "
        "nonlinear layers come further. So: far slower, and not here.",
        {"panel": "Select"},
    ),
    Question(
        "What does Mamba let the input choose?",
        "The step Δ, B and C. A stays fixed, but Ā = exp(Δ A) changes with each token. The step alone is enough for "
        "selective copying: trained, it is near 0 on noise, so the state stays as it is.",
        {"panel": "Select"},
    ),
    Question(
        "If the FFT is gone, what makes the recurrence fast?",
        "Two steps of a linear recurrence are one step again, so they can be joined as a tree of pairs in about log2 L "
        "rounds. That is depth, not work: the tree joins more pairs than a pass does, and on a processor without many "
        "lanes it is not faster.",
        {"panel": "Scan"},
    ),
    Question(
        "Pruning a hybrid from 56 to 47 billion gives better accuracy?",
        "Published for Nemotron-H: pruned and then distilled from the large one, similar accuracy, about a fifth "
        "faster; no gain by the cut itself. The small stack here shows what a cut costs and what each way to repair it "
        "brings, with the spread over seeds.",
        {"panel": "Long text", "long_view": PRUNING},
    ),
)

TERMS = (
    "state-space model",
    "HiPPO",
    "selective state space",
    "parallel scan",
    "attention",
    "token",
    "KV cache",
    "roofline",
)

RENAMED: dict[str, dict[str, str]] = {}
