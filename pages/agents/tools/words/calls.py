"""Which calls are kept, and what a model learns from them."""

from collections.abc import Sequence

from core.tools import KINDS, ON_CALLS, ON_TEXTS, Candidate, LearnedCalls, called, kept_calls


def calls_title(candidates: Sequence[Candidate], threshold: float) -> str:
    """How many of the proposed calls are kept at the threshold."""
    kept, refused = kept_calls(candidates, threshold), sum(one.losses is None for one in candidates)
    if not candidates:
        return "The model proposes no call"
    tail = f"; the calculator refuses {refused}" if refused else ""
    return f"{len(kept)} of {len(candidates)} calls lower the loss by {threshold:g} nats or more, and are kept{tail}"


def calls_reading(candidates: Sequence[Candidate], threshold: float) -> str:
    """The call that is worth most, with its three losses."""
    valued = [(one, one.gain) for one in candidates]
    known = [(one, gain) for one, gain in valued if gain is not None]
    if not known:
        return "The calculator refuses every call that the model wrote, so nothing can be kept."
    best, gain = max(known, key=lambda pair: pair[1].gain)
    kept = "kept" if gain.gain >= threshold else "rejected"
    return (
        f"The best call, before token {best.place}: the next tokens cost <b>{gain.without:.2f}</b> nats alone, "
        f"<b>{gain.with_call:.2f}</b> after the bare call, <b>{gain.with_result:.2f}</b> after its result. It gains "
        f"<b>{gain.gain:.2f}</b> and is {kept} at τ = {threshold:g}."
    )


def learned_title(record: LearnedCalls) -> str:
    """Whether tuning on texts with calls gives more right numbers than on the same texts without them, and where."""
    _, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    shares = f"{record.by_statement(ON_CALLS).mean():.0%} against {record.by_statement(ON_TEXTS).mean():.0%}"
    if low > 0:
        kinds = called(record.of(ON_CALLS)).kinds
        only = f", calling in {kinds} of {KINDS} kinds"
        return f"Tuned on its own calls it writes the right number more often: {shares}{only}"
    if high < 0:
        return f"Tuned on its own calls it writes the right number less often: {shares}"
    return f"Its own calls in the texts make no difference beyond chance: {shares} of numbers are right"


def learned_reading(record: LearnedCalls) -> str:
    """The difference with its interval, what the calls came to, and how often it calls where nothing is to compute."""
    gain, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    counts, arms = called(record.of(ON_CALLS)), record.of(ON_CALLS)
    carry = sum("[Calculator(" in text for text in record.lessons)
    over = f"95 % over {len(arms[0].statements)} statements, {len(arms)} seeds of a LoRA of {record.trained:,} numbers"
    return (
        "The paper saw no gain below 775 million parameters: expect none of these 135 million, though statements and "
        "lessons are of the same kinds here. "
        f"{carry} of {len(record.lessons)} training texts carry a call that gains {record.threshold:g} nats or more. "
        f"The calls change the share right by <b>{100 * gain:+.0f}</b> points "
        f"({100 * low:+.0f} to {100 * high:+.0f}, {over}). It calls in <b>{counts.opened} of {counts.statements}</b> "
        f"statements, of {counts.kinds} of the {KINDS} kinds, and in {counts.idle} of {counts.plain} sentences without "
        "numbers."
    )
