"""The terms of rewards and preferences."""

from components.glossary.term import Term

ALIGNMENT = (
    Term(
        "policy", "A model seen as one that acts: its distribution over answers, which a reward changes.", ("policies",)
    ),
    Term(
        "reward model",
        "A model that has learned from preferences to give an answer a number; training then raises that number.",
        ("proxy",),
    ),
    Term(
        "gold reward",
        "The true worth of an answer, which training never sees; only a toy world can know it.",
        ("gold",),
    ),
    Term("spread", "The standard deviation: how far values, or what is known of one, lie from their mean as a rule."),
    Term(
        "Bradley-Terry",
        "The chance that one answer is preferred to another is the sigmoid of the difference of their rewards.",
        ("sigmoid of its reward gap",),
    ),
    Term(
        "reward hacking",
        "The policy finds what the reward model gets wrong: the learned reward rises while the true one falls.",
        ("over-optimization",),
    ),
    Term(
        "PPO",
        "Proximal policy optimization: makes better-than-expected words likelier, in steps whose gain is clipped.",
    ),
    Term(
        "GRPO",
        "Group relative policy optimization: compares each answer with the others to the same prompt, so it needs no "
        "value head.",
    ),
    Term(
        "DPO",
        "Direct preference optimization: learns from pairs without a reward model, since the policy implies a reward.",
    ),
    Term(
        "advantage",
        "How much better an answer did than was expected of it; its sign says whether to make it likelier.",
    ),
    Term(
        "clipping",
        "Stops rewarding a change once the ratio of new to old probability leaves 1 − ε to 1 + ε.",
        ("clip", "clipped"),
    ),
    Term("best of n", "Draw n answers and keep the one with the highest reward.", ("best-of-n",)),
    Term(
        "abstention",
        "To say “I don't know” in place of an answer; it pays while being right is too unlikely.",
        ("abstain", "refuse", "refuses everything"),
    ),
)
