"""Edit and run on: another act or another observation at one step, and what the actor does from there."""

from html import escape

import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page, Panel
from components.refusals import told
from core.agents import MODEL, Branch, Episode, act_on, begun, branched, run_branch
from core.checks import Check
from core.jobs import find, promise
from pages.agents.agents import findings
from pages.agents.agents.figures.branches import branches_figure
from pages.agents.agents.main import TAKES, Shown, episode_checks
from pages.agents.agents.topic import EDIT, KEPT

ABOVE = 196


def panel(page: Page, shown: Shown) -> Panel:
    """The panel."""
    return Panel(
        EDIT, lambda: draw(page, shown), stands="instead", badges=(Badge.MEASURED, Badge.TOY),
        checks=lambda: checks(page, shown), script=lambda: script(page, shown),
    )  # fmt: skip


def place_of(shown: Shown) -> int:
    """The step that is edited, from 0: the one before which the episode is shown, or the last."""
    return min(shown.place, len(shown.episode.steps) - 1)


def branch_of(page: Page, shown: Shown) -> Branch:
    """The branch that the controls ask for. Raises ValueError where it cannot be."""
    place, act = place_of(shown), str(page.controls.value("instead"))
    offered = shown.world.acts(shown.episode.steps[place].state)
    acts = branched(shown.episode.acts, place, act=act if act in offered else "")
    branch = Branch(shown.setting, shown.number, acts, str(page.controls.value("heard")).strip())
    begun(branch)
    return branch


def draw(page: Page, shown: Shown) -> None:
    """What is edited, and both branches."""
    if not shown.episode.steps:
        told(ValueError("This episode has no act to edit."))
        return
    step = shown.episode.steps[place_of(shown)]
    left, right = st.columns([3, 7], vertical_alignment="bottom")
    with left:
        page.controls.select("instead", f"Act {place_of(shown) + 1}, edited", [KEPT, *shown.world.acts(step.state)])
    with right:
        page.controls.text("heard", "Let it observe instead", max_chars=300, placeholder=step.observation)
    try:
        branch = branch_of(page, shown)
    except ValueError as error:
        told(error)
        return
    side_by_side(page, shown, gone_on(shown, branch), branch)


def is_edited(shown: Shown, branch: Branch) -> bool:
    """Whether a branch does or reads anything else than the episode."""
    return bool(branch.observation) or branch.acts != shown.episode.acts[: len(branch.acts)]


def gone_on(shown: Shown, branch: Branch) -> Episode | None:
    """The edited branch, at once or as a job; None until it is there."""
    if not is_edited(shown, branch):
        return shown.episode
    if shown.actor != MODEL:
        return run_branch(shown.actor, branch)
    cost = f"It takes {promise(TAKES)} of one core, once. Right: the branch up to the edit."
    return job_panel(act_on, branch, start="Let SmolLM2 go on", cost=cost)


def side_by_side(page: Page, shown: Shown, after: Episode | None, branch: Branch) -> None:
    """Both transcripts, and what came of the edit."""
    steps, at = after.steps if after else begun(branch), place_of(shown)
    edited = is_edited(shown, branch)
    title = findings.of_branches(shown.episode, after, shown.actor, edited=edited)
    name = ("edited" if after else "edited, up to here") if edited else "not edited yet"
    fig = branches_figure(
        shown.world, shown.episode.steps, steps, edited=at,
        names=("as it was", name), look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(fig, name="branches", alt=f"Two transcripts of one episode side by side. {title}.", roomy="broad")
    last = steps[at]
    page.sentence(
        f"Act {at + 1}, {'edited' if edited else 'as it was'}: <b>{escape(last.decision.act)}</b>; what is read then: "
        f"<b>{escape(last.observation)}</b>"
    )


def checks(page: Page, shown: Shown) -> tuple[Check, ...]:
    """Without an edit the states are the episode's own; a branch whose words are the world's replays to its states."""
    if not shown.episode.steps:
        return ()
    own = begun(Branch(shown.setting, shown.number, shown.episode.acts))
    first = unedited(own, shown.episode)
    try:
        branch = branch_of(page, shown)
    except ValueError:
        return (first,)
    after = done(shown, branch)
    if after is None or branch.observation:
        return (first,)
    return (first, *episode_checks(after, shown.world, shown.number))


def unedited(own: tuple[object, ...], episode: Episode) -> Check:
    """Whether the acts of an episode, gone through as a branch, give its states."""
    moved = sum(getattr(one, "after", None) != step.after for one, step in zip(own, episode.steps, strict=True))
    return Check("States that differ where nothing is edited", moved, 0, f"of {len(own)}")


def done(shown: Shown, branch: Branch) -> Episode | None:
    """The branch, where it has been gone on already."""
    if shown.actor != MODEL:
        return run_branch(shown.actor, branch)
    job = find(act_on, branch)
    return job.result() if job is not None and job.state == "finished" else None


def script(page: Page, shown: Shown) -> str:
    """A script that goes on from the edit."""
    try:
        branch = branch_of(page, shown)
    except (ValueError, IndexError):
        branch = Branch(shown.setting, shown.number)
    call = "act_on(branch)" if shown.actor == MODEL else f"run_branch({shown.actor!r}, branch)"
    return f"""from core.agents import Branch, Setting, act_on, run_branch

branch = {branch!r}
episode = {call}
for step in episode.steps:
    print(step.decision.act, "->", step.observation)
print(episode.success)
"""
