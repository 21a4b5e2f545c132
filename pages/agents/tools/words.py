"""The names and the findings of the page on tools. Each finding is a function of the data."""

from collections.abc import Mapping, Sequence

from components.phrases import listed
from core.tools import (
    CALCULATOR,
    CHAIN,
    DIRECT,
    LABELS,
    METHODS,
    ON_CALLS,
    ON_TEXTS,
    PROGRAM,
    Attempt,
    Candidate,
    Choice,
    Exchange,
    LearnedCalls,
    Share,
    Sum,
    called,
    chosen_right,
    confusion,
    kept_calls,
    named,
    share,
    wrong_places,
)

SUMS, PROGRAMS, CALLS, PROTOCOL, CHOICE, COST = (
    "Bare sums",
    "Programs",
    "When to call",
    "One protocol",
    "Let it choose",
    "What it costs",
)
"""The names of the panels."""

ELSEWHERE = (SUMS, CALLS, PROTOCOL, CHOICE)
"""The panels that have no use for the problems of the main figure."""

TALK, PLAY = "Talk to a server", "Play the server"
"""The views of the panel on the protocol."""

FILTER, LEARNED = "Filter calls", "Learn from them"
"""The views of the panel on when to call."""

Case = Mapping[int, Mapping[str, Sequence[Attempt]]]
"""By digits and method, answers."""


def percent(found: Share) -> str:
    """A share with its interval: "38 of 40 (83 to 99 %)"."""
    low, high = found.interval
    return f"{found.right} of {found.count} ({100 * low:.0f} to {100 * high:.0f} %)"


NAMES = {DIRECT: "direct answers", CHAIN: "chains", PROGRAM: "programs"}
"""What several answers by a method are called."""


def answers_title(case: Case) -> str:
    """At which sizes chains are ahead of programs, or programs of chains, and direct answers behind, beyond chance."""
    shares = {digits: {method: share(by[method]) for method in METHODS} for digits, by in case.items()}

    def sizes(one: str, other: str) -> list[int]:
        return [digits for digits, found in shares.items() if beats(found[one], found[other])]

    chains, programs = sizes(CHAIN, PROGRAM), sizes(PROGRAM, CHAIN)
    told = [
        f"{first} are ahead of {second} at {_sizes(found, len(case))}"
        for first, second, found in (("chains", "programs", chains), ("programs", "chains", programs))
        if found
    ]
    lead = ", ".join(told) or "chains and programs differ by no more than chance at any size"
    behind = [digits for digits in shares if digits in {*sizes(CHAIN, DIRECT), *sizes(PROGRAM, DIRECT)}]
    tail = f"; direct answers are behind at {_sizes(behind, len(case))}" if behind else ""
    return f"{lead[:1].upper()}{lead[1:]}{tail}"


def beats(one: Share, other: Share) -> bool:
    """Whether one share is higher, and the intervals do not meet."""
    return one.right * other.count > other.right * one.count and one.apart(other)


def _sizes(digits: Sequence[int], every: int) -> str:
    if len(digits) == every:
        return "every size"
    return listed(digits) + (" digit" if digits == [1] else " digits") if digits else "no size"


def answers_reading(case: Case, digits: int) -> str:
    """The three shares at the chosen size, and what became of the programs that were stopped."""
    by_method = case[digits]
    told = ", ".join(f"{method} <b>{percent(share(by_method[method]))}</b>" for method in reversed(METHODS))
    stopped = [one for one in by_method[PROGRAM] if one.error]
    mended = sum(one.right_in_the_end for one in stopped)
    after = (
        f" {len(stopped)} program{'s' if len(stopped) > 1 else ''} stopped; shown the error, {mended} became right."
        if stopped
        else " No program stopped with an error."
    )
    return f"With {_digits(digits)} right: {told}.{after}"


def returned(attempt: Attempt) -> str:
    """How an answer came out, in words."""
    if attempt.error and attempt.second is not None:
        again = attempt.second
        came = f"stopped again: {again.error}" if again.error else f"returned {again.answer}{_judged(again)}"
        return f"stopped: {attempt.error}. Shown the error, the model wrote again; it {came}"
    if attempt.error:
        return f"stopped: {attempt.error}"
    return f"{attempt.answer or 'no number'}{_judged(attempt)}"


def _judged(attempt: Attempt) -> str:
    if attempt.truth is None:
        return ""
    return ", which is right" if attempt.right else f", but {attempt.truth} is right"


def sums_title(by_digits: Mapping[int, Sequence[Sum]], shown: str) -> str:
    """From which number of digits on fewer than half of the sums are right, beyond the interval, and none is."""
    shares = {digits: Share(sum(one.correct for one in some), len(some)) for digits, some in by_digits.items()}
    low = _from({digits: found.interval[1] < 0.5 for digits, found in shares.items()})
    none = _from({digits: found.right == 0 for digits, found in shares.items()})
    if low is None:
        return f"With {shown} about half of the longest sums or more are right"
    if none == low:
        return f"With {shown} no sum is right from {_digits(low)} on"
    tail = f", and none from {_digits(none)} on" if none is not None else ""
    return f"With {shown} fewer than half of the sums are right from {_digits(low)} on{tail}"


def _from(holds: Mapping[int, bool]) -> int | None:
    """The smallest number of digits from which on it holds for every one; None where it does not for the largest."""
    found = None
    for digits in sorted(holds, reverse=True):
        if not holds[digits]:
            break
        found = digits
    return found


def _digits(count: int) -> str:
    return f"{count} digit{'s' if count > 1 else ''}"


def sums_reading(sums: Sequence[Sum]) -> str:
    """Where the wrong sums of one length go wrong first, and whether a carry makes a difference."""
    wrong = [one for one in sums if not one.correct]
    if not wrong:
        return f"All {len(sums)} sums are right."
    places = wrong_places(sums)
    at = max(range(len(places)), key=lambda place: places[place])
    where = "behind the last digit" if at == len(places) - 1 else f"at digit {at + 1} of the answer"
    return (
        f"{len(wrong)} of {len(sums)} are wrong, {places[at]} of them first {where}. {_carried(sums)} "
        "Every number is cut into single digits, so the cutting alone does not explain it."
    )


def _carried(sums: Sequence[Sum]) -> str:
    groups = {"with a carry": [one for one in sums if one.carries], "without": [one for one in sums if not one.carries]}
    shares = {name: Share(sum(one.correct for one in some), len(some)) for name, some in groups.items() if some}
    told = ", ".join(f"{name} {percent(found)}" for name, found in shares.items())
    if len(shares) < 2:
        return f"Right {told}."
    differ = next(iter(shares.values())).apart(list(shares.values())[1])
    return f"Right {told}: {'a difference' if differ else 'no difference beyond chance'}."


def programs_title(case: Case) -> str:
    """Of all programs: how many ran, how many were right, and how many of the stopped ones were mended."""
    every = [one for by_method in case.values() for one in by_method[PROGRAM]]
    stopped = [one for one in every if one.error]
    right = sum(one.right for one in every)
    if not stopped:
        return f"All {len(every)} programs ran, and {right} gave the right number"
    mended = sum(one.right_in_the_end for one in stopped)
    what = "none" if not mended else str(mended)
    return f"{right} of {len(every)} programs are right, {len(stopped)} stopped; the error mended {what} of these"


def outcome_counts(attempts: Sequence[Attempt]) -> dict[str, int]:
    """What became of programs: right, a wrong number, stopped and then mended, stopped for good."""
    stopped = [one for one in attempts if one.error]
    mended = sum(one.right_in_the_end for one in stopped)
    return {
        "right": sum(one.right for one in attempts),
        "wrong number": sum(not one.error and not one.right for one in attempts),
        "stopped, then right": mended,
        "stopped": len(stopped) - mended,
    }


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
    """Whether tuning on texts with calls gives more right numbers than tuning on the same texts without them."""
    _, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    shares = f"{record.by_statement(ON_CALLS).mean():.0%} against {record.by_statement(ON_TEXTS).mean():.0%}"
    if low > 0:
        return f"Tuned on its own calls it writes the right number more often: {shares}"
    if high < 0:
        return f"Tuned on its own calls it writes the right number less often: {shares}"
    return f"Its own calls in the texts make no difference beyond chance: {shares} of numbers are right"


def learned_reading(record: LearnedCalls) -> str:
    """The difference with its interval, what the calls came to, and how often it calls where nothing is to compute."""
    gain, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    counts, arms = called(record.of(ON_CALLS)), record.of(ON_CALLS)
    carry = sum("[Calculator(" in text for text in record.lessons)
    return (
        f"{carry} of {len(record.lessons)} training texts carry a call that gains {record.threshold:g} nats or more. "
        f"The calls change the share right by <b>{100 * gain:+.0f}</b> points ({100 * low:+.0f} to {100 * high:+.0f}, "
        f"95 % over {len(arms[0].statements)} statements, {len(arms)} seeds). It calls in <b>{counts.opened} of "
        f"{counts.statements}</b> statements, and in {counts.idle} of {counts.plain} sentences without numbers. The "
        "paper saw no gain below 775 million parameters; this model has 135 million."
    )


def choice_title(by_telling: Mapping[str, Sequence[Choice]], telling: str, plain: str) -> str:
    """How many questions get the right tool, and whether that is more or less than with plain descriptions."""
    right, count, interval = chosen_right(by_telling[telling])
    told = f"With {telling} {right} of {count} questions get the right tool"
    if telling == plain:
        chance = count / len(LABELS)
        beyond = interval[0] * count > chance
        return (
            f"{told}; chance gives {chance:.0f}" if beyond else f"{told}: no more than chance, which gives {chance:.0f}"
        )
    before, _, low = chosen_right(by_telling[plain])
    if interval[0] > low[1]:
        return f"{told}, more than the {before} with plain ones"
    if interval[1] < low[0]:
        return f"{told}, fewer than the {before} with plain ones"
    return f"{told}; with plain ones {before}, no difference beyond chance"


def choice_reading(choices: Sequence[Choice]) -> str:
    """What is chosen most, and how the calculator's own questions fare."""
    table = confusion(choices)
    most = int(table.sum(axis=0).argmax())
    own = LABELS.index(CALCULATOR)
    orders = len({one.order for one in choices})
    over = f"Over {orders} orders of the list" if orders > 1 else "With the tools in one order"
    return (
        f"{over} <b>{LABELS[most]}</b> is chosen for {table[:, most].sum()} of {table.sum()}; "
        f"questions for the calculator reach it in <b>{table[own, own]} of {table[own].sum()}</b>."
    )


def break_even(tool: Share, other: Share) -> float | None:
    """The error rate of the tool at which asking it is no better than the other way: 1 - p / p_tool.

    None where the tool is not better even without an error.
    """
    if tool.right == 0 or tool.value <= other.value:
        return None
    return 1 - other.value / tool.value


def cost_title(shares: Mapping[str, Share]) -> str:
    """At which error rate of the tool its use no longer pays, against the better of the two other ways."""
    other = max((CHAIN, DIRECT), key=lambda method: shares[method].right)
    turn = break_even(shares[PROGRAM], shares[other])
    if turn is None:
        return f"Programs are not right more often than {NAMES[other]} even where the tool never errs"
    if not shares[PROGRAM].apart(shares[other]):
        return f"Programs and {NAMES[other]} differ by no more than chance, so no break-even is told"
    return f"Programs beat {NAMES[other]} until the tool errs in {turn:.0%} of its calls"


def protocol_title(exchange: Exchange) -> str:
    """How many messages it took before the first call, and how many there are."""
    words = named(exchange.messages)
    before = words.index("tools/call") if "tools/call" in words else len(words)
    if before == len(words):
        return f"{len(words)} messages, and no call yet"
    opened = "a handshake" if "initialize" in words else "a look at what the server is"
    return f"{opened[:1].upper()}{opened[1:]} and the list of tools: {before} messages before the first call"


def protocol_reading(exchange: Exchange) -> str:
    """What has been called, how the calls ended, and where the version stands."""
    words = named(exchange.messages)
    versions = sum(exchange.version in message.text for message in exchange.messages if message.sender == "client")
    sent = sum(message.sender == "client" for message in exchange.messages)
    errors = sum('isError":true' in message.text for message in exchange.messages)
    return (
        f"<b>{words.count('tools/call')}</b> calls: {errors} came back with an error inside the answer, "
        f"{words.count('notifications/progress')} reports of progress, "
        f"{words.count('notifications/cancelled')} taken back. The version {exchange.version} stands in "
        f"<b>{versions} of {sent}</b> lines of the client."
    )
