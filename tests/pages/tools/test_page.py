"""The page on tools, driven as a visitor would: panels, own input, bad input, checks that fail, and scripts."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.page import Page
from core.tools import (
    CONVERSATIONS,
    ERAS,
    METHODS,
    ONE,
    PLAIN,
    PROGRAM,
    SENTENCES,
    TELLINGS,
    AllTakenError,
    Candidate,
    Outcome,
    ProgramError,
    Step,
    Sum,
    call_of,
    evaluate,
    play,
    recorded_answers,
    recorded_calls,
    recorded_choices,
    recorded_exchanges,
    recorded_learned_calls,
    recorded_sums,
    result_of,
    run_program,
    share,
    typed_replies,
)
from pages.agents.tools import main
from pages.agents.tools.panels import calls, choice, cost, learned, playing, programs, protocol, sums, talking
from pages.agents.tools.words.answers import percent
from pages.agents.tools.words.names import CALLS, CHOICE, COST, PLAY, PROGRAMS, PROTOCOL, SUMS
from tests.page_kit import charts, html_of, printed, settled

PAGE = "pages/agents/tools/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"tools_{name}": value for name, value in params.items()})


def test_it_opens_on_recorded_answers_and_a_click_opens_one(page: Visit) -> None:
    app = page()
    for method in METHODS:
        assert percent(share(recorded_answers().by_case[ONE][3][method])) in html_of(app)
    assert main._clicked([3, 1]) == {"problem": 3, "method": METHODS[1], "own": ""}


def test_an_own_problem_is_offered_to_the_model(page: Visit) -> None:
    app = page(own="Ann has 3 hats and buys 4. How many?")
    assert any(button.label == "Ask the model" for button in app.button) and len(charts(app)) == 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"panel": SUMS, "exact": "1/0"}, "Division by zero"),
        ({"panel": SUMS, "exact": "__import__('os')"}, "no sign of arithmetic"),
        ({"panel": PROGRAMS, "program": "a = b"}, "line 1"),
        ({"panel": PROGRAMS, "program": ""}, "no line that gives a value"),
        ({"panel": PROGRAMS, "program": "<b>x</b>"}, "Stopped in"),
    ],
)
def test_what_cannot_be_computed_gets_a_word(page: Visit, values: dict[str, str], says: str) -> None:
    app = page(**values)
    warned = " ".join(warning.value for warning in app.warning).replace("\\", "")
    assert says in warned + html_of(app) and len(charts(app)) == 1 and not app.error


def test_an_own_sentence_is_offered_to_the_model(page: Visit) -> None:
    app = page(panel=CALLS, own_sentence="Two of 8 cats sleep.")
    assert any(button.label.startswith("Propose calls") for button in app.button) and len(charts(app)) == 1


@pytest.mark.parametrize("panel", [SUMS, PROGRAMS, CALLS, CHOICE, COST])
def test_scripts_of_the_panels_that_need_no_model_run(page: Visit, panel: str, tmp_path: Path) -> None:
    app = page(panel=panel)
    if panel == SUMS:
        shown = html_of(app)
        cut = recorded_sums().pieces["678"]
        assert cut == ("6", "7", "8") and all(f">{digit}</" in shown for digit in cut)
    if panel in (SUMS, PROGRAMS, COST):
        assert printed(app, "tools", tmp_path)


def test_every_place_taken_is_said(page: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object, **__: object) -> None:
        raise AllTakenError("4 servers run, and no more may. Try again.")

    monkeypatch.setattr(CONVERSATIONS, "begin", taken)
    app = page(panel=PROTOCOL)
    app.button(key="tools_begin").click()
    settled(app)
    assert "no more may" in app.info[0].value


def test_a_visitor_starts_a_server_calls_it_and_ends_it(page: Visit) -> None:
    app = page(panel=PROTOCOL)
    app.button(key="tools_begin").click()
    settled(app)
    app.selectbox(key="tools_tool").set_value("calculator")
    settled(app)
    app.text_input(key="tools_blank_calculator_expression").set_value("12 * 12")
    next(button for button in app.button if button.label == "Call").click()
    settled(app)
    assert any("answer: 144" in block.value for block in app.code) and not app.error
    said = app.session_state[talking.HELD].messages
    assert app.slider(key="tools_message").value == len(said) - 1 and "144" in said[-1].text
    assert any('"text": "144"' in block.value for block in app.code), "the answer is the message in full"
    app.button(key="tools_end").click()
    settled(app)
    assert CONVERSATIONS.running == 0 and any(button.key == "tools_begin" for button in app.button)


def test_a_server_that_dies_leaves_its_conversation_and_can_be_started_again(page: Visit) -> None:
    app = page(panel=PROTOCOL)
    app.button(key="tools_begin").click()
    settled(app)
    app.selectbox(key="tools_tool").set_value("dies")
    settled(app)
    next(button for button in app.button if button.label == "Call").click()
    settled(app)
    assert any("server gone" in block.value for block in app.code) and not app.error
    assert "<b>1</b> call:" in html_of(app), "the conversation is the visitor's own"
    assert any(button.key == "tools_begin" for button in app.button) and CONVERSATIONS.running == 0


@pytest.mark.parametrize("era", ERAS)
def test_the_class_plays_the_server(page: Visit, era: str) -> None:
    app = page(panel=PROTOCOL, view=PLAY, era=era)
    assert "answer" in html_of(app) and len(charts(app)) == 1
    app.selectbox(key=f"tools_begun_{era}").set_value("no content")
    settled(app)
    assert "refused by the client" in html_of(app)
    app = page(panel=PROTOCOL, view=PLAY, era=era, reply="<script>alert(1)</script>")
    assert "too slow" in html_of(app)
    # Nobody waits twice for the same line.
    assert app.session_state[playing.PLAYED][0] == ("<script>alert(1)</script>", era)
    kept = app.session_state[playing.PLAYED][1]
    assert "Lines of the client that do not fit" in html_of(app), "the checks are of the play on screen"
    settled(app)
    assert app.session_state[playing.PLAYED][1] is kept


def test_damage_turns_the_checks_red() -> None:
    some = recorded_answers().by_case[ONE][2][PROGRAM]
    assert main.other_truths(ONE, 2, some) == 0 and all(map(main._same, some))
    assert main.other_truths(ONE, 2, [replace(some[0], truth=-1), *some[1:]]) == 1
    assert not main._same(replace(some[0], answer="-7", error=""))


def test_an_own_program_is_run_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    case = recorded_answers().by_case[ONE]
    shown = main.Shown(cast(Page, None), ONE, case, 2, PROGRAM, 0, "Ann has 3 hats.")
    own = replace(case[2][PROGRAM][0], truth=None)
    for answer, passed in ((own.answer, True), ("-7", False)):
        job = SimpleNamespace(state="finished", result=lambda answer=answer: replace(own, answer=answer, error=""))
        monkeypatch.setattr(main, "find", lambda *_, job=job: job)
        first, second = main.checks(shown)
        assert (first.passed, second.passed, first.detail) == (passed, True, "of 33")


def test_damage_turns_the_checks_of_sums_red(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = recorded_sums().by_case["no example"][3]
    assert all(check.passed for check in sums.checks(shown))
    with monkeypatch.context() as patch:
        patch.setattr(sums, "evaluate", lambda text: evaluate(text) + 1)
        assert [check.passed for check in sums.checks(shown)] == [True, False]
    monkeypatch.setattr(Sum, "carries", property(lambda one: 1))
    assert [check.passed for check in sums.checks(shown)] == [False, True]


def test_damage_turns_the_checks_of_programs_red(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_program("a = 1\nb = a + 1")
    assert all(check.passed for check in programs.checks(run.text, 9))
    ends, steps = {"a": Fraction(3), "b": Fraction(2)}, (run.steps[0], replace(run.steps[1], value=Fraction(7)))
    for damaged, passed in (
        (replace(run, values=ends), [False, True]),
        (replace(run, steps=steps, values={"a": Fraction(1), "b": Fraction(7)}), [True, False]),
    ):
        monkeypatch.setattr(programs, "run_program", lambda *_, damaged=damaged, **__: damaged)
        assert [check.passed for check in programs.checks(run.text, 9)] == passed


def test_damage_turns_the_checks_of_a_stopped_program_red(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a = 1\nb = a / 0"
    assert [check.passed for check in programs.checks(text, 9)] == [True, True]
    assert [check.passed for check in programs.checks("while 1 < 2:\n    a = 3", 50)] == [True, True]
    one = Step(1, "a", Fraction(1))

    def stopped(*steps: Step) -> Callable[..., None]:
        def run(*_: object, **__: object) -> None:
            raise ProgramError("division by zero", 2, 6, steps)

        return run

    monkeypatch.setattr(programs, "run_program", stopped(replace(one, value=Fraction(2))))
    assert [check.passed for check in programs.checks(text, 9)] == [True, False]
    monkeypatch.setattr(programs, "run_program", stopped(one, one, one))
    assert [check.passed for check in programs.checks(text, 2)] == [False, True]


def test_damage_turns_the_checks_of_what_was_learned_red(monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorded_learned_calls()
    assert all(check.passed for check in learned.checks())
    tuned = record.arms[-1]
    place, called = next((at, one) for at, one in enumerate(tuned.statements) if one.call and not one.error)

    def damaged(**changes: object) -> list[bool]:
        statements = list(tuned.statements)
        statements[place] = replace(called, **changes)  # type: ignore[arg-type]
        arms = (*record.arms[:-1], replace(tuned, statements=tuple(statements)))
        monkeypatch.setattr(learned, "recorded_learned_calls", lambda: replace(record, arms=arms))
        return [check.passed for check in learned.checks()]

    assert damaged(truth=-1) == [False, True, True]
    assert damaged(text=called.text.replace(" → ", " → 1")) == [True, False, True]
    monkeypatch.setattr(learned, "right_by_seed", lambda arms: [0.9 - 0.1 * len(arms[0].name)])
    assert damaged() == [True, True, False]


def test_damage_turns_the_checks_of_calls_and_choices_red() -> None:
    one = next(one for text in SENTENCES for one in recorded_calls().by_text[text].candidates if one.losses is not None)
    assert all(check.passed for check in calls.checks([one]))
    assert calls.other_result(replace(one, losses=replace(one.losses, result="1234567")))
    assert not calls.checks([replace(one, losses=replace(one.losses, result="1234567"))])[1].passed
    record = recorded_choices()
    for telling in TELLINGS:
        assert all(check.passed for check in choice.checks(record.by_condition[telling], record.calls[telling]))
    shown, made = record.by_condition[PLAIN], record.calls[PLAIN]
    assert [check.passed for check in choice.checks(shown[1:], made)][:2] == [False, False]
    cut = replace(made[0], log_probs=(0.0, -1.0, -1.0, -1.0), argument='a"b')
    assert [check.passed for check in choice.checks(shown, [cut, *made[1:]])][2:] == [False, False]


@pytest.mark.parametrize("expression", ["10**400", "10**400/3", "2/3", "-1/3", "2**70.5", "2**0.5", "(1/3)**500.5"])
def test_a_result_of_any_size_is_compared_with_its_expression(expression: str) -> None:
    one = next(one for one in recorded_calls().by_text[SENTENCES[0]].candidates if one.losses is not None)
    assert one.losses is not None
    losses = replace(one.losses, call=call_of(expression), result=result_of(expression))
    assert not calls.other_result(Candidate(one.place, expression, "", losses))
    wrong = replace(losses, result=str(Fraction(evaluate(expression)) * 2 + 1))
    assert calls.other_result(Candidate(one.place, expression, "", wrong))


def test_a_loss_that_is_summed_otherwise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one = next(one for text in SENTENCES for one in recorded_calls().by_text[text].candidates if one.losses is not None)
    monkeypatch.setattr(calls, "weights", lambda count: np.ones(count) / count)
    assert calls.loss_error(one) > 1e-6


def test_an_answer_that_was_changed_on_the_way_is_seen() -> None:
    exchange = recorded_exchanges().by_era[ERAS[0]]
    assert all(check.passed for check in protocol.checks(exchange))
    changed = [replace(one, text=one.text.replace("15846", "15847")) for one in exchange.messages]
    assert [check.passed for check in protocol.checks(replace(exchange, messages=tuple(changed)))] == [True, False]
    # The right number, told as an error.
    told = [replace(one, text=one.text.replace("15846", f"{protocol.SAID_BEFORE}15846")) for one in exchange.messages]
    assert not protocol.checks(replace(exchange, messages=tuple(told)))[1].passed
    cut = [replace(one, text=one.text.replace('"method"', '"mothed"')) for one in exchange.messages]
    assert not protocol.checks(replace(exchange, messages=tuple(cut)))[0].passed


@pytest.mark.parametrize("era", ERAS)
def test_a_play_whose_client_speaks_wrongly_or_takes_what_does_not_fit_is_seen(era: str) -> None:
    played = play(typed_replies(era)["right"], era)
    assert [check.passed for check in playing.checks(played, era)] == [True, True]
    asked = [replace(one, text=one.text.replace('"name"', '"mane"')) for one in played.messages]
    assert not playing.checks(replace(played, messages=tuple(asked)), era)[0].passed
    answered = [replace(one, text=one.text.replace('"42"', "42")) for one in played.messages]
    assert not playing.checks(replace(played, messages=tuple(answered)), era)[1].passed
    refused = play(typed_replies(era)["content of another type"], era)
    assert [check.passed for check in playing.checks(refused, era)] == [True, True]


def test_a_share_that_does_not_follow_the_formula_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    some = recorded_answers().by_case[ONE][2][PROGRAM]
    assert all(check.passed for check in cost.checks(some, 0.3))
    monkeypatch.setattr(cost, "with_errors", lambda *_, **__: np.array([0.0]))
    assert not cost.checks(some, 0.3)[0].passed


def test_a_long_answer_is_cut_on_screen() -> None:
    assert len(Outcome("answer", "x" * 10**6).text[: talking.LONGEST]) == talking.LONGEST
