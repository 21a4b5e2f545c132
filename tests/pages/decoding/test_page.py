"""The decoding page, driven as a visitor would: presets, panels, garbage links, hostile text."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.theme import escape
from core.checks import Check
from core.decoding import (
    CONTESTANTS,
    KINDS,
    Diffused,
    DraftModel,
    Generation,
    Medusa,
    Method,
    PromptLookup,
    Step,
    acceptance_rate,
    earnings_by_size,
    lossless_checks,
    recorded_costs,
    recorded_guesses,
    recorded_laws,
    recorded_race,
    two_rules,
    why_unavailable,
)
from pages.efficiency.decoding import scripts
from pages.efficiency.decoding.panels import laws, memory, parallel
from pages.efficiency.decoding.panels.laws import accepted_check
from pages.efficiency.decoding.panels.trace import verdicts
from pages.efficiency.decoding.topic import ALL_PROMPTS, DEFAULTS, HERE, PANELS, PRESETS, RECORDED_ALONE, TOY_LAWS
from pages.efficiency.decoding.words.race import headline, reading
from tests.page_kit import charts, figure_of, html_of, hyphens_as_minus, settled

PAGE = "pages/efficiency/decoding/page.py"
NAMES = tuple(panel.name for panel in PANELS)
BELOW = ("Trace", "Race", "Theory", "Verification")
"""The panels that stand below the race; each other one stands in its place."""


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"decoding_{name}": value for name, value in params.items()})


def test_the_recordings_show_what_the_stories_say() -> None:
    copied, chatted = recorded_race("copy"), recorded_race("chat")
    assert copied.speedup("prompt lookup") > 2
    assert chatted.calls_saved("prompt lookup") < 0.15
    perfect = recorded_race("question")
    assert acceptance_rate(perfect.runs["perfect draft"]) == 1
    assert perfect.speedup("perfect draft") < 1.05
    assert acceptance_rate(chatted.runs["raw exit"]) < 0.2
    trees = [step.parent for step in recorded_race("chat", "bfloat16").runs["Medusa tree"].steps]
    assert any(len(parent) - len(set(parent)) >= 3 for parent in trees)
    widths = [len(step.draft) for step in chatted.runs["lookahead"].steps]
    assert sum(width >= 6 for width in widths) / len(widths) > 0.8
    found = [step for step in chatted.runs["prompt lookup"].steps if step.draft]
    assert len(found) < chatted.runs["prompt lookup"].target_calls / 2
    assert acceptance_rate(chatted.runs["prompt lookup"]) < 0.1
    assert chatted.calls_saved("lookahead") > 0.05
    assert chatted.speedup("lookahead") < 0.95


@pytest.mark.parametrize("panel", NAMES)
@pytest.mark.parametrize("method", ["prompt lookup", "greedy", "trained exit"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, method: str) -> None:
    app = page(panel=panel, kind="chat", method=method)
    assert charts(app) or app.button(key="decoding_offer")
    assert not hyphens_as_minus(app)
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        *(preset.values for preset in PRESETS),
        *({"panel": ALL_PROMPTS, "machine": machine} for machine in (HERE, "H100", "as measured")),
        *({"panel": ALL_PROMPTS, "machine": "as measured", "precision": precision} for precision in ("bfloat16",)),
        {"panel": "Exactness", "source": TOY_LAWS},
        {"panel": "Schedules", "machine": "H100"},
    ],
    ids=str,
)
def test_a_minus_is_no_hyphen_in_words_and_figures(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    assert not hyphens_as_minus(page(**params))


@pytest.mark.parametrize("kind", list(KINDS))
def test_this_run_stands_in_the_theory_at_its_longest_draft(page: Callable[..., AppTest], kind: str) -> None:
    app = page(panel="Theory", kind=kind, method="prompt lookup")
    free, _, here, whole = figure_of(charts(app)[-1])["data"]
    run = recorded_race(kind, "float32").runs["prompt lookup"]
    assert here["x"] == whole["x"] == [max(len(step.draft) for step in run.steps)]
    assert here["x"][0] in free["x"]


@pytest.mark.parametrize("method", ["small draft", "Medusa tree", "Jacobi", "lookahead"])
def test_theory_reckons_with_the_shape_of_the_draft(page: Callable[..., AppTest], method: str) -> None:
    app = page(panel="Theory", kind="chat", method=method)
    race = recorded_race("chat", "float32")
    free, priced, here, whole = figure_of(charts(app)[-1])["data"]
    expected = earnings_by_size(race.runs[method], race.costs)
    assert here["x"] == [expected.own]
    assert here["y"] == pytest.approx([race.speedup_after_prompt(method)])
    assert whole["y"] == pytest.approx([race.speedup(method)])
    assert ["measured" in line["name"] for line in (free, priced, here, whole)] == [False, False, True, True]
    assert len(free["x"]) == len(priced["x"]) == len(expected.sizes)
    unit = {"Medusa tree": "guesses", "lookahead": "levels"}.get(method, "draft tokens")
    assert f"{unit} for each call" in json.dumps(figure_of(charts(app)[-1])["layout"])


@pytest.mark.parametrize("kind", ["copy", "chat", "your own"])
def test_the_lossless_way_to_write_at_once_is_on_screen(page: Callable[..., AppTest], kind: str) -> None:
    app = page(panel="All at once", kind=kind)
    run = recorded_guesses("copy" if kind == "your own" else kind)
    grid = figure_of(charts(app)[-1])
    written = [str(word) for word in grid["data"][0]["text"][-1]]
    assert written == [escape(run.pieces[token][:9]) for token in run.token_ids[:12]]
    assert f"12 tokens stand after {len(grid['data'][0]['text']) - 1} calls" in html_of(app)


@pytest.mark.parametrize("panel", ["Trace", "Tree"])
@pytest.mark.parametrize(("asked", "shown"), [(500, 5), (-3, 0)])
def test_a_call_that_the_run_has_not_is_the_nearest_one_on_the_slider_too(
    page: Callable[..., AppTest], panel: str, asked: int, shown: int
) -> None:
    app = page(panel=panel, step=asked)
    assert [slider.value for slider in app.slider if slider.label == "Call"] == [shown]


def test_the_output_so_far_is_kept_beside_both_running_numbers(page: Callable[..., AppTest]) -> None:
    app = page(panel="FlashAttention")
    assert "its output O so far" in html_of(app)
    assert app.slider(key="decoding_tile").value == 1
    assert "2 of 9 tiles met" in html_of(app)


@pytest.mark.parametrize(
    ("fast", "told"), [(2, "4 rows move 7.9 times as many"), (512, "1024 rows move 26.0 times fewer")]
)
def test_bytes_are_counted_for_the_fast_memory_on_screen(page: Callable[..., AppTest], fast: int, told: str) -> None:
    app = page(panel="FlashAttention", fast=fast)
    assert f"With {fast} KiB of fast memory, blocks of {told} bytes" in html_of(app)
    standard, tiled = figure_of(charts(app)[-1])["data"]
    assert (tiled["y"][0] > standard["y"][0]) and (tiled["y"][-1] < standard["y"][-1])


def test_a_lookahead_says_what_its_guesses_are_for(page: Callable[..., AppTest]) -> None:
    traced = page(panel="Trace", kind="chat", method="lookahead", step=3)
    assert any("n-grams of later calls" in caption.value for caption in traced.caption)
    drawn = page(panel="Tree", kind="chat", method="lookahead", step=3)
    assert any("n-gram met before" in caption.value for caption in drawn.caption)


def test_a_call_without_a_draft_gives_its_place_to_one_that_has_a_tree(page: Callable[..., AppTest]) -> None:
    steps = recorded_race("chat").runs["prompt lookup"].steps
    bare = next(number for number, step in enumerate(steps) if not step.draft)
    app = page(panel="Tree", kind="chat", method="prompt lookup", step=bare)
    assert f"Call {bare} drafted nothing, so this is call " in html_of(app)
    assert app.slider(key="decoding_step").value == bare
    assert "Each guess sees itself and its ancestors alone" in html_of(app)


@pytest.mark.parametrize("method", list(CONTESTANTS))
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_method_has_a_figure_or_a_reason(page: Callable[..., AppTest], method: str, precision: str) -> None:
    app = page(kind="chat", method=method, precision=precision, panel="Trace")
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "<script>"},
        {"method": "beam search"},
        {"step": 10_000},
        {"step": "x"},
        {"precision": "int1"},
        {"panel": "nothing"},
        {"seed": 1e9, "panel": "Exactness"},
        {"tokens": 99, "parallel": 99, "panel": "All at once"},
        {"tile": 999, "block": 0, "fast": 0, "panel": "FlashAttention"},
        {"length": -1, "panel": "Memory"},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize("message", ["", "   ", "x" * 3000])
def test_an_impossible_message_is_refused_in_words(page: Callable[..., AppTest], message: str) -> None:
    app = page(kind="your own", message=message)
    assert "from 1 to 2,000" in app.warning[0].value
    assert not app.error


def test_a_visitors_message_waits_for_a_button(page: Callable[..., AppTest]) -> None:
    app = page(kind="your own", message="<b>bold</b>")
    assert [button.label for button in app.button if "Race" in button.label] == ["Race on this machine"]
    assert "<b>bold</b>" not in html_of(app)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_recorded_lossless_texts_are_the_greedy_text(kind: str) -> None:
    race = recorded_race(kind)
    checks = lossless_checks(race)
    assert len(checks) >= 7
    assert all(check.passed for check in checks)
    assert set(race.runs) >= {name for name, method in CONTESTANTS.items() if not why_unavailable(method)} - {
        "no cache"
    }


def test_the_exported_script_names_the_method_and_compiles() -> None:
    race = recorded_race("copy")
    written = scripts.race(race, "prompt lookup")
    compile(written, "script", "exec")
    assert repr(race.runs["prompt lookup"].method) in written


def test_the_exported_script_draws_where_the_race_drew() -> None:
    race = recorded_race("copy")
    assert "temperature" not in scripts.race(race, "greedy")
    drawn = replace(race, params=replace(race.params, temperature=0.7, seed=3))
    assert "temperature=0.7, seed=3)" in scripts.race(drawn, "greedy")


def called(method: Method, temperature: float) -> Generation:
    """One call: of the guesses a, b after the text and c after b, only a joined the text, and then x."""
    step = Step((0, 1, 2), (-1, -1, 1), (0,), (0, 9), (0.3, 0.2, 0.9), (0.4, 0.8, 0.5), 0.0, 0.0, 30)
    return Generation(method, "p", temperature, (0, 9), "", (step,), 1.0, {0: "a", 1: "b", 2: "c", 9: "x"})


@pytest.mark.parametrize(
    ("method", "temperature", "first", "second"),
    [
        (PromptLookup(), 0.0, "accepted: the target writes it too", "rejected: the target writes “a”"),
        (PromptLookup(), 0.7, "accepted: the target drew it too", "rejected: the target drew “a”"),
        (DraftModel(), 0.0, "accepted: the target writes it too", "rejected: the target writes “a”"),
        (
            DraftModel(),
            0.7,
            "accepted: its chance was 75%",
            "rejected: its chance was 25%; the residual gave “a”",
        ),
        (
            Medusa(acceptance="typical"),
            0.0,
            "accepted: likely enough for the target",
            "not taken: too unlikely, or the branch taken is as long",
        ),
    ],
)
def test_a_verdict_names_the_rule_it_was_made_by(method: Method, temperature: float, first: str, second: str) -> None:
    run = called(method, temperature)
    assert verdicts(run, run.steps[0]) == [
        first,
        second,
        "not tested: the guess before it does not stand",
    ]


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_recorded_guess_is_rejected_for_what_it_says(kind: str) -> None:
    for run in recorded_race(kind).runs.values():
        for step in run.steps:
            told = verdicts(run, step)
            assert [node for node, verdict in enumerate(told) if verdict.startswith("accepted")] == sorted(
                step.accepted
            )
            for token, verdict in zip(step.draft, told, strict=True):
                assert not verdict.endswith(f"the target writes “{run.pieces[token]}”")


def test_words_about_drawn_texts_do_not_speak_of_greedy() -> None:
    raced = recorded_race("chat")
    drawn = replace(raced, params=replace(raced.params, temperature=0.7))
    assert headline(drawn, "greedy").startswith("Plain sampling")
    for name in ("Medusa typical", "CALM", "prompt lookup"):
        assert "reedy" not in headline(drawn, name) + reading(drawn, name)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("code", "question")])
def test_laws_stand_beside_the_text_that_they_were_measured_along(page: Callable[..., AppTest], kind: str) -> None:
    other, own = recorded_race(kind, "bfloat16").reference, recorded_race(kind).reference
    assert other.token_ids != own.token_ids
    place = next(at for at, (x, y) in enumerate(zip(own.token_ids, other.token_ids, strict=False)) if x != y)
    app = page(kind=kind, precision="bfloat16", method="small draft", place=place, panel="Draft and target")
    piece = escape(own.pieces[own.token_ids[place]])
    before = html_of(app).split(f"Before token {place}, ")[1]
    assert piece in before.split("stands")[0]


def test_a_method_that_did_not_race_here_says_where_it_did(page: Callable[..., AppTest]) -> None:
    app = page(kind="copy", method="no cache")
    assert "It raced on “question”." in app.info[0].value


@pytest.mark.parametrize("params", [{"temperature": 1.5}, {"temperature": 5}, {"window": "2"}], ids=str)
def test_other_settings_than_recorded_wait_for_a_race(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(kind="chat", method="small draft", **params)
    assert [button.label for button in app.button if "Race" in button.label] == ["Race on this machine"]
    assert not app.error


@pytest.mark.parametrize("place", [0, 12, 39])
@pytest.mark.parametrize("method", ["small draft", "trained exit", "perfect draft"])
def test_laws_are_on_screen_before_a_model_is_loaded(page: Callable[..., AppTest], method: str, place: int) -> None:
    app = page(kind="chat", method=method, place=place, panel="Draft and target")
    laws = recorded_laws("chat")[method][place]
    bars = figure_of(charts(app)[0])["data"]
    assert [bar["name"] for bar in bars] == ["target", "draft", "residual"]
    assert f"They overlap by {laws.overlap:.2f}" in html_of(app)


def test_sampling_is_tested_on_the_laws_of_the_model(page: Callable[..., AppTest]) -> None:
    app = page(kind="chat", method="small draft", place=8, panel="Exactness")
    assert "7 degrees of freedom" in html_of(app)
    assert "Accepted is Σ min(p, q)" in html_of(app)
    assert not app.error
    toy = page(kind="chat", method="small draft", source="four tokens", panel="Exactness")
    assert "3 degrees of freedom" in html_of(toy)


def with_values(**values: Any) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


def failed(checks: Sequence[Check]) -> list[str]:
    return [check.name for check in checks if not check.passed]


def test_draws_by_the_wrong_rule_turn_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: Any = SimpleNamespace(page=with_values(source=TOY_LAWS))
    assert failed(laws.exactness_checks(shown)) == []
    rules = laws.results.two_rules
    monkeypatch.setattr(
        laws.results, "two_rules", lambda *given: replace(rules(*given), residual=rules(*given).redrawn, accepted=0.5)
    )
    assert len(failed(laws.exactness_checks(shown))) == 2


def test_tiles_that_lose_a_part_turn_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(memory.flash_checks(page)) == []
    plain = memory.flash_attention
    monkeypatch.setattr(memory, "flash_attention", lambda *given, block: 1.001 * plain(*given, block=block))
    assert failed(memory.flash_checks(page)) == ["Tiled attention is attention"]


def test_texts_that_are_valid_too_often_turn_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: Any = SimpleNamespace(page=with_values(), kind="copy")
    assert failed(parallel.checks(shown)) == []
    kept = parallel.results.diffused_by_steps

    def damaged(tokens: int, remask: bool, samples: int) -> list[Diffused]:
        return [replace(run, valid=0.2 if remask else 0.5) for run in kept(tokens, remask, samples)]

    monkeypatch.setattr(parallel.results, "diffused_by_steps", damaged)
    monkeypatch.setattr(parallel, "_differing", lambda kind, run: 1)
    assert len(failed(parallel.checks(shown))) == 3


def test_what_is_accepted_is_checked_against_the_overlap() -> None:
    accepted = two_rules((0.5, 0.3, 0.2), (0.2, 0.3, 0.5), 5_000, 0).accepted
    assert accepted_check(accepted, 0.7).passed
    assert not accepted_check(accepted, 0.74).passed
    assert accepted_check(1.0, 1.0).passed
    assert not accepted_check(0.99, 1.0).passed


def test_every_recorded_race_chose_its_windows_from_costs_of_its_own() -> None:
    for kind in KINDS:
        race = recorded_race(kind)
        assert race.params.tune
        assert race.costs is not None
        assert race.costs.widths[0] == 1


@pytest.mark.parametrize(
    ("panel", "method"), [("Acceptance", "small draft"), ("Draft and target", "small draft"), ("Tree", "Medusa tree")]
)
def test_a_panel_without_a_draft_offers_a_method_that_has_one(
    page: Callable[..., AppTest], panel: str, method: str
) -> None:
    app = page(method="greedy", panel=panel)
    app.button(key="decoding_offer").click()
    settled(app)
    assert app.session_state["decoding_method"] == method
    assert charts(app)
    assert not app.info


def test_the_recorded_race_is_shown_until_other_settings_were_raced(page: Callable[..., AppTest]) -> None:
    app = page(temperature=0.7, kind="code")
    assert any("recorded race on “code”" in caption.value for caption in app.caption)
    assert any(button.label == "Race on this machine" for button in app.button)
    assert charts(app)
    own = page(kind="your own", message="Why is the sea salty?")
    assert any("recorded race on “copy”" in caption.value for caption in own.caption)
    assert charts(own)


def finished(monkeypatch: pytest.MonkeyPatch, **results: Any) -> None:
    """Jobs at these temperatures have these results, by the name of their function; no other was ever asked for."""

    def find(function: Callable[..., Any], params: Any) -> Any:
        result = results.get(function.__name__)
        other = getattr(params, "temperature", 0) != getattr(result and result.params, "temperature", 0)
        if result is None or other or params.attempt > 0:
            return None
        return SimpleNamespace(state="finished", done=True, error=None, result=lambda: result)

    for module in ("components.jobs", "pages.efficiency.decoding.panels.live"):
        monkeypatch.setattr(f"{module}.find", find)


def test_the_roof_is_of_the_machine_that_was_measured(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(monkeypatch)
    app = page(panel="Memory")
    assert "the recorded machine could do" in html_of(app)
    assert any(button.label == "Measure this machine" for button in app.button)
    finished(monkeypatch, measure_costs=replace(recorded_costs(), peak=7 * recorded_costs().bandwidth))
    app = page(panel="Memory")
    assert "this machine could do 7 meanwhile" in html_of(app)
    assert any(button.label == "Measure again" for button in app.button)


@pytest.mark.parametrize("panel", NAMES)
def test_a_drawn_race_is_told_of_on_every_panel(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, panel: str
) -> None:
    raced = recorded_race("chat")
    runs = {name: replace(run, temperature=0.7) for name, run in raced.runs.items()}
    drawn = replace(raced, runs=runs, params=replace(raced.params, temperature=0.7))
    finished(monkeypatch, race=drawn)
    app = page(kind="chat", temperature=0.7, new=40, method="small draft", panel=panel)
    assert ("each text is drawn" in html_of(app)) == (panel in BELOW)
    assert not app.error
    assert "leaves greedy" not in html_of(app) + " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("panel", NAMES)
def test_every_panel_opens_before_a_race_has_been_run(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, panel: str
) -> None:
    finished(monkeypatch)
    app = page(kind="your own", message="Why is the sea salty?", panel=panel)
    told = "recorded prompts alone" if panel in RECORDED_ALONE else "recorded race on “copy”"
    assert any(told in caption.value for caption in app.caption)
    assert not app.error


def test_a_sweep_of_thresholds_is_greedy_and_measures_no_costs(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("pages.efficiency.decoding.panels.live.find", lambda function, params: asked.append(params))
    page(panel="Leaving early", kind="chat", temperature=0.7)
    live, sweep = asked
    assert (live.temperature, live.tune) == (0.7, True)
    assert (sweep.temperature, sweep.tune) == (0.0, False)
    assert next(iter(sweep.methods)) == "greedy"


@pytest.mark.parametrize("panel", RECORDED_ALONE)
def test_a_panel_of_recorded_texts_offers_no_race_of_other_settings(visit: Callable[..., AppTest], panel: str) -> None:
    app = visit(PAGE, decoding_panel=panel, decoding_kind="your own")
    told = " ".join(caption.value for caption in app.caption)
    assert "Race on this machine" not in [button.label for button in app.button]
    assert "Here are recorded prompts alone" in told
    assert "Until you race" not in told
    assert ("all in view" in told) == (panel == ALL_PROMPTS)
    assert ("in view is “copy”" in told) == (panel != ALL_PROMPTS)


def test_the_figure_offers_the_race_of_other_settings(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, decoding_kind="your own")
    assert "Race on this machine" in [button.label for button in app.button]
    assert any("Until you race" in caption.value for caption in app.caption)
