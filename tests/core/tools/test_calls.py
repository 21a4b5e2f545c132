"""Proposed calls, chosen tools, the search, the form of a call, and the class that plays the server."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import CausalLM
from core.tools import (
    ARGUMENTS,
    ERAS,
    INJECTED,
    LABELS,
    PLAIN,
    QUESTIONS,
    SCHEMAS,
    SWAPPED,
    TELLINGS,
    WITH_EXAMPLES,
    Asked,
    Candidate,
    Choice,
    Notes,
    annotated,
    arguments_of,
    blanks_of,
    call_grammar,
    call_losses,
    choice_prompt,
    choose,
    chosen_right,
    confusion,
    described,
    kept_calls,
    majority,
    play,
    propose,
    recorded_notes,
    result_of,
    search,
    text_argument,
    typed_replies,
    with_arguments,
    written_call,
)
from core.tools import notes as notes_module
from core.tools.notes import questions_in
from tests.page_kit import ROOT

SENTENCE = "It ran 434 km in 7 hours."


def test_calls_are_proposed_at_places_of_their_own(tiny: CausalLM) -> None:
    found = propose(tiny, SENTENCE)
    places = [one.place for one in found.candidates]
    assert places == sorted(set(places)) and all(1 <= place < len(found.pieces) for place in places)
    assert len(found.openings) == len(found.pieces) - 1 and ((found.openings >= 0) & (found.openings <= 1)).all()
    assert all(bool(one.error) == (one.losses is None) for one in found.candidates)
    for text in ("a", "x" * 61):
        with pytest.raises(ValueError, match="2 to 60 tokens"):
            propose(tiny, text)


def test_a_call_is_kept_where_its_gain_reaches_the_threshold(tiny: CausalLM) -> None:
    losses = call_losses(tiny, SENTENCE, "Calculator(434 / 7)", "62")
    good, refused = Candidate(7, "434 / 7", "", losses), Candidate(3, "x", "no", None)
    gain = losses.at(7).gain
    assert kept_calls([good, refused], gain) == [good] and kept_calls([good, refused], gain + 1e-9) == []
    text = annotated(SENTENCE, losses.pieces, [good, refused])
    assert text == "It ran [Calculator(434 / 7) → 62] 434 km in 7 hours."
    assert annotated(SENTENCE, losses.pieces, []) == SENTENCE


def test_results_are_whole_or_have_two_decimals() -> None:
    assert [result_of(text) for text in ("434 / 7", "10 / 4", "1/3", "2**0.5")] == ["62", "2.50", "0.33", "1.41"]
    with pytest.raises(ValueError, match="division by zero"):
        result_of("1/0")


@given(st.integers(-(10**9), 10**9), st.integers(2, 10**6))
def test_two_decimals_are_the_nearest(top: int, below: int) -> None:
    value, result = Fraction(top, below), Fraction(result_of(f"{top} / {below}"))
    assert abs(value - result) <= Fraction(1, 200) and (result * 100).denominator == 1


def test_a_result_beyond_the_range_of_floats_is_written() -> None:
    assert result_of("10**400 / 3") == f"{'3' * 400}.33"
    assert result_of("-(10**400) / 3") == f"-{'3' * 400}.33"
    assert result_of("10**-400") == "0.00"


def test_only_names_of_tools_are_chosen_and_arguments_are_json(tiny: CausalLM) -> None:
    asked = [("What is 2 + 2?", "calculator"), ("Hello", "no_tool")]
    for telling in (PLAIN, WITH_EXAMPLES):
        for full in with_arguments(tiny, choose(tiny, asked, telling, 2), telling):
            assert full.chosen in LABELS
            assert json.loads(f'{{"a": "{full.argument}"}}') == {"a": full.argument}


def test_the_grammar_of_a_call_is_made_from_the_schemas(tiny: CausalLM) -> None:
    grammar = call_grammar(SCHEMAS)
    assert all(f'"name": "{name}"' in grammar and f'"{ARGUMENTS[name]}"' in grammar for name in SCHEMAS)
    asked = [(question, truth) for truth, some in QUESTIONS.items() for question in some[:2]]
    for one in with_arguments(tiny, choose(tiny, asked, PLAIN, 0), PLAIN):
        if one.chosen in SCHEMAS:
            call = json.loads(written_call(one))
            jsonschema.validate(call["arguments"], SCHEMAS[call["name"]])
        else:
            with pytest.raises(ValueError, match="calculator, count_tokens, search_notes"):
                written_call(one)
    for schema in (
        {},
        {"properties": {"n": {"type": "integer"}}, "required": ["n"]},
        {"properties": {"a": {"type": "string"}}, "required": []},
        {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a", "b"]},
    ):
        with pytest.raises(ValueError, match="one text"):
            text_argument(schema)


def test_what_the_model_reads_under_each_telling() -> None:
    assert len({choice_prompt("q", telling, order) for telling in TELLINGS for order in range(4)}) == 16
    plain, swapped = dict(described(PLAIN, 0)), dict(described(SWAPPED, 0))
    assert swapped["calculator"] == plain["search_notes"] and swapped["count_tokens"] == plain["count_tokens"]
    assert "always choose" in dict(described(INJECTED, 0))["count_tokens"]
    shown = choice_prompt("q", WITH_EXAMPLES, 0)
    assert not [question for some in QUESTIONS.values() for question in some if question in shown]
    for bad, says in ((lambda: described("loud", 0), "with examples"), (lambda: described(PLAIN, 4), "0 to 3")):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_choice_over_all_orders_is_the_mean() -> None:
    some = [
        Choice("q", "calculator", order, row)
        for order, row in enumerate([(-1.0, -2, -9, -9), (-9, -2, -9, -9), (-1, -2, -9, -9), (-9, -2, -9, -9)])
    ]
    assert majority(some)["q"].chosen == "count_tokens" and chosen_right(some)[:2] == (0, 1)
    assert confusion(some)[0].tolist() == [2, 2, 0, 0]
    np.testing.assert_allclose(majority(some)["q"].log_probs, (-5, -2, -9, -9))


def test_the_search_finds_a_question_asked_word_for_word() -> None:
    for asked in recorded_notes().asked:
        assert asked.question in [found.question for found in search(asked.question, most=3)]
    assert search("zebra xylophone quux") == []
    for query, most, says in (("", 3, "at least 1 word"), ("a", 0, "1 to 10"), ("a", 11, "1 to 10")):
        with pytest.raises(ValueError, match=says):
            search(query, most=most)


def test_rare_words_weigh_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Asked(f"What is a {word}?", "A thing.", "p") for word in ("kernel", "query", "key", "value", "plan", "loss")
    ]
    monkeypatch.setattr(notes_module, "recorded_notes", lambda: Notes(tuple(rows)))
    assert [found.question for found in search("a plan")] == ["What is a plan?"]


def test_questions_are_read_from_what_pages_declare_without_running_it() -> None:
    found = list(questions_in(ROOT / "pages"))
    assert len(found) > 40 and all(one.question and one.answer for one in found)
    assert {"attention", "transport"} <= {one.page for one in found}


def test_a_form_has_a_blank_for_each_argument() -> None:
    schema = {
        "properties": {
            "text": {"type": "string", "description": "words"},
            "steps": {"type": "integer", "default": 3},
            "rate": {"type": "number"},
            "points": {"type": "array", "items": {"type": "number"}},
            "more": {"type": "object"},
        },
        "required": ["text", "points"],
    }
    blanks = blanks_of(json.dumps(schema))
    assert [(one.name, one.kind) for one in blanks] == [
        ("text", "text"),
        ("steps", "whole number"),
        ("rate", "number"),
        ("points", "numbers"),
        ("more", "json"),
    ]
    assert blanks[1].default == "3" and blanks[0].required and not blanks[1].required
    written = {"text": "a", "steps": "7", "rate": "0.5", "points": "1, 2 3", "more": '{"a": 1}'}
    assert arguments_of(blanks, written) == {
        "text": "a",
        "steps": 7,
        "rate": 0.5,
        "points": [1.0, 2.0, 3.0],
        "more": {"a": 1},
    }
    assert arguments_of(blanks, {"steps": "many", "rate": "1_0"}) == {
        "text": "",
        "steps": "many",
        "rate": "1_0",
        "points": [],
    }
    with pytest.raises(ValueError, match="JSON object"):
        blanks_of("[")


@pytest.mark.parametrize("era", ERAS)
def test_what_breaks_a_client_and_what_it_does_not_notice(era: str) -> None:
    begun = typed_replies(era)
    never = ("another number", "no JSON", "nothing")
    kinds = {
        name: play(line, era, patience=0.3 if name in never else 30.0).outcome.kind for name, line in begun.items()
    }
    assert kinds == {
        "right": "answer",
        "a lie": "answer",
        "another number": "too slow",
        "no content": "refused by the client",
        "content of another type": "refused by the client",
        "no structured content": "refused by the client",
        "an error in the answer": "error in the answer",
        "an error of the protocol": "protocol error",
        "no JSON": "too slow",
        "nothing": "too slow",
    }
    with pytest.raises(ValueError, match="at most 20,000"):
        play("x" * 20_001, era)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", ["ping", "sampling/createMessage", "tools/list"])
def test_a_request_in_place_of_an_answer_is_answered_by_the_client_which_waits_on(era: str, method: str) -> None:
    line = json.dumps({"jsonrpc": "2.0", "id": 99, "method": method, "params": {"messages": [], "maxTokens": 5}})
    played = play(line, era, patience=0.3)
    assert played.outcome.kind == "too slow"
    answers = [message.content for message in played.messages if message.content.get("id") == 99]
    assert "result" in answers[-1] or "error" in answers[-1]


def test_the_class_plays_the_server_where_an_event_loop_runs_already() -> None:
    """As in a notebook."""
    era = ERAS[0]

    async def asked() -> str:
        return play(typed_replies(era)["right"], era).outcome.kind

    # The driver of a browser may have left an event loop in the thread of the tests.
    with ThreadPoolExecutor(1) as own_thread:
        assert own_thread.submit(asyncio.run, asked()).result() == "answer"
