"""The findings of the page on tools over the edges and over all that is recorded."""

import re
from dataclasses import replace

import pytest

from components.theme import Look
from core.numbers import paired_difference
from core.tools import (
    CHAIN,
    CONDITIONS,
    DIRECT,
    INJECTED,
    LABELS,
    METHODS,
    ON_CALLS,
    ON_TEXTS,
    PLAIN,
    PROGRAM,
    RECORDED_KINDS,
    SEARCH,
    SENTENCES,
    TELLINGS,
    Arm,
    Attempt,
    Candidate,
    Choice,
    Continuation,
    Exchange,
    LearnedCalls,
    Message,
    Share,
    Sum,
    break_even_interval,
    chosen_right,
    kept_calls,
    recorded_answers,
    recorded_calls,
    recorded_choices,
    recorded_exchanges,
    recorded_learned_calls,
    recorded_sums,
    share,
)
from pages.agents.tools.figures.calls import calls_figure
from pages.agents.tools.figures.messages import MOST
from pages.agents.tools.panels.calls import groups
from pages.agents.tools.words.answers import (
    answers_reading,
    answers_title,
    faults_reading,
    outcome_counts,
    percent,
    programs_title,
    returned,
)
from pages.agents.tools.words.calls import calls_reading, calls_title, learned_reading, learned_title
from pages.agents.tools.words.choice import choice_reading, choice_title
from pages.agents.tools.words.cost import best_other, cost_reading, cost_title
from pages.agents.tools.words.protocol import protocol_reading, protocol_title
from pages.agents.tools.words.sums import sums_reading, sums_title


def attempts(method: str, right: int, wrong: int, stopped: int = 0, mended: int = 0) -> tuple[Attempt, ...]:
    good = Attempt("q", 7, method, "answer = 7", "7", "", 10, 5)
    bad = replace(good, answer="8")
    halted = replace(good, answer="", error="line 1, character 1: no", second=bad)
    return (good,) * right + (bad,) * wrong + (halted,) * (stopped - mended) + (replace(halted, second=good),) * mended


def case(**shares: int) -> dict[int, dict[str, tuple[Attempt, ...]]]:
    return {2: {method: attempts(method, shares[method], 40 - shares[method]) for method in METHODS}}


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        (
            {"direct": 1, "chain": 5, "program": 38},
            "Programs are ahead of chains at every size; direct answers are behind at every size",
        ),
        (
            {"direct": 1, "chain": 38, "program": 5},
            "Chains are ahead of programs at every size; direct answers are behind at every size",
        ),
        ({"direct": 38, "chain": 2, "program": 5}, "Chains and programs differ by no more than chance at any size"),
        (
            {"direct": 1, "chain": 36, "program": 38},
            "Chains and programs differ by no more than chance at any size; direct answers are behind at every size",
        ),
        ({"direct": 0, "chain": 0, "program": 0}, "Chains and programs differ by no more than chance at any size"),
    ],
)
def test_a_way_is_ahead_only_beyond_the_intervals(shares: dict[str, int], says: str) -> None:
    assert answers_title(case(**shares)) == says


def test_a_lead_at_some_sizes_names_them() -> None:
    near, far = case(direct=19, chain=20, program=22)[2], case(direct=1, chain=5, program=38)[2]
    other = case(direct=1, chain=38, program=5)[2]
    behind = "; direct answers are behind at"
    title = answers_title({1: near, 2: far, 3: far})
    assert title == f"Programs are ahead of chains at 2 and 3 digits{behind} 2 and 3 digits"
    title = answers_title({1: other, 2: near, 3: far})
    assert title == (
        f"Chains are ahead of programs at 1 digit, programs are ahead of chains at 3 digits{behind} 1 and 3 digits"
    )


@pytest.mark.parametrize("kind", RECORDED_KINDS)
def test_the_title_of_every_record_is_what_its_intervals_say(kind: str) -> None:
    recorded = recorded_answers().by_case[kind]
    title = answers_title(recorded)
    for digits, by_method in recorded.items():
        shares = {method: share(by_method[method]) for method in METHODS}
        for first, second, words_of in ((CHAIN, PROGRAM, "Chains"), (PROGRAM, CHAIN, "Programs")):
            ahead = shares[first].interval[0] > shares[second].interval[1]
            found = re.search(f"{words_of} are ahead of [a-z]+ at (every size|[0-9, and]+digit)", title, re.IGNORECASE)
            told = found[1] if found else ""
            assert ahead == ("every size" in told or str(digits) in told)
        reading = answers_reading(recorded, digits)
        assert all(percent(found) in reading for found in shares.values())


def test_what_became_of_programs_adds_up() -> None:
    some = attempts(PROGRAM, 5, 2, stopped=4, mended=1)
    counts = outcome_counts(some)
    assert counts == {"right": 5, "wrong number": 2, "stopped, then right": 1, "stopped": 3}
    title = programs_title({1: {PROGRAM: some}})
    assert title == "5 of 11 programs are right, 4 stopped; the error mended 1 of these"
    assert "ran, and 5 gave" in programs_title({1: {PROGRAM: attempts(PROGRAM, 5, 2)}})
    assert "mended none" in programs_title({1: {PROGRAM: attempts(PROGRAM, 5, 2, stopped=3)}})
    assert "1 became right" in answers_reading({1: dict.fromkeys(METHODS, some)}, 1)


def test_at_what_programs_stopped() -> None:
    assert faults_reading({1: {PROGRAM: attempts(PROGRAM, 5, 2)}}) == ""
    some = attempts(PROGRAM, 1, 1, stopped=4)
    reasons = (
        "the name 'a' is not known",
        "'=' is no sign",
        "still running after 9 lines",
        "the name 'b' is not known",
    )
    stopped = (one for one in some if one.error)
    named = tuple(replace(one, error=f"line 1, character 1: {why}") for one, why in zip(stopped, reasons, strict=True))
    said = faults_reading({1: {PROGRAM: (*some[:2], *named)}})
    assert said == (
        "4 of the model's programs stopped: 2 at an unknown name, 1 at a line that is none and 1 at an endless loop."
    )
    for by_case in recorded_answers().by_case.values():
        stops = sum(bool(one.error) for by_method in by_case.values() for one in by_method[PROGRAM])
        assert f"{stops} of the model's programs stopped" in faults_reading(by_case) or stops == 0


def test_how_an_answer_came_out() -> None:
    good, bad, halted, mended = attempts(PROGRAM, 1, 1, stopped=2, mended=1)
    assert returned(good) == "7, which is right" and returned(bad) == "8, but 7 is right"
    assert "it returned 8, but 7 is right" in returned(halted)
    assert "it returned 7, which is right" in returned(mended)
    assert returned(replace(halted, second=None)).startswith("stopped: line 1")
    assert returned(replace(good, truth=None)) == "7" and returned(replace(good, answer="")) != ""


def sums(right: int, wrong: int) -> list[Sum]:
    return [Sum(12, 34, " 46")] * right + [Sum(18, 34, " 99")] * wrong


@pytest.mark.parametrize(
    ("by_digits", "says"),
    [
        ({1: sums(60, 0), 2: sums(50, 10)}, "about half of the longest sums or more"),
        ({1: sums(60, 0), 2: sums(5, 55), 3: sums(0, 60)}, "from 2 digits on, and none from 3 digits on"),
        ({1: sums(0, 60), 2: sums(0, 60)}, "no sum is right from 1 digit on"),
        ({1: sums(5, 55), 2: sums(60, 0)}, "about half of the longest sums or more"),
        ({1: sums(60, 0), 2: sums(10, 50)}, "fewer than half of the sums are right from 2 digits on"),
    ],
)
def test_from_which_length_sums_fail(by_digits: dict[int, list[Sum]], says: str) -> None:
    title = sums_title(by_digits, "no example")
    assert says in title and title.startswith("With no example")


def test_the_reading_of_sums_counts_where_they_go_wrong() -> None:
    assert sums_reading(sums(3, 0)) == "All 3 sums are right."
    said = sums_reading(sums(30, 10))
    assert said.startswith("10 of 40 are wrong, 10 of them first at digit 1 of the answer.") and "a difference" in said
    assert "no difference beyond chance" in sums_reading([*sums(1, 1)])
    assert "nothing is said of carries" in sums_reading([Sum(12, 34, " 9"), Sum(18, 34, " 9")])
    for condition in CONDITIONS:
        for digits, some in recorded_sums().by_case[condition].items():
            wrong = sum(not one.correct for one in some)
            assert f"{wrong} of {len(some)}" in sums_reading(some) or wrong == 0, digits


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.5, 3.0])
def test_the_calls_that_are_kept_reach_the_threshold(text: str, threshold: float) -> None:
    candidates = recorded_calls().by_text[text].candidates
    kept = [one for one in candidates if one.gain is not None and one.gain.gain >= threshold]
    assert kept == kept_calls(candidates, threshold)
    assert calls_title(candidates, threshold).startswith(f"{len(kept)} of {len(candidates)} calls")
    best = max((one.gain.gain for one in candidates if one.gain is not None), default=None)
    if best is not None:
        verdict = "kept" if best >= threshold else "rejected"
        assert f"<b>{best:.2f}</b> and is {verdict}" in calls_reading(candidates, threshold)


def test_no_call_and_no_valid_call_have_words() -> None:
    assert calls_title([], 0.5) == "The model proposes no call"
    refused = [Candidate(3, "x", "no", None)]
    assert "refuses 1" in calls_title(refused, 0.5) and "refuses every call" in calls_reading(refused, 0.5)


def choices(right: int) -> list[Choice]:
    sure = (0.0, -9.0, -9.0, -9.0)
    return [Choice(f"q{n}", LABELS[0] if n < right else LABELS[1], 0, sure) for n in range(40)]


@pytest.mark.parametrize(
    ("plain", "other", "says"),
    [
        (12, 36, "more than the 12 with plain ones"),
        (36, 12, "fewer than the 36 with plain ones"),
        (18, 9, "fewer than the 18 with plain ones"),
        (20, 22, "no difference beyond chance"),
        (0, 0, "no difference beyond chance"),
    ],
)
def test_tellings_differ_only_beyond_the_intervals(plain: int, other: int, says: str) -> None:
    title = choice_title({PLAIN: choices(plain), "swapped": choices(other)}, "swapped", PLAIN)
    assert title.startswith(f"With swapped {other} of 40") and says in title


@pytest.mark.parametrize(("right", "says"), [(12, "no more than chance, which gives 10"), (30, "; chance gives 10")])
def test_plain_descriptions_are_held_against_chance(right: int, says: str) -> None:
    assert says in choice_title({PLAIN: choices(right)}, PLAIN, PLAIN)


@pytest.mark.parametrize("telling", TELLINGS)
def test_titles_of_recorded_choices_count_what_is_recorded(telling: str) -> None:
    record = recorded_choices()
    by_telling, made = record.by_condition, record.calls[telling]
    right, count, _ = chosen_right(by_telling[telling])
    title, reading = choice_title(by_telling, telling, PLAIN), choice_reading(by_telling[telling], made)
    assert count == len(made) == 40 and f"of {len(by_telling[telling])}" in reading
    if telling != INJECTED:
        assert f"{right} of {count}" in title and title.startswith("With ") and "With with" not in title
        found = [{one.question for one in record.calls[name] if one.chosen == one.truth} for name in (telling, PLAIN)]
        low, high = paired_difference(len(found[0] - found[1]), len(found[1] - found[0]), 40)
        assert telling == PLAIN or ("more than" in title, "fewer than" in title) == (low > 0, high < 0)
        return
    followed = sum(one.chosen == SEARCH for one in made)
    before = sum(one.chosen == SEARCH for one in record.calls[PLAIN])
    assert f"{SEARCH} for {followed} of 40 questions, {before} without" in title
    found = [{one.question for one in record.calls[name] if one.chosen == SEARCH} for name in (INJECTED, PLAIN)]
    low, high = paired_difference(len(found[0] - found[1]), len(found[1] - found[0]), 40)
    assert ("followed" in title, "shunned" in title) == (low > 0, high < 0)


@pytest.mark.parametrize(
    ("plain", "injected", "says"),
    [
        (10, 38, "is followed: search_notes for 38 of 40 questions, 10 without the order"),
        (10, 12, "makes no difference beyond chance: search_notes for 12 of 40 questions, 10 without"),
        (30, 3, "is shunned: search_notes for 3 of 40 questions, 30 without"),
        (0, 0, "makes no difference beyond chance: search_notes for 0 of 40"),
    ],
)
def test_an_order_is_followed_only_beyond_the_intervals(plain: int, injected: int, says: str) -> None:
    title = choice_title({PLAIN: searched(plain), INJECTED: searched(injected)}, INJECTED, PLAIN)
    assert title.startswith("The injected order ") and says in title


def searched(count: int) -> list[Choice]:
    found, other = (-9.0, -9.0, 0.0, -9.0), (0.0, -9.0, -9.0, -9.0)
    return [Choice(f"q{n}", LABELS[0], 0, found if n < count else other) for n in range(40)]


def test_calls_of_the_calculator_are_counted_where_they_can_be_computed() -> None:
    arguments = ["2 + 2", "seven", "1/0"] * 9
    made = [replace(one, argument=argument) for one, argument in zip(choices(27)[:27], arguments, strict=True)]
    said = choice_reading(choices(40), made)
    assert "it gets 27, valid by the grammar, of which <b>9</b> can be computed" in said
    assert "it gets none" in choice_reading(choices(40), [])


def right_of(method: str, right: int) -> list[Attempt]:
    """Forty answers to the same forty problems, the first of them right."""
    return [Attempt(f"q{n}", 1, method, "", "1" if n < right else "2", "", 30, 10) for n in range(40)]


def test_cost_titles() -> None:
    some = {PROGRAM: right_of(PROGRAM, 38), CHAIN: right_of(CHAIN, 10), DIRECT: right_of(DIRECT, 1)}
    assert cost_title(some) == "Programs beat chains until the tool errs in 74% of its calls"
    reading = cost_reading(some, 0.1, (0.01, 0.1))
    low, high = break_even_interval(Share(38, 40), Share(10, 40))
    assert f"The break-even is 74% ({low:.0%} to {high:.0%}, 95 % over 40 problems)" in reading
    assert "keep <b>86%</b> of 95%" in reading and "about <b>1.3 s</b>" in reading
    near = {**some, CHAIN: right_of(CHAIN, 36)}
    assert "differ by no more than chance" in cost_title(near)
    assert "break-even is" not in cost_reading(near, 0.1, (0.01, 0.1))
    behind = {**some, DIRECT: right_of(DIRECT, 39)}
    assert "not right more often than direct answers" in cost_title(behind)
    assert "break-even is" not in cost_reading(behind, 0.1, (0.01, 0.1))
    alone = {**some, CHAIN: right_of(CHAIN, 0), DIRECT: right_of(DIRECT, 0)}
    assert cost_title(alone) == "Nothing but programs is ever right in these 40 problems: no error rate breaks even"
    none = {**some, PROGRAM: right_of(PROGRAM, 0)}
    assert "no program is right" in cost_reading(none, 0.1, (0.01, 0.1))


@pytest.mark.parametrize("kind", RECORDED_KINDS)
def test_the_break_even_of_every_record_lies_in_its_interval(kind: str) -> None:
    for by_method in recorded_answers().by_case[kind].values():
        title, other = cost_title(by_method), best_other(by_method)
        p, q = (share(by_method[method]) for method in (PROGRAM, other))
        ahead = p.value > q.value and p.apart(q)
        assert ("beat " in title, "Nothing but" in title) == (ahead and q.right > 0, ahead and q.right == 0)
        if ahead:
            low, high = break_even_interval(p, q)
            reading = cost_reading(by_method, 0.1, (0.01, 0.1))
            assert f"is {1 - q.value / p.value:.0%} ({low:.0%} to {high:.0%}" in reading and low < high


def test_what_is_said_of_a_conversation_is_counted_in_it() -> None:
    for exchange in recorded_exchanges().by_era.values():
        assert len(exchange.messages) <= MOST, "the story of the handshake shows its first message"
        said = protocol_reading(exchange)
        assert "<b>6</b> calls: 2 came back with an error" in said and "1 taken back" in said
        assert "messages before the first call" in protocol_title(exchange)
    hello = Message("client", 0.0, '{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}')
    assert protocol_title(Exchange("2026-07-28", (), (hello,), {})) == "1 message, and no call yet"
    call = replace(hello, text=hello.text.replace("server/discover", "tools/call"))
    cut = protocol_title(Exchange("2026-07-28", (), (call,), {}))
    assert cut == "The latest 1 message; what came before is no longer kept"


def _learned(calls: int, texts: int, *, of: int = 40, seeds: int = 3) -> LearnedCalls:
    def arm(name: str, seed: int, right: int) -> Arm:
        some = tuple(Continuation("so", 4, " 4" if place < right else " 5", "", "") for place in range(of))
        return Arm(name, seed, (), some, some[:3])

    arms = [arm(name, seed, right) for name, right in ((ON_CALLS, calls), (ON_TEXTS, texts)) for seed in range(seeds)]
    return LearnedCalls("m", 0.5, 0, 6, 0, ("a", "b [Calculator(2 + 2) → 4] 4"), 10, tuple(arms))


@pytest.mark.parametrize(
    ("calls", "texts", "says"),
    [
        (30, 10, "more often: 75% against 25%, calling in 0 of 6 kinds"),
        (10, 30, "less often: 25% against 75%"),
        (11, 10, "no difference beyond chance: 28% against 25%"),
        (10, 10, "no difference beyond chance: 25% against 25%"),
        (0, 0, "no difference beyond chance: 0% against 0%"),
    ],
)
def test_learned_calls_help_only_beyond_the_interval(calls: int, texts: int, says: str) -> None:
    record = _learned(calls, texts)
    assert says in learned_title(record)
    reading = learned_reading(record)
    assert reading.startswith("The paper saw no gain below 775 million parameters: expect none")
    assert f"<b>{100 * (calls - texts) / 40:+.0f}</b> points" in reading
    assert "1 of 2 training texts" in reading
    assert "<b>0 of 120</b> statements, of 0 of the 6 kinds, and in 0 of 9 sentences" in reading


def test_the_title_of_the_recorded_learning_is_what_its_interval_says() -> None:
    record = recorded_learned_calls()
    _, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    title = learned_title(record)
    assert ("more often" in title, "less often" in title) == (low > 0, high < 0)


def test_the_curve_of_kept_calls_is_that_of_the_rule() -> None:
    proposal, (first, second) = recorded_calls().by_text[SENTENCES[0]], groups().values()
    for every in ({"first": first, "second": second}, {"first": first, "second": []}):
        fig = calls_figure(proposal, every, threshold=0.5, look=Look(), height=400, title="")
        for name, some in every.items():
            (curve,) = (trace for trace in fig.data if trace.name == name)
            assert list(curve.y) == [len(kept_calls(some, float(threshold))) for threshold in curve.x]
