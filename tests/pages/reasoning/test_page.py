"""The page on thinking aloud, driven as a visitor would: ways, panels, own input, bad input, checks and scripts."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.reasoning import (
    COUNT,
    Asked,
    AskParams,
    Demo,
    Doubts,
    Kind,
    best_of,
    cut_kinds,
    depth_first24,
    difference,
    examples,
    methods_for,
    mixture,
    offered_by,
    outcome,
    problems,
    read_examples,
    read_problems,
    recorded_doubts,
    recorded_kinds,
    records,
    said_positive,
    solve24,
    switched,
    tree_of,
    truths,
    vote,
    vote_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.panels import (
    cuts,
    depth,
    hurts,
    languages,
    logic,
    own,
    rule,
    samples,
    sizes,
    switch,
    transcripts,
    trees,
    votes,
)
from pages.prompting.reasoning.panels.hands import signs
from pages.prompting.reasoning.panels.thoughts import steering, toggled
from pages.prompting.reasoning.results import missing, voting_kinds
from tests.page_kit import charts, figure_of, html_of, printed, settled

SCRIPT = "pages/prompting/reasoning/page.py"
ALIKE = "alike on equal answers"
Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(SCRIPT, **{f"reasoning_{name}": value for name, value in params.items()})


def shown(way: str = "few-shot chain", **values: Any) -> Any:
    """A page on screen, as far as a panel's checks read it."""
    kept = {"law": votes.RECORDED, "tree": trees.TREE, "hand": "4 5 6 10", "beam": 5, "evaluator": trees.NEAREST,
            "error": 10, "thoughts": "", "gone": 60, "checker": 20, "decides": "entropy", "thinks": 50,
            "right": 30, "rival": 20, "warmth": 0.7, "voting": "small numbers",
            "manner": "anew each time", "spend": 8, "cutting": "small numbers",
            "text": "So 6 + 7 = 14.", **values}  # fmt: skip
    controls = SimpleNamespace(value=kept.__getitem__)
    page = SimpleNamespace(controls=controls)
    return SimpleNamespace(kind="small numbers", way=way, k=5, place=0, spot=(0, 0), page=page)


def page_of(some: Any) -> Any:
    return some.page


def quartered(doubts: Doubts) -> Doubts:
    return Doubts({kind: some / 4 for kind, some in doubts.entropies.items()})


def test_it_opens_on_the_recorded_numbers_and_a_click_moves_them(page: Visit) -> None:
    app = page()
    chain, direct = outcome("small numbers", "few-shot chain"), outcome("small numbers", "direct")
    apart = difference(direct, chain)
    assert findings.percent(chain.accuracy) in html_of(app) and findings.points(apart.mean) in html_of(app)
    names = {
        row[0]
        for trace in figure_of(charts(app)[0])["data"]
        for row in np.asarray(trace.get("customdata", [])).tolist()
    }
    assert {"direct", "program", "vote of 8"} <= names
    app.selectbox(key="reasoning_way").set_value("vote")
    settled(app)
    app.slider(key="reasoning_k").set_value(8)
    settled(app)
    assert findings.percent(vote("small numbers", 8).accuracy) in html_of(app)
    assert "<b>vote of 8</b> at temperature 0.7" in html_of(app) and "against one greedy chain" in html_of(app)
    app.slider(key="reasoning_place").set_value(30)
    settled(app)
    truth = truths("small numbers")[1][9]
    assert f"The answer is <b>{truth}</b>: right by" in html_of(app)


def test_what_was_recorded_is_offered(page: Visit) -> None:
    app = page(way="no such way")
    offered = [*records.recorded_methods("small numbers"), "vote"]
    assert app.selectbox(key="reasoning_way").options == offered
    assert {"direct", "few-shot chain", "program"} <= set(offered)


def test_a_way_that_a_kind_does_not_have_is_told(page: Visit) -> None:
    app = page(way="program")
    app.selectbox(key="reasoning_size").set_value("sentiment")
    settled(app)
    assert app.selectbox(key="reasoning_way").value == "few-shot chain"
    assert "Not on these problems: program needs a sum, and there is none. <b>few-shot chain</b>" in html_of(app)
    assert findings.of_the_missing(*missing("sentiment")) in html_of(app)


@pytest.mark.parametrize("kind", voting_kinds())
def test_a_vote_is_told_for_every_kind_that_was_sampled(page: Visit, kind: Kind) -> None:
    app = page(panel="Vote", voting=kind, place=77)
    voted, greedy = vote(kind, 8), outcome(kind, "few-shot chain")
    assert findings.of_the_gain(greedy, voted) in html_of(app) and not app.exception
    assert findings.of_the_vote(vote(kind, 1), voted) in html_of(app)


def test_k_can_be_moved_for_a_vote_alone(page: Visit) -> None:
    slider = page(way="few-shot chain").slider(key="reasoning_k")
    assert slider.disabled and "where the way is a vote" in slider.help
    assert not page(way="vote").slider(key="reasoning_k").disabled


def test_a_problem_is_chosen_where_a_thought_is_cut(page: Visit) -> None:
    """The slider that the main figure has too; a page with both of them does not open."""
    app = page(panel="Better spent", spent="a budget of thought", cutting="dates", cut=16)
    assert not app.exception
    app.slider(key="reasoning_place").set_value(30)
    settled(app)
    assert problems("dates", 1)[9].text in html_of(app)


def test_own_numbers_are_searched_or_get_a_word(page: Visit) -> None:
    app = page(panel="Tree of thoughts", hand="8 3 8 3", evaluator="oracle that errs", error=0, beam=1)
    assert "24 is found" in html_of(app) and "The only way: 8 ÷ (3 − 8 ÷ 3)" in html_of(app)
    assert "Nobody can make 24" in html_of(page(panel="Tree of thoughts", hand="1 1 1 1"))
    ways = solve24((2, 4, 6, 12))
    app = page(panel="Tree of thoughts", hand="2 4 6 12")
    assert len(ways) > trees.FIRST and any(box.label == f"All {len(ways)} ways" for box in app.expander)
    assert all(signs(way) in html_of(app) for way in ways)
    for hand, says in (
        (" ", "must be 4 numbers; got 0"),
        ("1 2 3", "4 numbers"),
        ("1 2 3 14", "from 1 to 13"),
        ("1.5 2 3 4", "whole"),
        ("a b", "no number"),
    ):
        app = page(panel="Tree of thoughts", hand=hand)
        assert says in app.warning[0].value and not charts(app)


def test_shares_beyond_the_whole_get_a_word(page: Visit) -> None:
    app = page(panel="Vote", law="two sliders", right=80, rival=40)
    assert "more than 100 %" in app.warning[0].value and not charts(app)


def test_own_problems_get_a_word_or_a_button(page: Visit) -> None:
    app = page(panel="Your own")
    assert any("Ask SmolLM2" in button.label for button in app.button)
    app = page(panel="Your own", problems=" ")
    assert "1 to 6 problems" in app.warning[0].value
    app = page(panel="Your own", shown="no example")
    assert "1 to 8 examples" in app.warning[0].value


def test_a_text_is_marked_and_escaped() -> None:
    text = "So <b>6 + 7 = 14</b>. The answer is 14."
    html = transcripts.card("direct <i>", text, 13, Look(), method="few-shot chain")
    assert "<b>6" not in html and "<i>" not in html and "✗ 14" in html
    assert "underline" in html.split("6 + 7 = 14")[0].rpartition("<span")[2] and ">14</span>" in html
    assert "no number" in transcripts.card("direct", "none", 13, Look(), method="direct")
    assert "✓ 13" in transcripts.card("program", "answer = 6 + 7", Fraction(13), Look(), method="program")


def test_chains_without_an_end_are_counted() -> None:
    tokens = [
        count for one in records.recorded_answers("small numbers", "zero-shot chain").by_set for count in one.tokens
    ]
    cut = sum(int(count[0]) == 80 for count in tokens)
    assert f"{cut} of {len(tokens)} chains were stopped after 80 tokens" in transcripts.stopped("small numbers")


def test_answers_are_counted_among_those_that_are_known() -> None:
    assert own.verdict([(Fraction(4), Fraction(4)), (Fraction(4), None), (None, Fraction(1))], 50).startswith("1 of 2")
    assert "no right answer was given" in own.verdict([(None, Fraction(1))], 5)


def test_a_click_strikes_or_adds_and_a_second_takes_it_back() -> None:
    text = toggled("", "6 10 20", kept=True)
    assert text == "-6 10 20" and steering(text) == ((), ((6, 10, 20),))
    assert toggled(text, "6 10 20", kept=False) == ""
    both = toggled(text, "1/2 24", kept=False)
    assert steering(both) == (((Fraction(1, 2), 24),), ((6, 10, 20),))
    assert steering("x; +; -a b; +1/0; <script>") == ((), ())


def test_a_struck_thought_stands_in_the_link(page: Visit) -> None:
    app = page(panel="Tree of thoughts", thoughts="-6 10 20")
    names = [note["text"] for note in figure_of(charts(app)[0])["layout"]["annotations"]]
    assert "6 10 20" not in names and names
    app.button(key="reasoning_back_thoughts").click()
    settled(app)
    assert "6 10 20" in [note["text"] for note in figure_of(charts(app)[0])["layout"]["annotations"]]


@pytest.mark.parametrize(
    ("checks", "module", "name", "wrong"),
    [
        (lambda: records.checks("small numbers"), records, "truths", lambda kind: ((1,),) * 4),
        (lambda: records.checks("small numbers"), records, "recorded_answers", None),
        (lambda: transcripts.checks(shown()), transcripts, "extract_answer", lambda text: hash(text)),
        (logic.checks, logic, "difference", lambda first, second: SimpleNamespace(mean=0.77)),
        (lambda: votes.checks(shown()), votes, "majority", lambda law, k: 0.9),
        (lambda: votes.checks(shown(law=votes.BY_HAND)), votes, "majority", lambda law, k: 0.9),
        (lambda: trees.checks(shown()), trees, "solve24", lambda numbers: ("4 + 5",)),
        (lambda: trees.checks(shown(tree=trees.PUBLISHED)), trees, "solvable_multisets", lambda: ()),
        (lambda: trees.checks(shown()), trees, "solve24", lambda numbers: ()),
        (lambda: samples.checks(shown()), samples, "verified", lambda right, n, error: 0.9),
        (lambda: samples.checks(shown(manner=ALIKE)), samples, "outranked", lambda right, wrong, n, error: 0.9),
        (lambda: samples.checks(shown()), samples, "best_of", lambda *given: SimpleNamespace(accuracy=0.77)),
        (lambda: samples.checks(shown()), samples, "tree_of", lambda *given: SimpleNamespace(accuracy=0.77)),
        (lambda: rule.checks(page_of(shown())), rule, "extract_answer", lambda text: hash(text)),
        (languages.checks, languages, "truths", lambda kind: ((hash(kind),) * 20,) * 3),
        (languages.checks, languages, "difference", lambda first, second: SimpleNamespace(mean=0.77)),
        (lambda: rule.checks(page_of(shown())), rule, "value_of", lambda expression: Fraction(1)),
        (sizes.checks, sizes, "crossing", lambda family: 1.0),
        (hurts.kinds_checks, hurts, "difference", lambda first, second: SimpleNamespace(mean=0.77)),
        (hurts.bias_checks, hurts, "calibrated", lambda log_odds: log_odds + 1),
        (hurts.bias_checks, hurts, "leaning", lambda calibrate: SimpleNamespace(hits=np.full((3, 20), 2.0))),
        (lambda: switch.checks(shown()), switch, "thinking", lambda scores, share: np.ones(len(scores))),
        (lambda: switch.checks(shown()), switch, "counted", lambda way: 0.77),
        (lambda: switch.checks(shown()), switch, "recorded_doubts", lambda: quartered(recorded_doubts())),
        (lambda: depth.checks(shown()), depth, "value_of", lambda expression: Fraction(23)),
        (lambda: depth.checks(shown()), depth, "dead_ends", lambda found: 1),
        (lambda: depth.checks(shown()), depth, "solve24", lambda numbers: ()),
    ],
)
def test_a_wrong_number_turns_a_check_red(
    checks: Callable[[], Any], module: Any, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(check.passed for check in checks())
    if wrong is None:
        true = records.recorded_answers

        def wrong(kind: Any, method: Any, samples: int = 1) -> Any:
            kept = true(kind, method, samples)
            return replace(kept, by_set=tuple(replace(one, tokens=one.tokens + 500) for one in kept.by_set))

    monkeypatch.setattr(module, name, wrong)
    assert not all(check.passed for check in checks())


@pytest.mark.parametrize("name", ["recorded_cuts", "extract_answer"])
@pytest.mark.skipif(not cut_kinds(), reason="no cut thought was recorded")
def test_a_wrong_cut_turns_a_check_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in cuts.checks(shown()))
    true = cuts.recorded_cuts("small numbers").by_budget
    moved = {budget: tuple(replace(one, texts=(*one.texts[1:], one.texts[0])) for one in some)
             for budget, some in true.items()}  # fmt: skip
    wrong = {"recorded_cuts": lambda kind: SimpleNamespace(by_budget=moved), "extract_answer": hash}[name]
    monkeypatch.setattr(cuts, name, wrong)
    assert not all(check.passed for check in cuts.checks(shown()))


def test_more_tokens_than_bytes_turn_the_check_of_own_answers_red(monkeypatch: pytest.MonkeyPatch) -> None:
    params = AskParams(("a",), "direct", (Demo("a", "b"),))
    monkeypatch.setattr(own, "asked", lambda page: ((), params))
    for tokens, passed in ((3, True), (40, False)):
        done = Asked(params, (("13",),), (tokens,))
        monkeypatch.setattr(
            own, "find", lambda ask, asked, done=done: SimpleNamespace(state="finished", result=lambda: done)
        )
        (check,) = own.checks(None)  # type: ignore[arg-type]
        assert check.passed == passed


def number_of(said: str, panel: str) -> str:
    """A number that a script printed, as the page says it."""
    parts = said.split()
    if panel == "Tree of thoughts":
        return parts[-4]
    return findings.percent(float(parts[{"Vote": 1, "Wrong logic": 2, "Better spent": 0, "Where it hurts": -4}[panel]]))


@pytest.mark.parametrize(
    "values",
    [
        {"panel": "Wrong logic"},
        {"panel": "Vote"},
        {"panel": "Tree of thoughts", "tree": "depth first"},
        {"panel": "Better spent", "spent": "a switch"},
        {"panel": "Where it hurts"},
    ],
)
def test_scripts_run_and_reproduce_a_number_on_screen(page: Visit, values: dict[str, str], tmp_path: Path) -> None:
    app = page(**values)
    assert number_of(printed(app, "reasoning", tmp_path), values["panel"]) in html_of(app)


def test_a_tree_s_script_prints_its_states(page: Visit, tmp_path: Path) -> None:
    app = page(panel="Tree of thoughts")
    assert printed(app, "reasoning", tmp_path).split()[1] in html_of(app)


def test_going_back_is_counted_step_by_step(page: Visit) -> None:
    app = page(panel="Tree of thoughts", tree="depth first", hand="4 5 6 10", gone=8)
    assert "24 is not found yet: 8 states gone into" in html_of(app)
    app.slider(key="reasoning_gone").set_value(60)
    settled(app)
    whole = depth_first24((4, 5, 6, 10))
    assert f"24 is found: {depth.entered(whole)} states gone into" in html_of(app)
    app = page(panel="Tree of thoughts", tree="depth first", hand="1 1 1 1", evaluator="oracle that errs", error=0)
    assert "Nobody can make 24" in html_of(app) and "never gone into" in html_of(app)
    assert "from 1 to 13" in page(panel="Tree of thoughts", tree="depth first", hand="1 2 3 14").warning[0].value


def test_a_label_bias_is_told_in_its_shares(page: Visit) -> None:
    app = page(panel="Where it hurts", hurts=hurts.REVIEWS)
    direct, even, chain, other, best = hurts.answers()
    assert f"{findings.percent(other.accuracy)}, against the right ones {findings.of_the_gain(chain, other)}." in (
        html_of(app)
    )
    assert findings.of_the_bias(direct, chain, even) in html_of(app)
    assert f"<b>{findings.percent(best.accuracy)}</b>, directly" in html_of(app)
    assert f"<b>{findings.percent(said_positive('direct'))}</b>" in html_of(app)


def test_a_switch_is_told_beside_chance(page: Visit) -> None:
    app = page(panel="Better spent", spent="a switch", decides="length", thinks=25)
    one = switched(mixture(), "length", 0.25)
    assert findings.of_the_switch(one, "length") in html_of(app)
    assert findings.points_between(one.ahead.interval) in html_of(app)
    app.slider(key="reasoning_thinks").set_value(100)
    settled(app)
    assert f"this switch: <b>{findings.percent(float(mixture().chain.mean()))}</b>" in html_of(app)


def test_an_old_link_opens_the_panel_by_its_new_name(page: Visit) -> None:
    assert "A checker that errs" in html_of(page(panel="More samples"))
    assert "Chosen by entropy" in html_of(page(panel="Better spent", spent="a switch", decides="doubt"))


@pytest.mark.parametrize("kind", recorded_kinds())
def test_every_kind_opens_with_its_answers_marked(page: Visit, kind: str) -> None:
    app = page(size=kind, place=2)
    truth = truths(kind)[0][1]  # type: ignore[arg-type]
    assert f"The answer is <b>{truth}</b>: right by" in html_of(app) and not app.exception


@pytest.mark.parametrize("kind", recorded_kinds())
def test_six_problems_of_a_kind_read_back_with_their_examples(kind: Kind) -> None:
    for place in (0, 17, 40):
        seed, first = divmod(place, COUNT)
        some = SimpleNamespace(kind=kind, spot=(seed, first), page=shown(asked="program").page)
        taken = own.taken(some)  # type: ignore[arg-type]
        read = read_problems(taken["problems"])
        wanted = problems(kind, seed)[min(first, COUNT - 6) :][:6]
        assert [(one.text, one.truth) for one in read] == [(one.text, one.truth) for one in wanted]
        assert all(set(one.offered) == set(offered_by(kind)) for one in read)
        assert taken["asked"] in methods_for(kind) and (taken["asked"] == "program") == ("program" in methods_for(kind))
        assert len(read_examples(taken["shown"])) == 4


def test_problems_are_taken_from_the_set_on_screen(page: Visit) -> None:
    app = page(panel="Your own", size="letters", place=3)
    app.button(key="reasoning_take_six").click()
    settled(app)
    assert app.text_area(key="reasoning_problems").value.startswith(problems("letters", 0)[2].text)
    assert app.text_area(key="reasoning_shown").value.startswith(f"Q: {examples('letters', 0)[0].text}")


def test_a_text_is_read_by_the_rule_alone(page: Visit) -> None:
    app = page(panel="Your own", mine=own.RULE, text="So 6 + 7 = <b>14</b>, 2 + 2 = 5. The answer is $5.50 or 6.")
    assert "Read: <b>11/2</b>" in html_of(app) and "does not hold: <b>2 + 2 = 5</b>" in html_of(app)
    assert "&lt;b&gt;14" in html_of(app) and not app.exception
    count = rule.Counted.over_all()
    assert f"the rule is right in {count.rule:,}" in html_of(app)
    assert 0 < count.apart < count.texts and abs(count.rule - count.last) <= count.apart


def test_more_samples_are_told_at_one_n(page: Visit) -> None:
    app = page(panel="Better spent", manner=ALIKE, checker=30, spend=3)
    ways = [best_of(samples.KIND, 3, 0.3, "alike"), tree_of(samples.KIND, 3, 0.3, "alike"), vote_of(samples.KIND, 3)]
    assert samples.sentence(3, *ways) in html_of(app)
    assert all(f"<b>{findings.percent(one.accuracy)}</b>" in html_of(app) for one in ways)


@pytest.mark.slow
@pytest.mark.models
def test_the_script_of_the_main_figure_writes_the_text_on_screen(page: Visit, tmp_path: Path) -> None:
    app = page(way="few-shot chain", place=1)
    said = printed(app, "reasoning", tmp_path).splitlines()
    assert findings.percent(float(said[0].split()[0])) in html_of(app)
    assert said[-1].strip() == records.recorded_answers("small numbers", "few-shot chain").by_set[0].texts[0][0].strip()
