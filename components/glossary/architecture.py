"""The terms of attention, state spaces and the order of tokens."""

from components.glossary.term import Term

ARCHITECTURE = (
    # Attention
    Term(
        "attention",
        "Each token takes a weighted mean of the values of the tokens that it may see; queries and keys decide the "
        "weights.",
    ),
    Term(
        "query",
        "The vector with which a token asks: its dot product with a key is the score of that key.",
        ("queries",),
    ),
    Term("key", "The vector by which a token is found: the better it matches a query, the more weight the token gets."),
    Term("value", "The vector that a token hands on to whoever looks at it, in proportion to the weight."),
    Term("head", "One of the attentions that work side by side in a layer, each with matrices of its own."),
    Term(
        "causal mask",
        "Closes the future: a token may look at itself and at the tokens before it, and at nothing after.",
        ("mask",),
    ),
    Term(
        "encoder",
        "A model that turns its whole input into vectors: in a text, each token sees those before it and those after.",
    ),
    Term(
        "attention sink",
        "A token, mostly the first, on which heads rest the weight that they have no use for.",
        ("sink",),
    ),
    Term(
        "induction head",
        "A head that finds an earlier copy of the present token and looks at what followed it then.",
        ("induction",),
    ),
    Term("previous-token head", "A head that looks at the token just before, whatever it is.", ("previous token",)),
    Term(
        "rollout",
        "Multiplies the attention maps of all layers, each averaged with the identity, to follow what reaches a token.",
    ),
    Term(
        "residual stream",
        "A token's vector on its way through the layers: each attention and each feed-forward net adds its output to "
        "it.",
        ("stream",),
    ),
    Term(
        "feed-forward net",
        "The part of a layer that works on each token alone: widen, bend by a nonlinearity, and narrow again.",
    ),
    Term(
        "logit lens",
        "Reads a middle layer with the model's last norm and output matrix: the token it would write from here.",
    ),
    Term(
        "activation patching",
        "Copies one part of a run into the run of another text, to see how much of the answer comes along.",
        ("patching", "patch", "patched"),
    ),
    Term(
        "direct logit attribution",
        "Reads each part that is added to the stream with the output matrix: how much it says for a token itself.",
        ("attribution",),
    ),
    Term(
        "ablation",
        "Takes a part of the model out, here a head's output, to see what it was for.",
        ("ablate", "ablated", "ablating", "silenced"),
    ),
    Term(
        "contribution",
        "What really arrives through a head: the length of weight times value after the head's output matrix.",
    ),
    Term(
        "grouped-query attention",
        "Several query heads share one head of keys and values, so that less has to be kept and read.",
    ),
    # State spaces
    Term(
        "state-space model",
        "A layer that carries a state of fixed size through a sequence and mixes each input into it by matrices.",
        ("state space",),
    ),
    Term(
        "HiPPO",
        "A matrix for a state space that makes the state the coefficients of a polynomial fitted to the past.",
    ),
    Term(
        "selective state space",
        "A state space whose step, and with it what is kept and what is let in, is read from each token.",
        ("selective layer",),
    ),
    Term(
        "parallel scan",
        "Computes a linear recurrence as a tree of pairs of steps, in a number of rounds that grows as the logarithm.",
        ("scan",),
    ),
    Term(
        "KV cache",
        "The keys and values of all tokens so far, kept so that a new token need not compute them again.",
        ("cache",),
    ),
    Term(
        "document mask",
        "Keeps documents apart that share one sequence: a token looks only at tokens of its own document.",
    ),
    # Order
    Term(
        "positional encoding",
        "What tells a model the order of its tokens; attention by itself takes them as a bag.",
    ),
    Term(
        "sinusoidal encoding",
        "A fixed code for each position, sines and cosines from fast to slow, that is added to the token's embedding.",
        ("sinusoidal",),
    ),
    Term(
        "learned positions",
        "A table with one trained row for each position; it has nothing to say beyond its last row.",
        ("learned table",),
    ),
    Term(
        "RoPE",
        "Turns each pair of dimensions of queries and keys by an angle that grows with the position, so that scores "
        "depend on the distance.",
        ("rotary positional encoding",),
    ),
    Term("ALiBi", "Subtracts from each score a slope times the distance, with a fixed slope for each head."),
    Term(
        "T5 buckets",
        "T5 adds a trained number to each score by the bucket of its distance: near ones have one each, far ones "
        "share.",
        ("bucket", "T5"),
    ),
    Term(
        "relative position",
        "How far apart two tokens are, and not where each of them stands.",
        ("relative",),
    ),
    Term(
        "context extension",
        "Makes a model read texts longer than those it was trained on, mostly by turning its pairs more slowly.",
    ),
    Term(
        "YaRN",
        "Context extension that slows slow pairs by the whole factor and fast ones not at all, and sharpens the "
        "softmax a little.",
    ),
    Term(
        "NTK-aware scaling",
        "Context extension by a larger base: the fastest pair stays as it is, the slowest is slowed by the whole "
        "factor.",
        ("NTK-aware",),
    ),
)
