"""The panels on the visitor's own reward and on why a reward is hacked: labels, claims, checks, what is kept where."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LogisticRegression
from streamlit.testing.v1 import AppTest

from components.phrases import listed, signed
from core.rlhf import (
    COUNTED,
    PAIRS,
    SEEDS,
    WORDS,
    Rater,
    RewardFit,
    centered,
    counts,
    differences,
    features,
    fit_rewards,
    gold_by_length,
    gold_interval,
    gold_of_repeats,
    gold_parts,
    gold_reward,
    judged_by,
    judgments_to_json,
    lengths,
    parts_by_length,
    pool,
    random_responses,
    recorded_probes,
    recorded_run,
    recorded_runs,
    run_against,
    settled_by,
    tilt_checks,
    usual,
)
from core.rlhf.judgments import UNSEEN
from core.rlhf.probes import repeated, seen_in
from core.rlhf.world import PLACES
from pages.alignment.rlhf import judged
from pages.alignment.rlhf.panels import stopping, walk
from pages.alignment.rlhf.panels.judge import Judged, best_of, own_checks, script
from pages.alignment.rlhf.panels.labeling import ALONE, PARTNERS
from pages.alignment.rlhf.panels.stopping import rivals
from pages.alignment.rlhf.panels.walk import Walk, why_off
from pages.alignment.rlhf.topic import DEFAULTS, PRESETS
from pages.alignment.rlhf.words.judge import (
    agreement_claim,
    cut_claim,
    few_claim,
    followed_claim,
    gone_words,
    loaded_words,
    weights_claim,
)
from pages.alignment.rlhf.words.walk import (
    USUAL_RULE,
    Stop,
    bet_claim,
    edge_of,
    labeled_claim,
    leash_claim,
    random_claim,
    rule_claim,
    rule_stop,
    stop_at,
    stopped_claim,
    walk_claim,
)
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/alignment/rlhf/page.py"
NAMES = (*WORDS[1:], "length")


@pytest.fixture
def judging(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(
        PAGE, rlhf_panel="Be the reward model", **{f"rlhf_{name}": value for name, value in params.items()}
    )


def label(app: AppTest, *, first: bool) -> None:
    app.button(key=f"rlhf_prefers_{'first' if first else 'second'}").click()
    settled(app)


def test_a_label_moves_the_weights_and_stands_in_no_link(judging: Callable[..., AppTest]) -> None:
    app = judging()
    assert "No label yet" in html_of(app)
    label(app, first=True)
    label(app, first=False)
    kept = app.session_state[judged.LABELS]
    assert [judgment.prefers_first for judgment in kept] == [True, False]
    weights = figure_of(charts(app)[0])["data"][0]
    fit = centered(fit_rewards(differences(kept)))
    assert np.allclose(np.asarray(weights["x"], float), fit.weights / 4, atol=1e-6)
    assert np.allclose(np.asarray(weights["error_x"]["array"], float), fit.spread / 4, atol=1e-6)
    assert "fourteen times" in html_of(app)
    assert not {"rlhf_labels", judged.LABELS} & set(app.query_params)
    assert all("light" not in str(value) for value in app.query_params.values())


def test_the_most_informative_pair_is_asked_from_the_first_on(judging: Callable[..., AppTest]) -> None:
    app = judging(next_pair="most informative")
    label(app, first=True)
    asked = app.session_state[judged.LABELS][0]
    rows = np.abs(differences(pool())) ** 2
    first = pool()[int(rows.sum(1).argmax())]
    assert (asked.first, asked.second) == (first.first, first.second), "by the prior alone the pair that differs most"
    assert (first.first, first.second) != (pool()[0].first, pool()[0].second)


def test_the_reading_gives_the_standard_and_names_the_marks(judging: Callable[..., AppTest]) -> None:
    app = judging()
    assert "label by your own taste" in html_of(app)
    label(app, first=True)
    said = html_of(app)
    assert "label by your own taste" not in said
    assert "Diamonds: the best of 1, 4, 16, 64, 256, 1,024 answers of the start" in said
    assert "the dotted line" in said
    assert "the start, the untrained policy" in said
    assert cut_claim(["a b", "c —"]).startswith(" (— tells that 14 words")
    assert cut_claim(["a b"]) == ""


def test_the_script_of_a_panel_runs_with_labels_and_without(capsys: pytest.CaptureFixture[str]) -> None:
    own = judged_by(Rater(), pool()[:3])
    value = {"partner": ALONE}.__getitem__
    page = SimpleNamespace(controls=SimpleNamespace(value=value))
    for kept in ((), own):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(judged, "labels", lambda kept=kept: kept)
            exec(compile(script(page), "script", "exec"), {})
        assert "gold" in capsys.readouterr().out


def kept_in(app: AppTest) -> int:
    return len(app.session_state[judged.LABELS])


def press(app: AppTest, name: str) -> None:
    app.button(key=f"rlhf_label_{name}").click()
    settled(app)


def test_labels_are_given_by_a_fair_rater_taken_back_and_made_again(judging: Callable[..., AppTest]) -> None:
    app = judging()
    assert app.button(key="rlhf_label_undo").disabled
    assert app.slider(key="rlhf_followed").disabled, "there is no policy yet"
    label(app, first=True)
    assert not app.slider(key="rlhf_followed").disabled
    press(app, "fair")
    assert kept_in(app) == 21
    press(app, "undo")
    assert kept_in(app) == 1, "what one press has given, one press takes back"
    press(app, "redo")
    assert kept_in(app) == 21
    assert app.button(key="rlhf_label_redo").disabled
    press(app, "undo")
    label(app, first=False)
    assert app.button(key="rlhf_label_redo").disabled, "what was taken back is gone once something else was done"
    assert kept_in(app) == 2


def test_nothing_that_replaces_labels_does_so_without_a_word(judging: Callable[..., AppTest]) -> None:
    app = judging()
    press(app, "fair")
    press(app, "clear")
    assert app.session_state[judged.LABELS] == ()
    assert "No label yet" in html_of(app)
    assert [toast.value for toast in app.toast] == ["20 labels are gone. “Undo” brings them back."]
    press(app, "undo")
    assert kept_in(app) == 20
    written = judgments_to_json(judged_by(Rater(), pool()[:7])).encode()
    app.file_uploader(key=judged.FILE).set_value(("labels.json", written, "application/json"))
    settled(app)
    assert kept_in(app) == 7
    assert [toast.value for toast in app.toast] == ["7 labels loaded in place of 20. “Undo” brings them back."]
    press(app, "undo")
    assert kept_in(app) == 20


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (gone_words(1), "1 label is gone. “Undo” brings it back."),
        (loaded_words(3, 0), "3 labels loaded."),
        (loaded_words(1, 1), "1 label loaded in place of 1. “Undo” brings it back."),
    ],
)
def test_one_label_and_none_are_told_as_such(told: str, words: str) -> None:
    assert told == words


def test_what_the_tab_keeps_is_not_taken_back_with_a_label_that_came_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(judged.st, "session_state", session)
    early, *kept = judged_by(Rater(), pool()[:4])
    judged.keep([early])
    judged.take(judgments_to_json(kept))
    assert judged.labels() == (*kept, early)
    judged.undo()
    assert judged.labels() == tuple(kept)
    judged.undo()
    assert judged.labels() == tuple(kept[:-1]), "a label of before the reload goes alone"
    judged.redo()
    judged.redo()
    assert judged.labels() == (*kept, early)
    assert not judged.can_redo()


def test_a_partner_and_the_most_informative_pair_change_what_is_seen(judging: Callable[..., AppTest]) -> None:
    app = judging()
    app.button(key="rlhf_label_fair").click()
    settled(app)
    assert "The second rater labels" not in html_of(app)
    app.selectbox(key="rlhf_partner").set_value("one who likes length")
    settled(app)
    assert "40 labels, 20 of them yours, settle" in html_of(app)
    assert "The second rater labels" in html_of(app)
    before = app.button(key="rlhf_prefers_first").label
    app.button_group(key="rlhf_next_pair").set_value("most informative")
    settled(app)
    assert app.button(key="rlhf_prefers_first").label != before


def test_hidden_gold_stands_nowhere(judging: Callable[..., AppTest]) -> None:
    app = judging(gold_shown=False)
    app.button(key="rlhf_label_fair").click()
    settled(app)
    fig = figure_of(charts(app)[1])
    assert not any("gold" in (trace.get("name") or "") for trace in fig["data"])
    assert fig["layout"]["yaxis"]["title"]["text"] == "proxy (points)", "the curve that is left has its name"
    assert "in the order of gold" not in html_of(app)
    assert "gold 1 −" not in html_of(app)


def test_labels_come_from_a_file_and_a_refused_one_changes_nothing(judging: Callable[..., AppTest]) -> None:
    app = judging()
    given_labels = judged_by(Rater(), pool()[:7])
    written = judgments_to_json(given_labels).encode()
    app.file_uploader(key=judged.FILE).set_value(("labels.json", written, "application/json"))
    settled(app)
    assert app.session_state[judged.LABELS] == given_labels
    bad = json.dumps(
        {"kind": "reward model labels", "labels": [{"first": "<b>x</b>", "second": "um", "chosen": "first"}]}
    )
    app.file_uploader(key=judged.FILE).set_value(("labels.json", bad.encode(), "application/json"))
    settled(app)
    assert app.session_state[judged.LABELS] == given_labels
    assert any("label 1" in warning.value for warning in app.warning)
    assert "<b>x</b>" not in html_of(app)
    app.file_uploader(key=judged.FILE).set_value(("labels.json", judgments_to_json(()).encode(), "application/json"))
    settled(app)
    assert app.session_state[judged.LABELS] == given_labels
    assert [warning.value for warning in app.warning] == ["The file holds no label."]


def test_two_opinions_are_counted_as_two() -> None:
    own = judged_by(Rater(), pool()[:30])
    partner = judged_by(PARTNERS["one who likes length"], own)
    both = fit_rewards(differences((*own, *partner)))
    alone = fit_rewards(differences(own))
    assert both.weights[-1] > alone.weights[-1], "who likes length makes length worth more"
    assert (both.spread < alone.spread).all()
    assert PARTNERS[ALONE] is None


def test_checks_of_the_own_reward_turn_red_where_the_fit_is_another() -> None:
    every = judged_by(Rater(), pool()[:20])
    fit = fit_rewards(differences(every))
    assert all(check.passed for check in own_checks(Judged(every, every, fit), 50))
    other = RewardFit(fit.weights + 0.1, fit.spread, fit.log_likelihood, fit.covariance)
    assert not own_checks(Judged(every, every, other), 50)[0].passed
    policy = run_against(fit.weights).policies[50]
    told = {check.name: check for check in tilt_checks(replace(policy, kl=policy.kl + 0.5), fit.weights, seed=51)}
    assert not told["Drawn responses have the KL of the curve"].passed
    with pytest.raises(ValueError, match="no fit"):
        own_checks(Judged((), (), None), 50)


def test_best_of_n_by_the_own_reward_climbs_it() -> None:
    found = best_of(fit_rewards(differences(judged_by(Rater(), pool()[:40]))))
    assert (np.diff(found["proxy"]) > 0).all()
    assert (np.diff(found["kl"]) > 0).all()


@given(st.lists(st.floats(-5, 5), min_size=12, max_size=12))
def test_weights_are_told_that_are_two_spreads_from_zero(values: list[float]) -> None:
    fit = RewardFit(np.array(values), np.ones(12), 0.0, np.eye(12))
    title = weights_claim(fit, NAMES, 20)
    far = [name for name, value in zip(NAMES, values, strict=True) if abs(value) > 2]
    if not far:
        assert "no weight" in title
    else:
        largest = NAMES[int(np.abs(values).argmax())]
        assert signed(f"{largest} {values[NAMES.index(largest)] / 4:+.2f}") in title, (
            "for each word, as the chart has it"
        )
        assert title.count("+") + title.count("-") <= 4
    assert "1 label:" in weights_claim(fit, NAMES, 1) or "1 label settle" in weights_claim(fit, NAMES, 1)


def test_the_title_and_the_chart_of_weights_have_one_unit(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="Be the reward model")
    drawn = figure_of(charts(app)[0])["data"][0]["error_x"]["array"]
    assert "every weight is 0, give or take about 0.25" in html_of(app)
    assert np.allclose(np.array(drawn, float), 0.25, atol=0.02)
    app.button(key="rlhf_label_fair").click()
    settled(app)
    weights = figure_of(charts(app)[0])["data"][0]
    spread = np.array(weights["error_x"]["array"], float)
    found = np.array(weights["x"], float)
    far = [place for place in range(len(found)) if abs(found[place]) > 2 * spread[place]]
    assert all(f"{NAMES[place]} {found[place]:+.2f}" in html_of(app) for place in far[:1])


def test_the_fate_of_the_own_reward_follows_from_its_curves() -> None:
    fair = fit_rewards(differences(judged_by(Rater(noise=0), pool()[:200])))
    for weights in (fair.weights, -fair.weights, np.zeros(12), np.eye(12)[1], np.eye(12)[11]):
        run = run_against(weights)
        title, gold = followed_claim(run, gold_shown=True), run.gold
        fell, rose = gold.max() - gold[-1] > 0.3, gold.max() - gold[0] > 0.3
        assert ("hacked" in title) == (fell and rose)
        assert ("gold falls from" in title) == (fell and not rose)
        assert ("rises too" in title) == (not fell and gold[-1] - gold[0] > 0.3)
        assert "what is it worth" in followed_claim(run, gold_shown=False)
        assert "gold" not in followed_claim(run, gold_shown=False)
        assert "-0.0" not in title


def test_a_reward_that_rounds_to_nothing_has_no_sign() -> None:
    run: Any = SimpleNamespace(proxy=np.array([-0.5, -0.04]), gold=np.array([-0.01, -0.02]))
    assert (
        followed_claim(run, gold_shown=True) == "The reward of these labels rises from −0.5 to 0.0; gold stays at 0.0"
    )
    both = followed_claim(run, gold_shown=True, shared=True)
    assert both == "The reward of both raters rises from −0.5 to 0.0; gold stays at 0.0"


def test_agreement_is_told_by_its_interval() -> None:
    assert agreement_claim(0.7, 0.6, 0.8).endswith("put 60% to 80%, more than a coin")
    assert "less than a coin" in agreement_claim(0.3, 0.2, 0.4)
    for low in (0.45, 0.5014):
        assert "not clearly" in agreement_claim(0.52, low, 0.6), "by the digits that are shown"


@pytest.mark.parametrize("count", [1, 20, 80, 200])
def test_the_share_that_is_told_is_that_of_the_reward_on_screen(count: int, judging: Callable[..., AppTest]) -> None:
    """By another fit of the same labels, and by other code that counts the pairs."""
    every = judged_by(Rater(), pool()[:count])
    rows = differences(every)
    logistic = LogisticRegression(C=0.5, fit_intercept=False, tol=1e-12, solver="newton-cholesky")
    weights = logistic.fit(np.vstack([rows, -rows]), np.repeat([1, 0], len(rows))).coef_[0]
    first, second = (random_responses(UNSEEN, seed=seed) for seed in (13, 14))
    gap, margin = gold_reward(first) - gold_reward(second), (features(first) - features(second)) @ weights
    tied = np.isclose(margin, 0, atol=1e-9)
    share = float(np.where(tied, 0.5, (margin > 0) == (gap > 0))[gap != 0].mean())
    app = judging()
    app.session_state[judged.LABELS] = every
    settled(app)
    low, high = gold_interval(fit_rewards(rows))
    assert agreement_claim(share, low, high) in html_of(app)


def test_what_the_labels_cannot_tell_is_not_drawn(judging: Callable[..., AppTest]) -> None:
    """A little more for each word and as much less for length is the same reward: neither figure nor title moves."""
    fit = fit_rewards(differences(judged_by(Rater(), pool()[:60])))
    along = np.append(np.ones(11), -1.0)
    moved = RewardFit(fit.weights + 3 * along, fit.spread, fit.log_likelihood, fit.covariance + np.outer(along, along))
    one, other = centered(fit), centered(moved)
    assert np.allclose(one.weights, other.weights)
    assert np.allclose(one.spread, other.spread)
    assert weights_claim(one, NAMES, 60) == weights_claim(other, NAMES, 60)
    assert one.weights[:-1].sum() == pytest.approx(0)
    seen = features(random_responses(50, seed=1))
    assert np.allclose(one.reward(seen), fit.reward(seen))
    assert np.allclose(one.spread_of(seen), fit.spread_of(seen))
    assert "the length is the sum of all counts" in html_of(judging())


def test_twenty_labels_show_how_little_they_settle(judging: Callable[..., AppTest]) -> None:
    few, more = settled_by(20), settled_by(80)
    assert few.weights <= 1
    assert few.better == 0
    assert few.agreement[0] < more.agreement[0]
    assert more.better > few.draws / 2
    told = few_claim(20, few)
    assert "a fair rater's labels of these 20 pairs, drawn anew, settle" in told
    assert told in html_of(judging())
    assert f"no weight in {12 - few.weights} of 12 draws" in told
    assert "{:.0%} to {:.0%}".format(*few.agreement) in told
    with pytest.raises(ValueError, match="must lie in"):
        settled_by(0)


def test_the_script_has_a_second_rater_beside_more_labels_than_two_files_hold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = judged_by(Rater(), pool()[:260])
    partner = "one who likes length"
    page = SimpleNamespace(controls=SimpleNamespace(value={"partner": partner}.__getitem__))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judged, "labels", lambda: own)
        exec(compile(script(page), "script", "exec"), {})
    every = (*own, *judged_by(PARTNERS[partner], own))
    assert str(centered(fit_rewards(differences(every))).weights / COUNTED) in capsys.readouterr().out


def test_probes_are_the_reward_models_of_the_recorded_runs() -> None:
    """A kept response of one word alone has the proxy that the probe says for its count."""
    table, met = recorded_probes(), 0
    for pairs in PAIRS:
        for seed in SEEDS:
            run, place = recorded_run(usual(pairs=pairs, seed=seed)), table.place(pairs, seed)
            assert run is not None
            assert (table.seen_repeats[place].sum(1) == 2 * pairs).all()
            assert table.seen_lengths[place].sum() == 2 * pairs
            rows = run.samples.reshape(-1, PLACES).astype(int)
            alone = np.flatnonzero([len(set(row[row > 0])) == 1 for row in rows])[:50]
            for row, proxy in zip(rows[alone], run.sample_proxy.reshape(-1)[alone], strict=True):
                word, count = int(row.max()), int((row > 0).sum())
                assert table.repeats[place][word - 1, count] == pytest.approx(float(proxy), abs=0.02)
                met += 1
    assert met > 50
    with pytest.raises(ValueError, match="must be one of"):
        table.place(1, 0)


def test_gold_of_the_lines_is_the_gold_reward() -> None:
    assert gold_of_repeats(2)[14] == pytest.approx(-6.7)
    assert (gold_of_repeats(7) == gold_reward(repeated(7))).all()
    assert gold_by_length()[0] == 0
    assert gold_by_length()[5] > gold_by_length()[14]
    with pytest.raises(ValueError, match="must lie in"):
        gold_of_repeats(0)
    words, sizes = seen_in(repeated(3))
    assert (words[2] == 1).all()
    assert (sizes == 1).all()


def test_the_edge_of_the_data_and_what_lies_beyond_it() -> None:
    seen = np.array([90, 5, 4, 1, 0])
    assert edge_of(seen) == 2
    assert "so has all" in walk_claim("“um”", seen, np.array([0, 2]))
    assert "1 of the policy's 2 answers has more" in walk_claim("“um”", seen, np.array([0, 3]))
    assert "all of the policy's 2 answers have more" in walk_claim("“um”", seen, np.array([4, 3]))
    assert "up to 4" in walk_claim("words", np.array([1, 1, 1, 1, 1]), np.array([4, 4]))


@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_why_points_lie_off_the_lines_is_told_from_their_words(beta: float) -> None:
    """Over the recorded runs: the gap of gold at one length is made of useful words and repeats alone."""
    table, kinds = recorded_probes(), set()
    for pairs, seed, step in product(PAIRS, SEEDS, (0, 60, 149)):
        run = recorded_run(usual(beta=beta, pairs=pairs, seed=seed))
        assert run is not None
        rows = run.samples[step].astype(int)
        word = int(counts(run.samples[-1].astype(int)).sum(0).argmax()) + 1
        told = why_off(Walk(run, word, step))
        length, times = (rows != 0).sum(1), (rows == word).sum(1)
        proxy, gold = run.sample_proxy[step], gold_reward(rows)
        lines = {
            "alone": (table.repeats[table.place(pairs, seed)][word - 1][times], gold_of_repeats(word)[times]),
            "random": (table.by_length[table.place(pairs, seed)][length], gold_by_length()[length]),
        }
        own, other = gold_parts(rows).mean(0), parts_by_length()[length].mean(0)
        assert (gold - lines["random"][1]).mean() == pytest.approx(own[0] - other[0] - 0.5 * (own[1] - other[1]))
        halves = dict(zip(lines, re.split(r"(?=Random)", told), strict=True))
        for name, (line, best) in lines.items():
            gaps = {"proxy": float((proxy - line).mean()), "gold": float((gold - best).mean())}
            noise = dict.fromkeys(gaps, 0.3)
            if name == "random":
                # By hand: 1 % for both rewards together, on two sides, with the errors of a mean of 8.
                errors = stats.t.ppf(1 - 0.01 / 4, 7) / math.sqrt(8)
                for reward, off in (("proxy", proxy - line), ("gold", gold - best)):
                    noise[reward] = max(0.3, errors * float(np.std(off, ddof=1)))
            near = all(abs(gap) <= noise[reward] for reward, gap in gaps.items())
            kinds.add((name, near))
            level = all(abs(gap) <= 0.3 for gap in gaps.values())
            assert ("and lie near the lines of" in halves[name] or "as much of both" in halves[name]) == level
            assert ("leave that open" in halves[name]) == (near and not level)
            for reward, gap in () if level else gaps.items():
                more = f"<b>{abs(gap):.1f}</b> {'less' if gap > 0 else 'more'} {reward}"
                assert (more if abs(gap) > 0.3 else f"as much {reward}") in halves[name]
                assert (f"{more} (not clearly)" in halves[name]) == (0.3 < abs(gap) <= noise[reward])
            if name == "random":
                assert near or step, "at step 0 the policy is the start itself"
                assert ("For gold" in halves[name]) == (abs(gaps["gold"]) > noise["gold"])
        others = (length - times).mean()
        assert (f"<b>{others:.1f}</b> other words" if others else "hold nothing else") in halves["alone"]
        if "instead" in told:
            parts = {
                "useful words": (f"{other[0]:.1f}", f"{own[0]:.1f}"),
                "repeats": (f"{other[1]:.1f}", f"{own[1]:.1f}"),
            }
            for name, (theirs, mine) in parts.items():
                assert (f"<b>{theirs}</b> {name} instead of <b>{mine}</b>" in halves["random"]) == (theirs != mine)
    assert ("alone", True) in kinds
    assert ("random", False) in kinds


def test_the_parts_of_random_words_make_up_their_gold() -> None:
    assert parts_by_length() @ [1, -0.5, -0.15] == pytest.approx(gold_by_length())
    few = np.full(8, 0.3)
    assert "as much of both, within the noise of 8 answers" in random_claim(few, -few, np.ones(3), np.ones(3))
    wide = np.array([1.0, 15.0, 3.0, 9.0, 2.0, 12.0, 5.0, 4.4])
    assert 0.01 / 2 < stats.ttest_1samp(wide, 0).pvalue < 0.05
    assert random_claim(wide, -few, np.ones(3), np.ones(3)) == (
        "Random words of their length have <b>6.4</b> less proxy (not clearly) and as much gold: 8 answers leave that "
        "open."
    )
    one = random_claim(few + 1, -few, np.ones(3), np.ones(3))
    assert one.endswith("<b>1.3</b> less proxy and as much gold: not the length, the words differ.")


def test_a_bet_is_scored_against_the_rule_and_the_best_step() -> None:
    best = Stop(40, 2.5)
    assert "1.0 less than the rule" in bet_claim(Stop(50, 1.0), Stop(30, 2.0), best)
    assert "1.0 more than the rule" in bet_claim(Stop(50, 2.0), Stop(30, 1.0), best)
    assert "as much as the rule, within the noise;" in bet_claim(Stop(50, 2.0), Stop(30, 2.2), best)
    never = Stop(149, 2.2, met=False)
    assert "as much as the rule, which never stops, within the noise;" in bet_claim(Stop(50, 2.0), never, best)
    assert "1.0 less than the rule, which never stops;" in bet_claim(Stop(50, 1.2), never, best)
    for run in rivals():
        assert rule_stop(run, 0.0).step == 0
        assert rule_stop(run, 1e9).step == len(run.kl) - 1
        assert run.kl[rule_stop(run, 3.0).step] >= 3.0 or run.kl.max() < 3.0
        assert stop_at(run, 10_000).step == len(run.kl) - 1
        assert stop_at(run, run.peak).gold == pytest.approx(float(run.smooth_gold.max()))


def test_what_the_rule_loses_is_measured_over_all_runs() -> None:
    runs = rivals()
    lost = [float(run.smooth_gold.max()) - rule_stop(run, 3.0).gold for run in runs]
    assert len(runs) == len(PAIRS) * len(SEEDS)
    assert f"loses <b>{np.mean(lost):.1f}</b>" in rule_claim(runs, 3.0)
    for count in {run.params.pairs for run in runs}:
        some = [value for value, run in zip(lost, runs, strict=True) if run.params.pairs == count]
        assert f"{np.mean(some):.1f} with {count} pairs" in rule_claim(runs, 3.0)
    seeds, pairs = (listed(sorted(values)) for values in (SEEDS, PAIRS))
    assert f"Over 12 recorded runs without a penalty (seeds {seeds}, each with {pairs} pairs), “stop" in rule_claim(
        runs, 3.0
    )
    assert len(runs) < sum(params == usual(pairs=params.pairs, seed=params.seed) for params in recorded_runs())
    kls = [float(run.kl[run.peak]) for run in runs]
    assert f"Their best step lies at a KL of <b>{min(kls):.1f}</b> to <b>{max(kls):.1f}</b>" in rule_claim(runs, 3.0)
    assert "chosen with these runs in view" in rule_claim(runs, 5.0)
    assert DEFAULTS["rule"] == USUAL_RULE


def test_another_stop_of_the_rule_turns_its_checks_red() -> None:
    for run in rivals():
        rule = rule_stop(run, 3.0)
        assert all(check.passed for check in stopping.rule_checks(run, rule, 3.0))
        assert not stopping.rule_checks(run, replace(rule, met=False), 3.0)[0].passed
        late, other = replace(rule, step=rule.step + 1), replace(rule, gold=rule.gold + 0.01)
        assert not stopping.rule_checks(run, late, 3.0)[0].passed
        assert not stopping.rule_checks(run, other, 3.0)[1].passed


def test_a_rule_that_a_run_never_meets_runs_to_the_end_and_says_so() -> None:
    """Over every recorded run and rules from the least to the largest of the slider."""
    kept = recorded_run(usual(beta=1.0))
    assert kept is not None
    assert kept.kl.max() < 3
    for run in (kept, *rivals()):
        for level in (0.5, 3.0, 10.0, 20.0):
            rule, met = rule_stop(run, level), bool((run.kl >= level).any())
            title, told = leash_claim(run, level), stopped_claim(run, level)
            assert rule.met == met
            assert ("never reaches" in title) == ("never reaches" in told) == (not met)
            assert ("stops at" in title) == ("stops at" in told) == met
            assert signed(f"{rule.gold:.2f}") in told
            assert ("never stops" in bet_claim(stop_at(run, 3), rule, stop_at(run, run.peak))) == (not met)
            assert all(check.passed for check in stopping.rule_checks(run, rule, level))
            assert not stopping.rule_checks(run, replace(rule, met=not met), level)[0].passed
            if not met:
                assert not stopping.rule_checks(run, replace(rule, step=rule.step - 1), level)[0].passed
    for level in (0.5, 3.0, 10.0, 20.0):
        ended = sum(run.kl.max() < level for run in rivals())
        said = rule_claim(rivals(), level)
        assert (f"({ended} of them never reach it and run to the end)" in said) == (ended > 0)
    assert "(6 of them never" in rule_claim(rivals(), 20.0)


def test_the_story_is_of_one_word_in_every_seed_and_not_of_length() -> None:
    """What the preset and the lesson say: no labeled answer has one word as often, and many are as long."""
    table = recorded_probes()
    for seed in SEEDS:
        run, place = recorded_run(usual(seed=seed)), table.place(500, seed)
        assert run is not None
        said = run.samples[-1].astype(int)
        word = int(counts(said).sum(0).argmax())
        often, seen = counts(said)[:, word], table.seen_repeats[place][word]
        assert (often > edge_of(seen)).all()
        assert np.mean(often > np.flatnonzero(seen).max()) >= 0.7
        assert (table.seen_lengths[place][lengths(said)] > 0).all(), "length stays inside the bars"
    first = recorded_run(usual(seed=0))
    assert first is not None
    said = first.samples[149].astype(int)
    seen = table.seen_repeats[table.place(500, 0)]
    assert (counts(said).max(1) > np.flatnonzero(seen[counts(said).sum(0).argmax()]).max()).all()
    why = next(preset for preset in PRESETS if preset.name == "Why it is hacked")
    labeled = table.seen_repeats[table.place(500, 0)][WORDS.index("light") - 1]
    assert edge_of(labeled) == 2
    assert labeled_claim(labeled, 2) == "8 of 1,000 are labeled, none beyond 4"
    assert "8 of 1,000 answers are labeled, and beyond 4 “light”, where none is" in why.look_at
    assert labeled_claim(labeled, 4) == "none is labeled"
    assert why.look_at.endswith("In length they stay among the labels.")
    run = recorded_run(usual())
    assert run is not None
    said = np.unique(lengths(run.samples.reshape(-1, PLACES).astype(int)))
    assert table.seen_lengths[table.place(500, 0)][said[said > 0]].min() > 0


@pytest.mark.parametrize(("set_to", "stands"), [({"walked": "3"}, True), ({"word": "very"}, False)], ids=str)
def test_the_lead_of_the_walk_stands_for_its_own_word_alone(
    visit: Callable[..., AppTest], set_to: dict[str, str], stands: bool
) -> None:
    app = visit(PAGE, rlhf_panel="Why it is hacked", **{f"rlhf_{name}": value for name, value in set_to.items()})
    assert ("8 of 1,000 answers are labeled" in html_of(app)) == stands


def test_bars_that_lose_answers_turn_their_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    table = recorded_probes()
    value = {"word": "light", "walked": 149}.__getitem__
    page = SimpleNamespace(controls=SimpleNamespace(value=value))
    run = recorded_run(usual())
    shown = SimpleNamespace(page=page, history=run, by_n=False)
    assert walk.why_checks(shown)[0].passed
    fewer = table.seen_repeats.copy()
    fewer[(*table.place(500, 0), 3, 0)] -= 5
    monkeypatch.setattr(walk, "recorded_probes", lambda: replace(table, seen_repeats=fewer))
    assert not walk.why_checks(shown)[1].passed
    moved = table.seen_repeats.copy()
    moved[(*table.place(500, 0), 3, slice(0, 2))] += (-5, 5)
    monkeypatch.setattr(walk, "recorded_probes", lambda: replace(table, seen_repeats=moved))
    assert not walk.why_checks(shown)[0].passed
    assert walk.why_checks(shown)[1].passed


def test_the_rule_is_read_in_nats_and_the_bet_is_locked(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="When to stop", rlhf_seed="1")
    run = recorded_run(usual(seed=1))
    assert run is not None
    drawn = figure_of(charts(app)[1])
    assert np.allclose(np.asarray(drawn["data"][0]["y"], float), run.kl, atol=1e-4)
    assert any(shape.get("y0") == 3.0 == shape.get("y1") for shape in drawn["layout"]["shapes"])
    assert not app.slider(key="rlhf_bet").disabled
    app.toggle(key="rlhf_uncovered").set_value(True)
    settled(app)
    assert app.slider(key="rlhf_bet").disabled


def test_gold_is_covered_until_it_is_uncovered(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="When to stop", rlhf_seed="1")
    names = {trace.get("name") for trace in figure_of(charts(app)[0])["data"]}
    assert "gold" not in names
    assert "The best step" not in html_of(app)
    assert "all that one sees" in html_of(app)
    app.toggle(key="rlhf_uncovered").set_value(True)
    settled(app)
    assert "gold" in {trace.get("name") for trace in figure_of(charts(app)[0])["data"]}
    assert "The best step" in html_of(app)
    assert "Your bet is fixed now" in html_of(app)
    assert "all that one sees" not in html_of(app)
