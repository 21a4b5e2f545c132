"""What the page on searching prompts finds: its titles and sentences, each from its numbers."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from components.phrases import listed, span
from core.numbers import mean_interval, sign_test, wilson
from core.prompting import HELD_OUT, SLOT_NAMES, TASKS_OF_WORDS, WAYS, EditRun, Optimism, Way, Wording, break_even
from pages.prompting.searching_prompts.results import HELD, SCORED, Reply
from pages.prompting.searching_prompts.topic import NONE, TWO, WRONG


def search_title(
    method: str, first: int | None, best: float, optimum: float, alike: int, held_out: float, ends: tuple[float, float]
) -> str:
    """What a search found.

    Args:
        method: in words. first: the evaluation that had the best score of all, None where none had.
        best: the best score found. optimum: the best of all 96. alike: how many prompts share that.
        held_out: what the found prompt has on held-out reviews. ends: the interval of it.
    """
    name = f"{method[:1].upper()}{method[1:]}"
    if first is None:
        says = f"{name} scores {best:.0%}; the best of all 96 prompts scores {optimum:.0%}"
    else:
        which = "the best score of all" if alike == 1 else f"the best score of all, which {alike} of 96 share"
        says = f"{name} has {which}, {optimum:.0%}, at evaluation {first}"
    low, high = ends
    if low <= best <= high:
        return f"{says}. Held out: {held_out:.0%}, no sure difference"
    return f"{says}. Held out it is {held_out:.0%}, {'less' if held_out < best else 'more'} than promised"


def changes(before: Wording, after: Wording) -> str:
    """Which slots differ, in words."""
    names = [name for name, old, new in zip(SLOT_NAMES, before, after, strict=True) if old != new]
    return f"changed: {', '.join(names)}" if names else "the same prompt"


def shown_wording(wording: Wording) -> str:
    """A prompt in one line of HTML, escaped."""
    instruction, place, cue, labels = wording
    parts = [part for part in (instruction, place.format("[review]"), cue) if part]
    return f"“{escape(' ⏎ '.join(parts))}”, {escape(labels)}"


def answers_title(replies: Sequence[Reply]) -> str:
    """How many reviews a prompt gets right, scored and held out, and whether its errors lean to one label."""
    scored, held = (_right_of([reply for reply in replies if reply.side == side]) for side in (SCORED, HELD))
    said = [reply.answer for reply in replies if reply.side in (SCORED, HELD) and not reply.right]
    begin = f"This prompt gets {scored} scored reviews right and {held} held-out ones"
    if not said:
        return begin
    most = max(sorted(set(said)), key=said.count)
    if lopsided(said.count(most), len(said)):
        return f"{begin}; where it errs, it says “{most}” ({said.count(most)} of {len(said)})"
    return f"{begin}; its {'error shows' if len(said) == 1 else f'{len(said)} errors show'} no sure leaning"


def _right_of(replies: Sequence[Reply]) -> str:
    return f"{sum(reply.right for reply in replies)} of {len(replies)}"


def lopsided(most: int, count: int) -> bool:
    """Whether a fair coin would lie on one side `most` times of `count` or more in less than 5 % of all cases."""
    return sign_test(most, count - most) < 0.05


def answers_reading(wording: Wording, replies: Sequence[Reply]) -> str:
    """How the bars of the answers are read, and how often the praising label is said."""
    praise, complaint = (escape(label) for label in wording[3].split(" / "))
    said, praises = (sum(one) for one in zip(*((one.log_odds > 0, one.praises) for one in replies), strict=True))
    return (
        f"A bar is log p(“ {praise}”) minus log p(“ {complaint}”) of the next token: above 0 the answer is "
        f"“{praise}”. The one with an outline is the review above. “{praise}” is said to <b>{said}</b> of "
        f"<b>{len(replies)}</b> reviews; <b>{praises}</b> of the {len(replies)} praise. In the table "
        "wrong answers stand first."
    )


def race_title(names: Sequence[str], finals: np.ndarray) -> str:
    """Which method is ahead, by paired differences over the deals.

    Args:
        names: of the methods, the first drawing blindly. finals: the best score of each run [method run].
    """
    tries = len(names) - 1
    ahead = [name for name, row in zip(names[1:], finals[1:], strict=True) if surely_above(row, finals[0], tries)]
    behind = [name for name, row in zip(names[1:], finals[1:], strict=True) if surely_above(finals[0], row, tries)]
    runs = finals.shape[1]
    if not ahead and not behind:
        return f"No search is surely ahead of drawing blindly, over {runs} deals"
    parts = []
    if ahead:
        parts.append(f"{listed(ahead)} {'is' if len(ahead) == 1 else 'are'} ahead of drawing blindly")
    if behind:
        parts.append(f"{listed(behind)} {'is' if len(behind) == 1 else 'are'} behind it")
    said = ", ".join(parts)
    return f"{said[:1].upper()}{said[1:]}, over {runs} deals"


def proposer_words(history: np.ndarray, blind: np.ndarray, budget: int) -> str:
    """What SmolLM2 as the proposer brought, against drawing blindly on the same deals, and whether it read its scores.

    Args:
        history: its best score so far, with true and with shuffled scores in sight [arm run evaluation].
        blind: what drawing blindly expects on the same deals [run evaluation].
        budget: evaluations; at most as many as were recorded are compared.
    """
    at = min(budget, history.shape[2]) - 1
    true, shuffled, drawn = history[0, :, at], history[1, :, at], blind[:, at]
    against = _sign(true, drawn, "ahead of it", "behind it", "no sure difference")
    reads = _sign(true, shuffled, "so it reads them", "so they mislead it", "no sure sign that it reads them")
    return (
        f"SmolLM2 as proposer has <b>{true.mean():.1%}</b> after <b>{at + 1}</b>, mean of <b>{len(true)}</b> deals; "
        f"drawing blindly expects <b>{drawn.mean():.1%}</b> on the same ones ({against}). With its scores shuffled it "
        f"has <b>{shuffled.mean():.1%}</b>: {reads}."
    )


def _sign(one: np.ndarray, other: np.ndarray, above: str, below: str, neither: str) -> str:
    """Which of three wordings holds of paired numbers, one of two comparisons of the same sentence."""
    if surely_above(one, other, 2):
        return above
    return below if surely_above(other, one, 2) else neither


def surely_above(one: np.ndarray, other: np.ndarray, among: int = 1) -> bool:
    """Whether the 95 % interval of the mean paired difference lies above 0, of so many comparisons that are made."""
    return len(one) > 1 and mean_interval(one - other, among=among)[0] > 1e-12


def optimism_title(found: Optimism, count: int) -> str:
    """What the best of all on `count` reviews promises and keeps."""
    place = int(np.flatnonzero(found.counts == count)[0])
    seen, held = float(found.seen[place]), float(found.held_out[place])
    error = float(found.spread[place] / np.sqrt(found.deals))
    if seen - held <= 2 * error:
        return f"Chosen on {count} reviews, the best prompt keeps its score: {seen:.0%}, and {held:.0%} held out"
    return f"Chosen on {count} reviews, the best prompt scores {seen:.0%} and keeps {held:.0%} held out"


def edits_title(first: float, best: float, held_before: float, held_after: float) -> str:
    """What a search of edits gained on the reviews it scored with, and on held-out ones.

    Args:
        first, best: scores of the first text and of the best. held_before, held_after: the same two, held out.
    """
    if best <= first:
        return f"No edit beats the instruction that it began with, {first:.0%}"
    says = f"Edits raise the score from {first:.0%} to {best:.0%}"
    before, after = (wilson(round(share * HELD_OUT), HELD_OUT) for share in (held_before, held_after))
    if before[0] <= after[1] and after[0] <= before[1]:
        return f"{says}; held out {held_before:.0%} becomes {held_after:.0%}, no sure difference"
    turn = "rises" if held_after > held_before else "falls"
    return f"{says}; held out {held_before:.0%} {turn} to {held_after:.0%}"


def edits_reading(run: EditRun) -> str:
    """The best text of a search of edits, and what it is worth; texts are escaped."""
    low, high = wilson(round(float(run.held_out[-1]) * HELD_OUT), HELD_OUT)
    return (
        f"The best of <b>{len(run.tried)}</b> texts is “{escape(run.best)}”: <b>{run.history[-1]:.0%}</b> of the "
        f"<b>{run.params.items}</b> reviews that chose it, <b>{run.held_out[-1]:.0%}</b> ({span((low, high))}) of "
        f"<b>{HELD_OUT}</b> others. Who always gives one label is right in half of them."
    )


def picture_title(wanted: str, shown: str | None, right: int, follows: bool) -> str:
    """What the network did with one new picture.

    Args:
        wanted: the operation of the query's answer. shown: that of the pair, None without a pair.
        right: cells that are as wanted, of 144. follows: whether the answer is that of the pair's operation, exactly.
    """
    if shown is None:
        done = "and happens to be right" if right == 144 else f"and {144 - right} of 144 cells are wrong"
        return f"Without a pair the network can only guess what is wanted, {done}"
    if shown != wanted:
        did = f"The network does what the pair shows, {shown}" if follows else "The network does neither exactly"
        return f"{did}; wanted was {wanted}"
    if right == 144:
        return f"The network sees the pair and does the same: {wanted}, every cell right"
    return f"The network tries {wanted} and misses {144 - right} of 144 cells"


def shares_title(sort: str, pairs: int, means: Mapping[str, float], beyond: tuple[float, float] | None = None) -> str:
    """How often the network is wholly right on new tasks.

    Args:
        sort: what the pair shows, a word of the topic. pairs: how many.
        means: series -> its mean over operations and trainings, the bars first, then what they are compared with.
        beyond: of two operations, the interval of how much more is right than one of them alone would be.
    """
    own, other = list(means.values())[:2]
    if sort == WRONG:
        return f"With a wrong pair it does the pair’s operation in {own:.0%}, the wanted one in {other:.0%}"
    if sort == NONE:
        return f"Without a pair {own:.0%} of new tasks are right, with one {other:.0%}"
    if sort == TWO:
        low, high = beyond or (-1.0, 1.0)
        words = "more than" if low > 0 else "less than" if high < 0 else "not surely more than"
        return f"Never trained: {own:.0%} right, {words} the {other:.0%} that one operation alone would be"
    count = "one pair" if pairs == 1 else f"{pairs} pairs"
    return f"With {count} {own:.0%} of new tasks are wholly right, without any {other:.0%}"


def soft_title(task: str, accuracy: float) -> str:
    """What tuning one vector found."""
    if accuracy >= 0.99:
        return f"One learned vector calls “{task}”: {accuracy:.0%} right"
    new = "" if task in TASKS_OF_WORDS else ", which the decoder never learned,"
    return f"In this budget the vector calls “{task}”{new} in {accuracy:.0%} of the questions"


def turn_title(cosines: Mapping[str, float]) -> str:
    """To which control word a vector has turned.

    Args:
        cosines: task -> the cosine of the vector with its word.
    """
    (first, high), (second, next_high) = sorted(cosines.items(), key=lambda item: -item[1])[:2]
    if high - next_high < 0.05:
        return f"It turns to no word alone: “{first}” {high:.2f}, “{second}” {next_high:.2f}"
    return f"Of the four words it turns to “{first}”, cosine {high:.2f}"


def swap_title(swaps: np.ndarray) -> str:
    """What each vector does on every task. Rows are the tasks that a vector was tuned on [5 5]."""
    own = np.diag(swaps)[: len(TASKS_OF_WORDS)]
    others = swaps[: len(TASKS_OF_WORDS)][~np.eye(len(TASKS_OF_WORDS), swaps.shape[1], dtype=bool)]
    if own.min() >= 0.99 and others.max() <= 0.05:
        return "A vector calls its own task and no other; swapped, it is wrong nearly always"
    least, most = f"{own.min():.0%}", f"{others.max():.0%}"
    return f"A vector has at least {least} on its own task, at most {most} on another"


def size(count: float) -> str:
    """Bytes in words."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} bytes" if count else "nothing"


def operations(count: float) -> str:
    """Operations in words."""
    for unit, name in ((1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.3g}" if count else "none"


def questions(count: float | None) -> str:
    """A number of questions, rounded up to a whole one; never where it is None."""
    return "never" if count is None else f"{max(0, int(np.ceil(count))):,}"


def break_even_title(found: Mapping[str, Way]) -> str:
    """From how many questions on tuning with LoRA has cost less than examples in the prompt."""
    crossing = break_even(found[WAYS[1]], found["LoRA"])
    if crossing is None:
        return "Examples in the prompt never cost more than a tuning with LoRA"
    return f"From {questions(crossing)} questions on, examples in the prompt have cost more than a tuning with LoRA"
