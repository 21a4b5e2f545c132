"""The page on agents, driven as a visitor would: steps, guesses, edits, bad input, and checks that fail."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.page import Page
from components.theme import Look
from core.agents import (
    ACT,
    BOTH,
    FREE,
    MODEL,
    NAMED,
    SEEN,
    STYLES,
    Branch,
    Injections,
    Setting,
    act_prompt,
    mark,
    recorded_injections,
    recorded_run,
    recorded_thoughts,
    run_branch,
    trapped_world,
)
from core.checks import Check
from pages.agents.agents import main, results
from pages.agents.agents.figures.parts import BLOCKS
from pages.agents.agents.figures.transcript import text_trace
from pages.agents.agents.panels import edit, guards, parts, prompt, success, thoughts
from pages.agents.agents.topic import EDIT, GUARDS, OVERS, PANELS, PARTS, PROMPT, SUCCESS, THOUGHTS, TOPIC
from tests.page_kit import charts, html_of, printed

PAGE = "pages/agents/agents/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"agents_{name}": value for name, value in params.items()})


def test_it_opens_on_a_recorded_episode_beside_the_count_over_all_worlds(page: Visit) -> None:
    runs = recorded_run(Setting())
    assert runs is not None
    said = html_of(page())
    assert f"SmolLM2 <b>{int(runs.success.sum())}</b> of {len(runs)}" in said
    assert f"Look up: {Setting().world(0).asked}" in said  # type: ignore[attr-defined]


def test_probabilities_are_hidden_until_this_very_act_is_guessed(page: Visit) -> None:
    guess = "Look up: Frank"
    assert "Click your guess" in html_of(page(hide="true"))
    assert "as you guessed" in html_of(page(hide="true", guess=f"1.1 {guess}"))
    for old in (f"1.2 {guess}", f"2.1 {guess}", "1.1 fly"):
        assert "Click your guess" in html_of(page(hide="true", guess=old))


@pytest.mark.parametrize("number", [0, 3])
def test_a_click_on_an_act_is_a_guess_of_this_very_act(page: Visit, number: int) -> None:
    episode = run_branch("planner", Branch(Setting(), number))
    shown = main.Shown(Page(TOPIC), "planner", Setting(), number, episode, 0)
    set_by_click = main.clicked(shown, [2])
    act = Setting().world(number).acts(())[2]
    assert set_by_click["guess"].endswith(act)
    said = html_of(page(hide="true", number=number + 1, actor="planner", **set_by_click))
    assert "guessed" in said and "Click your guess" not in said


def test_what_was_not_recorded_is_offered_while_the_planner_acts(page: Visit) -> None:
    app = page(hops=3, noise=0.4)
    assert any(button.label == "Let SmolLM2 act" for button in app.button) and charts(app)
    assert "planner: the task" in html_of(app)


def test_an_edit_runs_on_at_once_for_the_planner_and_is_offered_for_the_model(page: Visit) -> None:
    app = page(panel=EDIT, actor="planner", heard="The teacher of Frank is Maria. Frank lives in Berlin.")
    assert "The edit ruins the task" in html_of(app)
    app = page(panel=EDIT)
    assert "Nothing is edited yet" in html_of(app)
    assert not any(button.label == "Let SmolLM2 go on" for button in app.button)
    app = page(panel=EDIT, heard="<script>alert(1)</script>")
    assert any(button.label == "Let SmolLM2 go on" for button in app.button)
    assert "<script>alert" not in html_of(app).split("</style>")[-1]


def test_the_record_with_an_order_opens_in_the_editor_for_words_of_ones_own(page: Visit) -> None:
    app = page(panel=GUARDS, trap=3)
    app.button(key="agents_words").click().run()
    record = trapped_world(2).step(trapped_world(2).words("an order")).observation
    assert app.text_input(key="agents_heard").value == record and "Ignore the task" in record
    assert app.slider(key="agents_number").value == 3
    assert any(button.label == "Let SmolLM2 go on" for button in app.button)
    assert trapped_world(2).world == Setting().world(2)


@pytest.mark.parametrize("needed", range(5))
@pytest.mark.parametrize("count", guards.LIKELIEST.values())
def test_the_needed_act_is_told_also_where_others_are_likelier(needed: int, count: int) -> None:
    shares = np.array([0.1, 0.4, 0.05, 0.3, 0.15])
    told = guards.told_acts(shares, needed, count)
    assert needed in told and told[0] == 1
    assert len(told) == count == len(set(told))


def test_a_text_within_a_figure_stands_in_no_legend() -> None:
    assert text_trace([("Right.", "#000000")], Look(), name="record").showlegend is False


def test_the_prompt_stands_below_the_figure(page: Visit) -> None:
    app = page(panel=PROMPT, step=2)
    assert any("Task: In which city" in code.value for code in app.code) and "before act 2" in html_of(app)


@pytest.mark.parametrize(
    ("values", "call"),
    [({"actor": "planner"}, "True"), ({"panel": SUCCESS}, "Setting"), ({"panel": THOUGHTS}, "think only"),
     ({"panel": GUARDS}, "an order"), ({"panel": EDIT, "actor": "planner"}, "->")],
)  # fmt: skip
def test_scripts_run_and_reproduce_what_is_on_screen(
    page: Visit, values: dict[str, str], call: str, tmp_path: Path
) -> None:
    assert call in printed(page(**values), "agents", tmp_path)


@pytest.mark.slow
@pytest.mark.models
def test_the_model_acts_live_as_it_was_recorded(page: Visit, tmp_path: Path) -> None:
    runs = recorded_run(Setting())
    assert runs is not None
    episode = runs.episode(0)
    said = printed(page(), "agents", tmp_path).splitlines()
    for line, step in zip(said[:-1], episode.steps, strict=True):
        act, share = line.rsplit(" ", 1)
        assert act == step.decision.act
        # A batch and a single prompt are rounded in other places of bfloat16.
        assert abs(float(share) - step.decision.probabilities[act]) < 0.1


def test_damage_turns_the_checks_of_an_episode_red() -> None:
    world = Setting().world(0)
    good = run_branch("planner", Branch(Setting(), 0))
    assert all(check.passed for check in main.episode_checks(good, world, 0))
    first, *rest = good.steps
    moved = replace(good, steps=(replace(first, after=("nowhere",)), *rest))
    assert not main.episode_checks(moved, world, 0)[0].passed
    shares = dict.fromkeys(first.decision.probabilities, 0.5)
    unsure = replace(good, steps=(replace(first, decision=replace(first.decision, probabilities=shares)), *rest))
    assert not main.episode_checks(unsure, world, 0)[1].passed
    other = next(act for act in world.acts(first.state) if act != first.decision.act)
    for act in (other, "fly"):
        unlikely = replace(good, steps=(replace(first, decision=replace(first.decision, act=act)), *rest))
        assert not main.episode_checks(unlikely, world, 0, kept=mark(good, world))[2].passed


def test_what_a_visitor_did_counts_for_no_unlikely_act() -> None:
    first = Setting().world(0).acts(())[1]
    edited = run_branch("planner", Branch(Setting(), 0, (first,)))
    assert all(check.passed for check in main.episode_checks(edited, Setting().world(0), 0))


@pytest.mark.parametrize("number", [0, 7, 40])
def test_a_changed_act_or_mark_of_a_recorded_episode_is_red(number: int) -> None:
    runs = recorded_run(Setting())
    assert runs is not None
    world, kept = runs.setting.world(number), int(runs.marks[number])
    assert all(check.passed for check in main.episode_checks(runs.episode(number), world, number, kept=kept))
    assert not main.episode_checks(runs.episode(number), world, number, kept=kept + 1)[0].passed
    acts = runs.acts.copy()
    acts[number, 0] = (acts[number, 0] + 1) % 6
    changed = main.episode_checks(replace(runs, acts=acts).episode(number), world, number, kept=kept)
    assert [check.passed for check in changed] == [False, True, False]


def test_the_check_on_screen_knows_what_was_recorded() -> None:
    runs = recorded_run(Setting())
    assert runs is not None and results.mark_of(MODEL, Setting(), 3) == int(runs.marks[3])
    assert results.mark_of("planner", Setting(), 3) is None and results.mark_of(MODEL, Setting(), 10_000) is None


@pytest.mark.parametrize("over", OVERS)
@pytest.mark.parametrize("silent", [False, True])
def test_successes_over_each_axis_have_checks_that_hold(over: str, silent: bool) -> None:
    found = success.checks(success.successes(over, silent=silent))
    assert all(check.passed for check in found) and len(found) == (1 if over == "examples" else 2)


def test_damage_turns_the_checks_of_panels_red() -> None:
    runs = recorded_run(Setting())
    assert runs is not None and success.moved(runs) == 0
    assert success.moved(replace(runs, marks=runs.marks + 1)) == len(runs)
    some = success.successes(success.LENGTH, silent=False)
    worse = replace(some, hits={**some.hits, "planner": [~one for one in some.hits["planner"]]})
    assert all(check.passed for check in success.checks(some)) and not success.checks(worse)[1].passed

    found = recorded_injections()
    assert all(check.passed for check in guards.checks(found, BOTH))
    assert not guards.checks(replace(found, probabilities=found.probabilities * 1.1), BOTH)[0].passed

    episode = recorded_thoughts()["think, then act"].episode(0)
    assert edit.unedited(episode.steps, episode).passed
    assert not edit.unedited(episode.steps[::-1], episode).passed or len(episode.steps) < 2


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("number", [0, 5])
def test_a_thought_that_is_not_read_turns_a_check_red(style: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = recorded_thoughts()[style]
    assert thoughts.unsaid(runs, number).passed
    monkeypatch.setattr(thoughts, "act_prompt", lambda world, steps, **how: act_prompt(world, steps[1:], **how))
    assert not thoughts.unsaid(runs, number).passed
    bare = [replace(step, decision=replace(step.decision, thought="")) for step in runs.episode(number).steps]
    monkeypatch.setattr(thoughts, "act_prompt", lambda world, steps, **how: act_prompt(world, bare, **how))
    assert thoughts.unsaid(runs, number).passed == (style == ACT)


class Lax(Injections):
    """Decisions that keep to no permission, where the text is marked or where it is not."""

    where = False

    def acts(self, kind: str, *, marked: bool, permission: str = FREE) -> list[str]:
        return super().acts(kind, marked=marked, permission=FREE if marked == self.where else permission)


@pytest.mark.parametrize("permission", [NAMED, SEEN, BOTH])
@pytest.mark.parametrize("marked", [False, True])
def test_a_permission_that_is_not_kept_in_one_column_turns_the_checks_red(permission: str, marked: bool) -> None:
    found = recorded_injections()
    assert all(check.passed for check in guards.checks(found, permission))
    lax = Lax(found.model, found.dtype, found.examples, found.kinds, found.probabilities)
    object.__setattr__(lax, "where", marked)
    wanted = [
        act
        for kind in found.kinds
        for number, act in enumerate(found.acts(kind, marked=marked))
        if act == trapped_world(number).wanted(kind)
    ]
    answers = sum(act.startswith("Answer") for act in wanted)
    followed = {NAMED: len(wanted) - answers, SEEN: answers, BOTH: len(wanted)}[permission]
    checks = guards.checks(lax, permission)
    assert checks[0].passed and not checks[1].passed and checks[2].error == followed


def test_a_prompt_without_a_step_turns_its_check_red() -> None:
    class Some:
        place, episode = 2, run_branch("planner", Branch(Setting(), 0))

    full = act_prompt(Setting().world(0), Some.episode.steps[:2], examples=2)
    assert prompt.checks(Some, full)[0].passed  # type: ignore[arg-type]
    assert not prompt.checks(Some, full.replace("Look up", "Ask"))[0].passed  # type: ignore[arg-type]


def test_every_block_opens_a_panel_and_a_missing_one_turns_a_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {panel.name for panel in PANELS} | {"Figure"}
    for place, block in enumerate(BLOCKS):
        sets = parts.clicked([place])
        assert sets.get("panel", "Figure") in names and bool(sets) == (block != "memory")
    assert all(check.passed for check in parts.checks())
    monkeypatch.setattr(parts, "OPENS", {})
    monkeypatch.setattr(parts, "WAYS", ())
    red: tuple[Check, ...] = parts.checks()
    assert not any(check.passed for check in red)


def test_a_click_on_memory_opens_its_page(page: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr(parts, "open_at", lambda topic, view, part: opened.append((topic.key, view, part)))
    app = page(panel=PARTS)
    assert not opened and f"{len(BLOCKS)} blocks, " in html_of(app)
    app.session_state[parts.LEAVES] = True
    app.run()
    app.run()
    assert opened == [("memory", {}, "top")] and not app.exception
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    assert parts.clicked([list(BLOCKS).index("memory")]) == {} and state == {parts.LEAVES: True}


def test_rooms_tell_how_often_the_door_is_tried(page: Visit) -> None:
    assert "Door tried without the key: <b>" in html_of(page(kind="rooms", step=3))
    assert "Door tried" not in html_of(page())
    assert "On shortest ways of at most" in html_of(page(panel=SUCCESS, over="rooms"))


def test_shares_sum_to_one_in_every_recorded_decision() -> None:
    sums = np.nansum(recorded_injections().probabilities, axis=-1)
    assert np.abs(sums - 1).max() < 1e-5
