"""What the page's figures show, in words: every title and reading is a function of the numbers."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from components.phrases import span
from core.agents import ACT, GIVEN, HARMLESS, MODEL, NOTHING, REACT, Episode, Injections, trapped_world
from core.numbers import sign_test, wilson
from pages.agents.agents.figures.episode import Moment
from pages.agents.agents.figures.transcript import percent
from pages.agents.agents.topic import OVERS


def of_the_moment(moment: Moment, *, hidden: bool) -> str:
    """The main figure's title: what is done next, how sure it is, and whether a shortest way goes so."""
    if moment.over:
        return ended(moment.episode)
    number = moment.place + 1
    if hidden:
        return f"Act {number}: which of {len(moment.probabilities)} will it be? Click your guess"
    share = moment.probabilities[moment.act]
    way = "as on a shortest way" if moment.act in moment.right else "not on a shortest way"
    if not moment.right:
        way = "and no way leads on from what was seen"
    return f"Act {number}, {percent(share)}: {moment.act}, {way}"


def ended(episode: Episode) -> str:
    """How an episode ended, after how many acts."""
    if episode.ended == "over" and not episode.steps:
        return "Nothing was done: the world offers no act"
    many = f"{len(episode.steps)} act{'s' if len(episode.steps) != 1 else ''}"
    return {
        "done": f"The task is done after {many}",
        "over": f"The task has failed after {many}: the answer was wrong",
        "limit": f"The task is not done after {many}, and no more are allowed",
        "no way": f"After {many} the actor sees no way",
    }[episode.ended]


def of_the_episode(actor: str, episode: Episode, counts: Mapping[str, np.ndarray], hidden: bool) -> str:
    """The live sentence: how the episode ends, and how many worlds each actor gets through.

    Args:
        actor, episode: that are shown. counts: by actor, whether each world of this setting was got through.
        hidden: whether the visitor guesses still; then the end is not told.
    """
    repeated = f", {episode.repeated} of them done before in the same state" if episode.repeated else ""
    end = "" if hidden else f"{actor}: {lowered(ended(episode))}{repeated}. "
    said = [f"{name} <b>{int(some.sum())}</b>{_of(name, some)}" for name, some in counts.items()]
    return end + (f"Worlds got through: {', '.join(said)}." if said else "")


def _of(actor: str, hits: np.ndarray) -> str:
    """Of how many, and for the model how sure that is."""
    sure = f" ({span(wilson(int(hits.sum()), len(hits)))})" if actor == MODEL else ""
    return f" of {len(hits)}{sure}"


def compared(before: np.ndarray, after: np.ndarray) -> int:
    """Whether a share on the same worlds rises (1) or falls (-1), or neither (0): the exact sign test at 5 %."""
    worlds = min(len(before), len(after))
    first, then = before[:worlds].astype(bool), after[:worlds].astype(bool)
    gained, lost = int((then & ~first).sum()), int((first & ~then).sum())
    return 0 if sign_test(gained, lost) > 0.05 else 1 if gained > lost else -1


def of_successes(over: str, places: Sequence[float], hits: Mapping[str, Sequence[np.ndarray]]) -> str:
    """The title over successes: how the model fares from one end of the axis to the other; in rooms, against chance."""
    model = hits[MODEL]
    if over == OVERS[-1]:
        mine, chance = (np.concatenate(list(hits[actor])) for actor in (MODEL, "random"))
        told = {1: "more than", 0: "no more, beyond noise, than", -1: "fewer than"}[compared(chance, mine)]
        return (
            f"{MODEL} gets through {int(mine.sum())} of {len(mine)} worlds of rooms, {told} the random actor "
            f"with {int(chance.sum())}"
        )
    ends = [f"{int(some.sum())} of {len(some)} at {place:g}" for some, place in
            ((model[0], places[0]), (model[-1], places[-1]))]  # fmt: skip
    told = {1: "rises", 0: "does not change beyond noise", -1: "falls"}[compared(model[0], model[-1])]
    what = {OVERS[0]: "the look-ups", OVERS[1]: "failing look-ups", OVERS[2]: "examples"}[over]
    return f"{MODEL}’s success {told} with {what}: {ends[0]}, {ends[1]}"


def of_all(hits: Mapping[str, Sequence[np.ndarray]]) -> str:
    """Each actor's successes over all places, with the interval."""
    said = []
    for actor, some in hits.items():
        every = np.concatenate(list(some))
        count = int(every.sum())
        said.append(f"{actor} <b>{count}</b> of {len(every)} ({span(wilson(count, len(every)))})")
    return f"Over all that is drawn: {', '.join(said)}."


def of_lengths(places: Sequence[float], hits: Mapping[str, Sequence[np.ndarray]]) -> str:
    """The model against chance on both sides of the longest way at which it gets through most worlds, in rooms.

    A sum over all lengths hides where they differ: what leads on short ways may fall behind on long ones.

    Args:
        places: acts of a shortest way, rising. hits: by actor and place, whether each world was got through.
    """
    most = [place for place, some in zip(places, hits[MODEL], strict=True) if some.mean() > 0.5]
    reach = max(most, default=places[0])
    sides = {
        f"at most {reach:g} acts": [place <= reach for place in places],
        f"more than {reach:g}": [place > reach for place in places],
    }
    told = [_against_chance(hits, name, kept) for name, kept in sides.items() if any(kept)]
    return f" On shortest ways of {'; of '.join(told)}."


def _against_chance(hits: Mapping[str, Sequence[np.ndarray]], name: str, kept: Sequence[bool]) -> str:
    """The counts of model and random actor in some groups of worlds."""
    mine, chance = (
        np.concatenate([some for some, here in zip(hits[actor], kept, strict=True) if here])
        for actor in (MODEL, "random")
    )
    told = {1: "more than", 0: "no more, beyond noise, than", -1: "fewer than"}[compared(chance, mine)]
    return f"{name}: <b>{int(mine.sum())}</b> of {len(mine)}, {told} random ({int(chance.sum())})"


def door_tries(episode: Episode) -> int:
    """How often the locked door of rooms is tried without the key."""
    return sum(step.decision.act == "open the door" and "no key" in step.state for step in episode.steps)


def of_the_door(episode: Episode, every: Sequence[Episode], *, hidden: bool) -> str:
    """How often the door is tried in vain: in the episode on screen, and in all that the model was recorded in.

    Args:
        episode: on screen. every: the recorded ones. hidden: whether the visitor guesses still.
    """
    here = "" if hidden else f"<b>{door_tries(episode)}</b> here, "
    tries = sum(map(door_tries, every))
    return f" Door tried without the key: {here}{MODEL} <b>{tries}</b> in {len(every)} worlds."


def of_branches(before: Episode, after: Episode | None, actor: str, *, edited: bool = True) -> str:
    """The title over two branches: how each ended, and whether the edit decides it; where there is one."""
    if not edited:
        return "Nothing is edited yet: choose another act, or write what it observes instead"
    if after is None:
        return f"As it was: {lowered(ended(before))}. From the edit on {actor} has not acted yet"
    if before.success == after.success:
        told = "The acts stay the same" if before.acts == after.acts else "The acts change, the end does not"
    else:
        told = "The edit saves the task" if after.success else "The edit ruins the task"
    return f"{told}. Before: {lowered(ended(before))}; edited: {lowered(ended(after))}"


def lowered(words: str) -> str:
    """Words within a sentence."""
    return f"{words[:1].lower()}{words[1:]}"


def of_thoughts(success: Mapping[str, np.ndarray]) -> str:
    """The title over thoughts: what those that the model writes do, and right ones that it is given."""
    own = {1: "help", 0: "change nothing beyond noise", -1: "hurt"}[compared(success[ACT], success[REACT])]
    given = {1: "help", 0: "change nothing beyond noise", -1: "hurt"}[compared(success[ACT], success[GIVEN])]
    said = [f"{int(success[style].sum())} of {len(success[style])}" for style in (ACT, REACT, GIVEN)]
    joined = f"Its own thoughts {own}: {said[1]}, without them {said[0]}; right ones that are given {given}: {said[2]}"
    return (
        joined
        if own != given
        else f"Thoughts {own}, its own and given ones: {said[1]} and {said[2]}, without {said[0]}"
    )


def of_the_style(style: str, wrote: float, acts: float, loops: int, episodes: int, planner: float) -> str:
    """The sentence on a style: tokens, acts, those that were done before in the same state, and the planner's acts."""
    repeated = (
        f"in all {episodes} together <b>{loops}</b> acts were done before in the same state"
        if loops
        else "no act was done twice in a state"
    )
    return (
        f"<b>{style}</b>: {wrote:.0f} tokens written and <b>{acts:.1f}</b> acts an episode on average; {repeated}. "
        f"A planner needs {planner:.1f} acts."
    )


def needed(found: Injections, kind: str, *, marked: bool, permission: str) -> np.ndarray:
    """By world, whether the needed act is done."""
    acts = found.acts(kind, marked=marked, permission=permission)
    return np.array([act == trapped_world(number).needed for number, act in enumerate(acts)])


def followed(found: Injections, kind: str, *, marked: bool, permission: str) -> np.ndarray:
    """By world, whether what the order wants is done."""
    acts = found.acts(kind, marked=marked, permission=permission)
    return np.array([bool(act) and act == trapped_world(number).wanted(kind) for number, act in enumerate(acts)])


def of_orders(found: Injections, kind: str, permission: str) -> str:
    """The title over orders: the needed act with what is added, against nothing added, and how many worlds obey."""
    bare = needed(found, found.kinds[0], marked=False, permission=permission)
    with_it = needed(found, kind, marked=False, permission=permission)
    if kind == found.kinds[0]:
        return f"With nothing behind the record the needed act follows in {int(bare.sum())} of {len(bare)} worlds"
    told = {1: "more than", 0: "no change beyond noise from", -1: "down from"}[compared(bare, with_it)]
    obeys = int(followed(found, kind, marked=False, permission=permission).sum())
    wanted = bool(trapped_world(0).wanted(kind))
    end = f"; {obeys} do what it wants" if wanted else ""
    return (
        f"{kind[:1].upper()}{kind[1:]}: the needed act in {int(with_it.sum())} of {len(bare)} worlds, "
        f"{told} {int(bare.sum())}{end}"
    )


def changed(found: Injections, kind: str, *, marked: bool, permission: str) -> np.ndarray:
    """By world, whether what is added changes the act: against the bare record, as much marked."""
    bare, with_it = (found.acts(one, marked=marked, permission=permission) for one in (NOTHING, kind))
    return np.array([one != other for one, other in zip(bare, with_it, strict=True)])


def of_marking(found: Injections, kind: str, permission: str) -> str:
    """The sentence on marking: what it changes behind a record with something added, and behind a bare one."""
    plain, marked = (needed(found, kind, marked=flag, permission=permission) for flag in (False, True))
    told = {1: "helps", 0: "changes nothing beyond noise", -1: "hurts"}[compared(plain, marked)]
    return (
        f"For the needed act marking {told}: <b>{int(marked.sum())}</b> of {len(marked)} worlds "
        f"({span(wilson(int(marked.sum()), len(marked)))}) instead of <b>{int(plain.sum())}</b>"
        f"{of_obeying(found, kind, permission)}. "
        f"{of_changes(found, kind, permission)}{of_the_bare(found, permission)} Permissions: {permission}."
    )


def of_obeying(found: Injections, kind: str, permission: str) -> str:
    """In how many worlds an order is followed once it is marked, and whether fewer than before; "" without an order."""
    if not trapped_world(0).wanted(kind):
        return ""
    plain, marked = (followed(found, kind, marked=flag, permission=permission) for flag in (False, True))
    told = {1: "more", 0: "within noise", -1: "fewer"}[compared(plain, marked)]
    return f"; the order is followed in <b>{int(marked.sum())}</b> instead of <b>{int(plain.sum())}</b>, {told}"


def of_changes(found: Injections, kind: str, permission: str) -> str:
    """In how many worlds what is added changes the act, with and without marking, beside a harmless sentence."""
    if kind == NOTHING:
        return ""
    plain, marked = (changed(found, kind, marked=flag, permission=permission) for flag in (False, True))
    told = {1: ", more", 0: ", within noise", -1: ", fewer"}[compared(plain, marked)]
    harmless = [int(changed(found, HARMLESS, marked=flag, permission=permission).sum()) for flag in (False, True)]
    beside = "" if kind == HARMLESS else f" (a harmless sentence: {harmless[0]} and {harmless[1]})"
    return (
        f"The act changes in <b>{int(plain.sum())}</b> worlds unmarked and <b>{int(marked.sum())}</b> marked"
        f"{told}{beside}. "
    )


def of_the_bare(found: Injections, permission: str) -> str:
    """What marking does where nothing is added: acts that it harms, and those that it mends."""
    plain, marked = (needed(found, NOTHING, marked=flag, permission=permission) for flag in (False, True))
    told = {1: "helps", 0: "no change beyond noise", -1: "hurts"}[compared(plain, marked)]
    harmed, mended = int((plain & ~marked).sum()), int((marked & ~plain).sum())
    return f"On bare records marking harms <b>{harmed}</b> and mends <b>{mended}</b>: {told}."


def of_the_guess(guess: str, moment: Moment) -> str:
    """What a guess was worth."""
    share = moment.probabilities[guess]
    told = (
        "as you guessed"
        if guess == moment.act
        else f"you guessed <b>{escape(guess)}</b>, to which it gave {percent(share)}"
    )
    return f"It does <b>{escape(moment.act)}</b> ({percent(moment.probabilities[moment.act])}), {told}."
