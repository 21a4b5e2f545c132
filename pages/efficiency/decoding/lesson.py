"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Number, OneOf, Point, Reading

LESSON = Outline(
    stages=(
        Stage(
            8,
            "Memory",
            ask="What does one token cost: arithmetic or reading?",
            settles="Every weight is read for each token.",
        ),
        Stage(
            16,
            "Copying is free",
            ask="The answer stands in the prompt, and greedy needs the whole axis. When, in seconds, is lookup done?",
            guess=Point(Reading("prompt lookup", "highest at"), "Whole phrases are verified in one call."),
            settles="Whole phrases are verified at once.",
        ),
        Stage(
            21,
            "Chat is not",
            ask="Copying from the prompt made the model fast. And in small talk?",
            settles="Nothing to look up.",
        ),
        Stage(
            27,
            "Perfect draft",
            ask="Every guess is right. How much faster?",
            settles="Not at all: the draft costs as much as the target.",
        ),
        Stage(
            33,
            "Raw exit fails",
            ask="Can the lower layers guess?",
            settles="Not in the language of the head.",
        ),
        Stage(
            36,
            "Medusa's tree",
            ask="Several guesses for one place: how are they kept apart?",
            settles="By the mask.",
        ),
        Stage(
            39,
            "A looser rule",
            ask="A guess that is nearly the target's choice is thrown away. What if it stands?",
            settles="Fewer calls, and another text: what is not the target's choice leads the rest off.",
        ),
        Stage(
            41,
            "Slowed by guesses",
            ask="Lookahead calls the model less often than greedy does. Which is done first?",
            guess=OneOf(
                ("greedy, a call for each token", "lookahead, with fewer calls"),
                tuple(Reading(name, "highest at") for name in ("greedy", "lookahead")),
                "lowest",
                "Reading six guesses costs more than they win.",
            ),
            settles="Reading six guesses costs more than they win.",
        ),
        Stage(
            43,
            "Lookahead's pool",
            ask="Where do its guesses come from, without any draft?",
            settles="From the target's own corrections, kept as n-grams.",
        ),
        Stage(
            45,
            "Draft length",
            ask="One token, eight, or as many as the draft is sure of: which length is fastest?",
            settles="On these prompts no schedule is clearly ahead of one token; eight are slower than none.",
        ),
        Stage(
            47,
            "A batch decides",
            ask="A machine writes 64 texts side by side. Which methods are still ahead of one token a step?",
            settles="Guesses that are thrown away cost arithmetic, and that is now the limit.",
        ),
        Stage(
            49,
            "Exactness",
            ask="The target says A with 0.5, the draft with 0.25; three tokens in ten are rejected and drawn anew from "
            "the target. How often does A come?",
            guess=Number(
                Reading("redrawn from the target", "value", "0 A"),
                0.2,
                0.6,
                reason="What was refused is not made up for: only the residual keeps the law.",
            ),
            settles="The residual keeps the law.",
        ),
        Stage(
            50,
            "All at once",
            ask="And if all tokens of an answer are drawn at once?",
            settles="They do not know of each other. Masking the least certain again wins back much.",
        ),
    ),
)
