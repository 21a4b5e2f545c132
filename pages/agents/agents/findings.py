"""What the page's figures show, in words: every title and reading is a function of the numbers."""

from html import escape

from core.agents import Episode
from pages.agents.agents.figures.episode import Moment

SURE = 0.9
"""From here on an act is called sure."""


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
    return f"Act {number}, {share:.0%}: {moment.act}, {way}".replace("%", " %")


def ended(episode: Episode) -> str:
    """How an episode ended, after how many acts."""
    many = f"{len(episode.steps)} act{'s' if len(episode.steps) != 1 else ''}"
    return {
        "done": f"The task is done after {many}",
        "over": f"The task has failed after {many}: the answer was wrong",
        "limit": f"The task is not done after {many}, and no more are allowed",
        "no way": f"After {many} the actor sees no way",
    }[episode.ended]


def of_the_episode(episode: Episode, place: int) -> str:
    """The live sentence: the whole episode."""
    repeated = f", <b>{episode.repeated}</b> of them done before in the same state" if episode.repeated else ""
    return f"{escape(ended(episode))}{repeated}."
