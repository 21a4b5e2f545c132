"""The words of the decoding page: questions, equations, the script, and the table to take along."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from core.decoding import CONTESTANTS, Lookahead, Medusa, Method, Race, is_lossless, why_unavailable

QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Does verifying several tokens really take the time of generating one?",
        "Only where reading the weights takes all the time. On a graphics card with a small batch that is nearly true. "
        "On a processor the products themselves cost time: in float32, four tokens cost about one and a half calls. "
        "The panel shows T(k) / T(1) as measured, and the formula corrected by it.",
        {"kind": "chat", "method": "small draft", "panel": "Verification"},
    ),
    (
        "Is FlashAttention there to speed up training?",
        "It helps wherever attention waits for memory, in training and in use. It is exact, and it does not reduce the "
        "number of operations. The scores stay in fast memory, tile by tile, so fewer bytes travel.",
        {"panel": "FlashAttention"},
    ),
    (
        "Why can a model not write the entire sequence at the same time?",
        "Positions that are drawn at once do not know of each other. In a language with two equally likely phrases, "
        "n tokens drawn in k parallel steps form a phrase with probability 2^(1 − n/k), even if every single "
        "distribution is perfect. It can guess many at once and check them: that loses nothing, and the panel shows "
        "how often it wins.",
        {"panel": "All at once"},
    ),
    (
        "Is the text of speculative decoding the same?",
        "Greedily, yes: a guess stands only if the target would have written it. With sampling, the law is the same: "
        "a rejected guess is replaced from the residual, not from the target itself. Typical acceptance and early "
        "exits of CALM give this up. In bfloat16 rounding depends on how many tokens are verified at once, so even "
        "exact methods can part from greedy at a near tie.",
        {"panel": "Exactness"},
    ),
)

EQUATIONS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        r"x \sim q, \qquad \Pr(\text{accept } x) = \min\!\left(1, \frac{p(x)}{q(x)}\right), \qquad "
        r"r(y) = \frac{\max(p(y) - q(y), 0)}{\sum_z \max(p(z) - q(z), 0)}",
        {
            "p, q": "the distributions of the target and of the draft over the next token",
            "x": "the draft token",
            "r": "the residual, from which the token is drawn after a rejection",
        },
    ),
    (
        r"E = \frac{1 - \alpha^{\gamma + 1}}{1 - \alpha}, \qquad "
        r"\text{speed} = \frac{E}{T(\gamma + 1) / T(1) + \gamma c}",
        {
            r"\alpha": "the acceptance probability, the mean of the sum of min(p, q)",
            r"\gamma": "draft tokens for each call of the target",
            "E": "tokens gained by each call, if tokens were accepted independently",
            "T(k)": "the time of one call that reads k tokens; the published formula sets T(γ + 1) = T(1)",
            "c": "the time of one draft token, in units of T(1)",
        },
    ),
    (
        r"m' = \max(m, \max_j S_j), \quad \ell' = \ell\, e^{m - m'} + \sum_j e^{S_j - m'}, \quad "
        r"O' = \frac{\ell\, e^{m - m'} O + \sum_j e^{S_j - m'} v_j}{\ell'}",
        {
            "S": "the scores of one query with the keys of the present tile",
            r"m, \ell": "the largest score and the sum of exponentials so far",
            "O": "the output so far; after the last tile it is softmax attention exactly",
        },
    ),
)


def unit_of(method: Method) -> str:
    """What the size of a method's draft counts."""
    return {Lookahead: "levels", Medusa: "guesses"}.get(type(method), "draft tokens")


def forecast_of(method: Method) -> str:
    """How theory reckons with a method's draft, and whether the race took its advice."""
    match method:
        case Medusa():
            return (
                "A guess is worth the product of the accuracies on its path. The tree of the race has the size that "
                "earns most."
            )
        case Lookahead():
            return (
                f"Each level has {method.window} guesses of the window and up to {method.guesses} of known n-grams, "
                "and at most one of them is accepted."
            )
        case _:
            return "The windows of the race are those that it recommends after a first round."


def surprise_of(method: Method) -> str:
    """Why the tokens counted for each call are not those of theory."""
    match method:
        case Medusa():
            return "the accuracies were measured on other text, and heads do not err independently"
        case Lookahead():
            return "tokens are not accepted independently, and many calls know no n-gram that fits"
        case _:
            return "tokens are not accepted independently, and many calls have a shorter draft or none"


WINDOW = (
    "The chain from the text and the twigs on it are the window: guesses for places further ahead. What the target "
    "writes after the twigs becomes the next level, and full columns become n-grams. A branch beside the chain is an "
    "n-gram met before: it is meant to be accepted."
)


def until_then(kind: str) -> str:
    """What is on screen before the visitor's own race has been run."""
    return (
        f"Until you race these settings, you see the recorded race on “{kind}”: at temperature 0, with windows that "
        "the measured costs call for."
    )


def absent(name: str, kinds: Sequence[str]) -> str:
    """Why a method is not in the race on screen.

    Args:
        name: of the method.
        kinds: the prompts on which it raced.
    """
    reason = why_unavailable(CONTESTANTS[name])
    if reason is not None:
        return f"“{name}” is not available: {reason} Greedy is shown in its place."
    where = f" It raced on {', '.join(f'“{kind}”' for kind in kinds)}." if kinds else ""
    return f"“{name}” is not part of this race.{where} Greedy is shown in its place."


def why_apart(method: Method) -> str:
    """Why a greedy text is not the one of greedy decoding."""
    return "rounding decided a near tie" if is_lossless(method) else "this method gives up exactness"


def source_functions() -> list[Callable[..., Any]]:
    """The core functions that were run."""
    from core.decoding import generate, judge, lookup, speculative_sample

    return [generate, judge, speculative_sample, lookup]


def export_frame(race: Race) -> pd.DataFrame:
    """Every call of every method: what was drafted, accepted and added, and the seconds."""
    return pd.DataFrame(
        [
            {
                "method": name,
                "call": number,
                "drafted": len(step.draft),
                "accepted": len(step.accepted),
                "added": len(step.added),
                "draft_seconds": step.draft_seconds,
                "verify_seconds": step.verify_seconds,
                "layers": step.depth,
            }
            for name, run in race.runs.items()
            for number, step in enumerate(run.steps)
        ]
    )


def script(race: Race, chosen: str) -> str:
    """A script that runs the same method on the same prompt from `core` alone."""
    params, method = race.params, race.runs[chosen].method
    drawn = f", temperature={params.temperature}, seed={params.seed}" if params.temperature > 0 else ""
    return f"""\
from core.decoding import {type(method).__name__}, generate
from core.models import load_causal_lm

lm = load_causal_lm({params.model!r}, dtype={params.dtype!r})
run = generate(lm, {params.prompt!r}, {method!r}, max_new_tokens={params.max_new_tokens}{drawn})
print(run.text)
print(f"{{len(run.token_ids)}} tokens in {{run.target_calls}} calls, {{run.tokens_per_second:.1f}} tokens per second")
"""
