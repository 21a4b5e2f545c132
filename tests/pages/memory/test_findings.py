"""The findings of the page on memory, over the edges and over all that is recorded."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]

from core.agents import (
    BASES,
    KEEPINGS,
    TESTS,
    AttentionRow,
    ListAttention,
    RetrievalCurve,
    Weights,
    answered_within,
    gap,
    needed_ranks,
    recorded_attentions,
    recorded_curve,
    recorded_curves,
)
from core.numbers import mean_interval, side
from pages.agents.memory import findings
from pages.agents.memory.panels import formats, price, room


def curve(first: int, middle: int, last: int, *, nothing: int = 3, trials: int = 24) -> RetrievalCurve:
    """A curve over three places with so many hits."""
    hits = np.array([first, middle, last])
    found = np.arange(trials)[None] < hits[:, None]
    chosen = np.where(found, np.arange(3)[:, None], (np.arange(3)[:, None] + 1) % 3)
    none = np.arange(trials) >= trials - nothing
    return RetrievalCurve("m", "float32", "plain", 3, 0, np.arange(3), chosen, found * 1.0, np.ones(trials, bool), none)


@pytest.mark.parametrize(
    ("hits", "says"),
    [
        ((24, 2, 20), "Lost in the middle"),
        ((24, 2, 3), "Only the beginning stands out"),
        ((3, 2, 24), "Only the end stands out"),
        ((5, 5, 5), "No end stands out"),
        ((0, 0, 0), "No end stands out"),
        ((24, 12, 0), "The later, the harder"),
        ((0, 12, 24), "The later, the easier"),
        ((0, 20, 0), "The middle is found best"),
        ((0, 20, 19), "Only the beginning falls behind"),
        ((19, 20, 0), "Only the end falls behind"),
    ],
)
def test_the_title_says_which_end_is_told_from_the_middle(hits: tuple[int, int, int], says: str) -> None:
    found = curve(*hits)
    title = findings.of_the_curve(found)
    assert title.startswith(says) and f"{hits[0]}, {hits[1]} and {hits[2]} of 24 found" in title


@pytest.mark.parametrize(
    ("middle", "nothing", "says"), [(24, 0, "still helps"), (3, 3, "no more than"), (0, 24, "worse than no list")]
)
def test_the_middle_is_compared_with_no_list(middle: int, nothing: int, says: str) -> None:
    assert says in findings.against_nothing(curve(3, middle, 3, nothing=nothing))


def test_every_recorded_title_is_what_the_numbers_say() -> None:
    for one in recorded_curves():
        title = findings.of_the_curve(one)
        ends = [side(one.gap(place, one.middle)) for place in (0, len(one.positions) - 1)]
        assert title.startswith("Lost in the middle") == (ends == [1, 1])
        low, high = gap(one.nothing, one.found[one.middle])
        assert ("worse" in findings.against_nothing(one)) == (high < 0)
        assert ("still" in findings.against_nothing(one)) == (low > 0)


def looked(share: float, hits: int, *, apart: float = 0.0) -> ListAttention:
    """Attention in lists of three with so many hits in the middle, a little apart from list to list."""
    found = curve(20, hits, 20)
    shares = share + 0.01 * np.cos(np.arange(24)) + apart * found.found
    lines = np.stack([np.where(np.arange(4) == place, shares[place][:, None], 0.1) for place in range(3)])
    row = AttentionRow(1, 0, np.zeros(2), np.zeros((9, 2)), 1.0, np.zeros(9, int))
    return ListAttention(found, np.zeros((3, 24, 1, 1), np.float16), np.full((3, 24), 0.2), 0, 0, lines, row)


@pytest.mark.parametrize(
    ("share", "hits", "says"),
    [
        (0.6, 2, "Looked at and still lost: in the middle head L0H0 gives the needed pair 60%, and 2 of 24 are found"),
        (0.6, 12, "Looked at, found now and then"),
        (0.6, 23, "Looked at and found"),
        (0.2, 2, "Neither looked at nor found"),
        (0.1, 12, "Not looked at, found now and then"),
        (0.1, 23, "Found without a look"),
    ],
)
def test_looking_is_told_with_finding(share: float, hits: int, says: str) -> None:
    assert findings.of_the_attention(looked(share, hits)).startswith(says)


@pytest.mark.parametrize(
    ("apart", "says"), [(0.2, "looked at more"), (0.0, "no more, beyond noise"), (-0.2, "at less")]
)
def test_found_lists_are_set_against_missed_ones(apart: float, says: str) -> None:
    one = looked(0.5, 12, apart=apart)
    assert says in findings.apart(one) and says in findings.of_the_looking(one, 1, 0, "x")


def test_every_recorded_attention_is_told_as_it_is() -> None:
    for one in recorded_attentions().values():
        title, middle = findings.of_the_attention(one), one.curve.middle
        low, _ = mean_interval(one.strongest[middle] - one.even[middle])
        assert title.startswith("Looked at") == (low > 0)
        assert f"{one.name} gives the needed pair {one.strongest[middle].mean():.0%}" in title


def test_the_formats_are_sorted_by_what_they_do() -> None:
    gains = {"a": (0.3, 0.1, 0.5), "b": (-0.3, -0.5, -0.1), "c": (0.0, -0.1, 0.1), "d": (0.2, 0.1, 0.3)}
    assert findings.of_the_formats(gains) == "Helps: a / d; hurts: b; no change beyond noise: c"
    assert findings.of_the_formats({}) == "Nothing to compare"
    for name, (mean, low, high) in formats.gains(formats.curves()).items():
        assert low <= mean <= high
        assert (findings.of_the_formats({name: (mean, low, high)}) == f"Helps: {name}") == (low > 0)


def test_what_the_first_place_brings_is_told_with_its_noise() -> None:
    assert findings.of_first([curve(24, 2, 20), curve(3, 2, 20), curve(0, 20, 3)]) == (
        "Found of 24 with the needed pair first, and in the middle: plain <b>24</b> and 2; plain <b>3</b> and 2 "
        "(within noise); plain <b>0</b> and 20 (worse)."
    )
    for one in recorded_curves():
        low, high = one.gap(0, one.middle)
        said = findings.of_first([one])
        assert ("within noise" in said, "worse" in said) == (low <= 0 <= high, high < 0)


def test_a_gain_is_the_mean_over_lists() -> None:
    base, better = curve(2, 2, 2), curve(20, 10, 20)
    mean, low, high = findings.gain(base, better)
    assert mean == pytest.approx(better.shares.mean() - base.shares.mean())
    assert (low, high) == mean_interval(findings.by_list(better) - findings.by_list(base))


def test_the_ranking_names_what_stands_before() -> None:
    assert findings.of_the_ranking(1, "x") == "The note that answers comes to mind first"
    assert findings.of_the_ranking(12, "x") == "The note that answers comes 12th, behind: x"
    assert findings.of_the_ranking(None, "x") == "First comes: x"
    assert [findings.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 53)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "53rd",
    ]  # fmt: skip


def test_the_price_is_told_with_its_noise() -> None:
    no, yes = np.zeros(15, bool), np.ones(15, bool)
    title = findings.of_the_price([no, yes], [yes, yes], [0, 1])
    assert title == "Recency at 1: where something changed 0 → 15 of 15, elsewhere 15 → 15 of 15 (within noise)"
    assert "No weight" in findings.of_the_price([yes, no], [yes, yes], [0, 1])
    for now in (Weights(), Weights(importance=1.0), Weights(inverted=True)):
        rows = [price.found(now, changed) for changed in (True, False)]
        said = findings.of_the_price(rows[0], rows[1], price.WEIGHTS)
        sums = [int(new.sum() + old.sum()) for new, old in zip(*rows, strict=True)]
        assert said.startswith("No weight") == (max(sums) == sums[0])


@pytest.mark.parametrize(("gained", "lost", "within"), [(4, 0, True), (5, 0, True), (6, 0, False), (0, 6, False),
                                                        (9, 1, False), (7, 1, True), (0, 0, True)])  # fmt: skip
def test_noise_is_told_by_the_exact_sign_test(gained: int, lost: int, within: bool) -> None:
    before = np.arange(15) >= 15 - lost
    after = np.arange(15) < gained
    assert (findings.noise(before, after) != "") == within
    p = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert within == (p > 0.05)


def test_the_room_names_who_is_ahead_beyond_noise() -> None:
    no, yes = np.zeros(30, bool), np.ones(30, bool)
    assert findings.of_the_room({"a": yes, "b": no}, 5) == "A hold 30 of 30 answers in 5 tokens, b 0"
    assert findings.of_the_room({"a": no, "b": no}, 0).startswith("No way of keeping is ahead")
    few = np.arange(30) < 5
    assert findings.of_the_room({"a": few, "b": no}, 5).startswith("No way"), "five to none: a coin does that"
    for budget in room.BUDGETS:
        found = {keeping: answered_within(keeping, budget) for keeping in KEEPINGS}
        title = findings.of_the_room(found, budget)
        best = max(found, key=lambda name: int(found[name].sum()))
        assert f"{int(found[best].sum())} of {len(TESTS)}" in title
        for name in found.keys() - {best}:
            gained, lost = int((found[best] & ~found[name]).sum()), int((found[name] & ~found[best]).sum())
            sure = gained + lost > 0 and binomtest(gained, gained + lost).pvalue <= 0.05
            assert (f"{name} {int(found[name].sum())}" in title) == sure


def test_an_own_list_is_told_by_its_surest_place() -> None:
    said = findings.of_own(np.array([0.9, 0.1, 0.5]), np.arange(3), np.array([True, False, True]))
    assert said == "Found at 2 of 3 places: surest at place 1 (0.90), least at place 2 (0.10)"
    alike = findings.of_own(np.array([0.501, 0.499]), np.arange(2), np.array([False, False]))
    assert alike == "Found at 0 of 2 places: equally sure everywhere (0.50)"


def test_counts_within_a_rank() -> None:
    assert findings.hits_of([1, 2, 7], 1)[:2] == (1, 3) and findings.hits_of([1, 2, 7], 3)[0] == 2
    assert replace(curve(1, 1, 1)).trials == 24


def test_the_answers_to_the_notes_questions_hold_in_what_is_recorded() -> None:
    numbered, plain = recorded_curve("numbered", 20), recorded_curve("plain", 10)
    assert all(
        low < 0.5 and share < 0.5
        for share, (low, _) in zip(numbered.shares[1:-1], numbered.intervals[1:-1], strict=True)
    )
    assert plain.alone.all() and side(plain.gap(0, plain.middle)) <= 0
    assert side(plain.gap(len(plain.positions) - 1, plain.middle)) > 0
    little, much = (
        sum(hits.sum() for hits in (price.found(Weights(), kind)[place] for kind in (True, False))) for place in (1, -1)
    )
    assert little > needed_ranks(Weights()).tolist().count(1) > much
    changed, lasting = (price.found(Weights(), kind) for kind in (True, False))
    for place in (1, 2):
        assert changed[place].sum() > changed[0].sum() and findings.noise(changed[0], changed[place])
    assert lasting[-1].sum() < lasting[0].sum() and not findings.noise(lasting[0], lasting[-1])


def test_the_answer_on_structure_holds_in_what_is_recorded() -> None:
    plain, gains = recorded_curve("plain", 10), formats.gains(formats.curves())
    for name in ("numbered", "under headings"):
        assert side(gap(plain.found[0], recorded_curve(name, 10).found[0])) > 0
    assert [name for name, (_, low, _) in gains.items() if low > 0] == ["numbered"]
    numbered = recorded_curve("numbered", 10)
    assert side(mean_interval(numbered.found[1:].mean(axis=0) - plain.found[1:].mean(axis=0))) == 0
    once, twice = recorded_curve("asked in words", 10), recorded_curve("asked twice", 10)
    assert (once.hits[[0, -1]].tolist(), twice.hits[[0, -1]].tolist()) == ([8, 14], [20, 5])
    assert len(once.positions) == 7 and findings.places_apart(once, twice) == [0]


def test_places_are_told_apart_by_the_exact_test_with_allowance_for_their_number() -> None:
    for format, base in BASES.items():
        old, new = recorded_curve(base, 10), recorded_curve(format, 10)
        apart = []
        for place in range(len(old.positions)):
            gained = int((new.found[place] & ~old.found[place]).sum())
            lost = int((old.found[place] & ~new.found[place]).sum())
            if gained + lost and binomtest(gained, gained + lost).pvalue <= 0.05 / 7:
                apart.append(place)
        assert findings.places_apart(old, new) == apart


def test_a_gain_that_stands_at_one_place_is_told_so() -> None:
    few, one, many = curve(2, 2, 2), curve(20, 2, 2), curve(20, 20, 20)
    assert findings.of_places([(few, one)]) == (
        "Beyond noise of 3 tests: at place 1 plain <b>2</b> to <b>20</b>; plain gain +0% (+0% to +0%) elsewhere."
    )
    assert findings.of_places([(few, few)]) == "At none of 3 places does a way differ from its base beyond noise."
    everywhere = findings.of_places([(few, many)])
    assert "at place 3 plain <b>2</b> to <b>20</b>" in everywhere and "elsewhere" not in everywhere
    said = findings.of_places(formats.built(formats.curves()))
    assert "at place 1 numbered <b>1</b> to <b>22</b>, under headings <b>1</b> to <b>15</b> and asked twice" in said
    assert "numbered gain +1% (−10% to +11%) elsewhere" in said
    assert "under headings <b>15</b> and 1" in findings.of_first([recorded_curve("under headings", 10)])
    assert "under headings" in formats.FIRST


def test_the_answer_on_looking_holds_in_what_is_recorded() -> None:
    one = recorded_attentions()["numbered", 10]
    middle = one.curve.middle
    assert all(mean_interval(row - even)[0] > 0 for row, even in zip(one.strongest, one.even, strict=True))
    missed = one.strongest[middle][~one.curve.found[middle]]
    assert one.curve.hits[middle] < 12 and missed.mean() > 3 * one.even[middle].mean()
    for end in (0, len(one.mean) - 1):
        assert mean_interval(one.mean[end] - one.mean[middle])[0] > 0
