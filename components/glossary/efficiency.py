"""The terms of fast writing."""

from components.glossary.term import Term

EFFICIENCY = (
    Term("greedy decoding", "Writes the likeliest token at each step.", ("greedy", "greedily")),
    Term(
        "speculative decoding",
        "Something cheap drafts several tokens, and the model verifies them in one call, so the text stays its own.",
        ("speculation",),
    ),
    Term("draft", "Cheap guesses for the next tokens, which the model verifies in one call.", ("draft model",)),
    Term(
        "acceptance rate",
        "The share of tested draft tokens that were accepted; one behind a rejected token is not tested.",
        ("acceptance", "accepted"),
    ),
    Term(
        "prompt lookup",
        "Drafts what followed the same words earlier in the text; no draft model is needed.",
    ),
    Term(
        "lookahead decoding",
        "Keeps guesses for places ahead, improves them with each call, and tries the n-grams that come of it.",
        ("lookahead",),
    ),
    Term(
        "Medusa",
        "Extra heads on the last layer guess the tokens after the next; a tree of guesses is verified at once.",
    ),
    Term(
        "early exit",
        "Reads the next token from a middle layer and saves the layers above it.",
        ("exit",),
    ),
    Term("CALM", "Leaves the layers as soon as it is confident enough, token by token; the text may change."),
    Term(
        "diffusion language model",
        "Begins with every place masked, draws all of them in each step, and keeps those of which it is most certain.",
        ("masked diffusion", "remasking"),
    ),
    Term(
        "memory bandwidth",
        "Bytes that can be read each second; writing token by token is held up by it, since each token reads every "
        "weight.",
        ("bandwidth",),
    ),
    Term(
        "roofline",
        "The bound on speed: peak arithmetic, or bandwidth times operations for each byte, whichever is less.",
    ),
    Term(
        "FlashAttention",
        "Computes exact attention tile by tile in fast memory, so that the table of scores is never stored.",
    ),
    Term(
        "bfloat16",
        "A number in 16 bits: the range of float32 with only 8 significant bits, so sums round more.",
    ),
    Term(
        "residual",
        "What the target's distribution has more than the draft's; after a rejection the token is drawn from it.",
    ),
)
