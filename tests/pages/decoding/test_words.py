"""Titles and sentences of the decoding page: each wording's condition, over all recorded races and over the edges."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from components.theme import Look
from core.decoding import (
    BYTES,
    KINDS,
    NOISE,
    Earnings,
    Fit,
    Generation,
    Precision,
    Race,
    Shape,
    acceptance_rate,
    earnings_by_size,
    flash_traffic,
    is_lossless,
    kv_bytes,
    recorded_costs,
    recorded_guesses,
    recorded_race,
    standard_traffic,
    tokens_tested,
    valid_share,
)
from pages.efficiency.decoding.figures.race import speed_bars
from pages.efficiency.decoding.topic import QUESTIONS
from pages.efficiency.decoding.words.drafts import (
    acceptance_title,
    calm_title,
    exactness_title,
    guesses_title,
    merged,
    surprise_of,
    sweep_title,
    theory_title,
)
from pages.efficiency.decoding.words.equations import EQUATIONS
from pages.efficiency.decoding.words.machine import (
    below_the_roof,
    costs_title,
    disturbance,
    roof_title,
    rounds_of,
    steps_of,
    trips,
)
from pages.efficiency.decoding.words.race import headline, race_caption, race_title, reading

LOOK = Look()
RACES = [(kind, dtype) for kind in KINDS for dtype in ("float32", "bfloat16")]
every_race = pytest.mark.parametrize(("kind", "dtype"), RACES)


@every_race
def test_a_headline_says_faster_only_beyond_the_noise(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    for name in list(race.runs)[1:]:
        told, speed = headline(race, name), race.speedup(name)
        assert ("times as fast as greedy" in told) == (speed > 1 + NOISE)
        assert ("slower than greedy" in told) == (speed < 1 - NOISE)
        assert ("as fast as greedy within 3%" in told) == (1 - NOISE <= speed <= 1 + NOISE)
        apart = race.parts_at(name)
        assert (f"another text from token {apart} on" in told) == (apart is not None)


def test_rounds_that_disagree_are_told_instead_of_a_speed() -> None:
    race = recorded_race("copy")
    clocks = {"greedy": (2.0, 2.0), "prompt lookup": (1.0, 2.5)}
    told = headline(replace(race, rounds=clocks), "prompt lookup")
    assert "no clear difference from greedy, 0.80 to 2.74 of its speed by round" in told


@every_race
def test_the_title_of_a_race_counts_lossless_methods_alone(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    rivals = [name for name in list(race.runs)[1:] if is_lossless(race.runs[name].method)]
    saving = sum(race.runs[name].target_calls < len(race.runs[name].token_ids) for name in rivals)
    faster = sum(race.speedup(name) > 1.03 for name in rivals)
    slower = sum(race.speedup(name) < 0.97 for name in rivals)
    assert race_title(race) == (
        f"Of {len(rivals)} lossless methods {saving} save calls, in one race {faster} save time and {slower} lose it"
    )


def test_a_step_down_of_the_costs_is_explained_where_there_is_one() -> None:
    costs = recorded_costs("float32")
    told, ratio = steps_of(costs), dict(zip(costs.widths, costs.ratio, strict=True))
    assert f"In float32 16 tokens cost {ratio[16]:.2f}, 12 cost {ratio[12]:.2f}." in told
    assert "T(k) goes in steps" in told
    assert steps_of(recorded_costs("bfloat16")) == ""
    rising = np.linspace(1, 3, len(costs.widths))
    assert steps_of(replace(costs, seconds=rising)) == ""
    rising[-1] = rising[-2] * (1 - NOISE / 2)
    assert steps_of(replace(costs, seconds=rising)) == "", "a fall within the noise is none"


def test_a_race_without_rounds_says_that_its_spread_is_unknown() -> None:
    race = recorded_race("chat")
    assert "no spread is shown" in race_caption(race)
    assert "by chance" in race_caption(race)
    two = dict.fromkeys(race.runs, (1.0, 1.1))
    assert "A dot is the speed of one round" in race_caption(replace(race, rounds=two))
    assert "in one race" not in race_title(replace(race, rounds=two))
    copied = recorded_race("copy")
    for once, name in ((copied, "prompt lookup"), (race, "lookahead")):
        assert "than greedy in one race, " in headline(once, name) or "greedy in one race, with" in headline(once, name)
        kept = {other: (run.seconds, run.seconds) for other, run in once.runs.items()}
        assert "in one race" not in headline(replace(once, rounds=kept), name)


@pytest.mark.parametrize(
    "changed", [{"running": 0.13}, {"rounds": {"greedy": (1.0, 2.25), "prompt lookup": (0.5, 1.0)}}], ids=str
)
def test_a_speed_on_a_busy_machine_is_not_told_without_it(changed: dict[str, Any]) -> None:
    race = replace(recorded_race("copy"), **changed)
    assert "times as fast as greedy on a busy machine, with" in headline(race, "prompt lookup")
    assert "save calls, on a busy machine " in race_title(race)


@every_race
def test_a_sentence_has_both_speeds_and_one_acceptance_rate(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    for name, run in race.runs.items():
        told = reading(race, name)
        if run is not race.reference:
            assert f"<b>{race.speedup(name):.2f}</b> times greedy" in told
            assert f"<b>{race.speedup_after_prompt(name):.2f}</b> after the prompt" in told
        assert (f"(<b>{acceptance_rate(run):.0%}</b>)" in told) == bool(run.proposed)


def test_both_shares_of_accepted_tokens_have_names_of_their_own() -> None:
    run = recorded_race("copy").runs["prompt lookup"]
    assert acceptance_title(run) == "Acceptance rate 92%: 34 of 37 tested draft tokens; that is 61% of the 56 drafted"


@every_race
def test_a_forecast_is_called_one_and_the_run_is_called_measured(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    assert race.costs is not None
    for name, run in race.runs.items():
        if not run.proposed:
            continue
        expected = earnings_by_size(run, race.costs)
        told, (_, earned) = theory_title(race, name, expected), expected.best
        assert told.startswith("Forecast from")
        assert ("accuracy of the heads" in told) == name.startswith("Medusa")
        assert told.endswith(f"{race.speedup_after_prompt(name):.2f} measured after the prompt")
        assert ("should earn most" in told) == (earned > 1 + NOISE)
        assert ("no size of a draft should pay" in told) == (earned < 1 - NOISE)
        assert "1 draft tokens" not in told.replace("1 to", "") or expected.near_best[1] > 1


def of(priced: list[float]) -> Earnings:
    values = np.array(priced)
    return Earnings(np.arange(1, len(values) + 1), 1, values, values, values)


@pytest.mark.parametrize(
    ("priced", "told"),
    [
        ([1.5, 1.2, 1.0], "1 draft token should earn most, 1.50 times greedy"),
        ([1.48, 1.5, 1.0], "1 to 2 draft tokens should earn most, 1.50 times greedy"),
        ([1.02, 0.9], "no size of a draft should gain more than 3%"),
        ([0.9, 0.8], "no size of a draft should pay; the best reaches 0.90 times greedy"),
    ],
)
def test_the_edges_of_a_forecast(priced: list[float], told: str) -> None:
    assert told in theory_title(recorded_race("copy"), "prompt lookup", of(priced))


@every_race
def test_counted_tokens_are_explained_only_where_they_differ_from_theory(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    assert race.costs is not None
    for run in race.runs.values():
        if not run.proposed:
            continue
        expected = earnings_by_size(run, race.costs)
        agrees = abs(run.tokens_per_call / expected.tokens_here - 1) <= NOISE
        assert surprise_of(run, expected).endswith("were counted.") == agrees


@every_race
def test_a_surprise_is_explained_by_what_the_run_shows(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    assert race.costs is not None
    for run in race.runs.values():
        if not run.proposed:
            continue
        told = surprise_of(run, earnings_by_size(run, race.costs))
        assert ": ." not in told
        assert ": 0 of" not in told
        if max(len(set(step.parent)) for step in run.steps) == 1 and max(len(step.draft) for step in run.steps) == 1:
            assert "independently" not in told
        if run.accepted == tokens_tested(run):
            assert "tokens are not accepted independently" not in told


def test_a_perfect_draft_is_short_of_theory_because_the_text_ends() -> None:
    race = recorded_race("code")
    run = race.runs["perfect draft"]
    assert race.costs is not None
    assert surprise_of(run, earnings_by_size(run, race.costs)).endswith(
        "1.93 were counted: the text ended within a draft."
    )


@every_race
def test_calm_saves_layers_and_no_calls(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    ran = np.mean([step.depth for step in race.runs["CALM"].steps])
    told = headline(race, "CALM")
    found = re.search(r"with (\d+)% of the layers left out", told)
    assert found
    assert int(found[1]) == pytest.approx(100 * (1 - ran / 30), abs=0.51)
    assert "calls saved" not in told


def test_both_chances_of_acceptance_are_told_where_they_differ() -> None:
    assert "over the whole vocabulary it is <b>28%</b>" in merged(0.303, 0.281)
    assert merged(0.303, 0.301) == ""


def test_tiles_move_less_only_with_enough_fast_memory() -> None:
    assert "fewer." in trips(5.7)
    assert "more bytes move" in trips(0.13)


def test_drawn_texts_are_compared_with_plain_sampling() -> None:
    race = recorded_race("chat")
    drawn = replace(race, params=replace(race.params, temperature=1.0))
    assert "0.90 times plain sampling" in theory_title(drawn, "lookahead", of([0.9, 0.8]))
    figure = speed_bars(drawn, look=LOOK, title="t")
    assert "plain sampling = 1" in figure.layout.annotations[0].text
    assert figure.layout.xaxis.title.text == "times plain sampling"


def test_a_single_call_has_no_speed_after_the_prompt() -> None:
    race = recorded_race("copy")
    run = race.runs["prompt lookup"]
    once: Generation = replace(run, steps=run.steps[:1])
    short: Race = replace(race, runs={"greedy": race.reference, "prompt lookup": once})
    assert "after the prompt" not in reading(short, "prompt lookup")
    assert "one call, so no speed" in theory_title(short, "prompt lookup", of([1.5]))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_costs_tell_their_range_where_it_is_known(dtype: Precision) -> None:
    costs = recorded_costs(dtype)
    assert "by round" not in costs_title(costs, "Recorded")
    assert rounds_of(costs) == "The rounds were not kept, so no spread is shown."
    rounds = np.stack([costs.seconds, costs.seconds * np.linspace(1, 2, len(costs.widths))])
    least, most = costs.ratio_at(4), costs.ratio_at(4) * np.linspace(1, 2, len(costs.widths))[3]
    told = costs_title(replace(costs, rounds=rounds), "This machine")
    assert rounds_of(replace(costs, rounds=rounds)) == "A dot is one round."
    assert f"4 tokens at once cost {least:.2f} times one ({least:.2f} to {most:.2f} by round)" in told


def test_the_answer_about_verification_holds_for_the_recorded_costs() -> None:
    assert "in float32, four tokens cost about one and a half calls" in QUESTIONS[0].answer
    assert recorded_costs().ratio_at(4) == pytest.approx(1.5, abs=0.1)


def test_the_answer_about_phrases_has_the_formula_that_is_checked() -> None:
    assert "2^(1 − ⌈n/k⌉)" in QUESTIONS[2].answer
    assert valid_share(8, 3) == 2.0 ** (1 - 3)


@pytest.mark.parametrize(("brought", "limit"), [(0.5, "memory"), (1e6, "arithmetic")])
def test_the_limit_of_a_machine_is_computed(brought: float, limit: str) -> None:
    told = roof_title(recorded_costs(), brought, "the machine")
    assert f"{limit} is the limit" in told


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_shares_of_the_roof_are_those_of_the_costs(dtype: Precision) -> None:
    costs = recorded_costs(dtype)
    rate, moved = 2 * 134_479_872 + 4 * 30 * 576 * 129, costs.bytes_per_token + 2 * 30 * 192 * 129 * BYTES[dtype]
    share = rate / costs.seconds[0] / min(costs.peak, costs.bandwidth * rate / moved)
    found = re.findall(r"<b>(\d+)%</b>", below_the_roof(costs))
    assert int(found[0]) == pytest.approx(100 * share, abs=1)
    slow = replace(costs, seconds=costs.seconds * 2)
    assert int(re.findall(r"<b>(\d+)%</b>", below_the_roof(slow))[1]) == pytest.approx(int(found[1]) / 2, abs=1)


@pytest.mark.parametrize(
    ("statistic", "other", "told"),
    [
        (5.0, 880.0, "Drawing from the residual keeps the law, drawing anew does not"),
        (5.0, 6.0, "These draws do not tell the two rules apart"),
        (25.0, 880.0, "By chance, as once in 1,000 seeds, both rules miss"),
        (25.0, 6.0, "By chance, as once in 1,000 seeds, the residual's draws miss"),
    ],
)
def test_a_rule_keeps_the_law_only_within_the_limit_of_chance(statistic: float, other: float, told: str) -> None:
    assert exactness_title(Fit(statistic, 3, 16.3), Fit(other, 3, 16.3)).startswith(told)


@every_race
def test_calm_is_told_by_its_layers(kind: str, dtype: Precision) -> None:
    depth = [step.depth for step in recorded_race(kind, dtype).runs["CALM"].steps]
    assert calm_title(depth).startswith(f"CALM leaves early for {sum(one < 30 for one in depth)} of {len(depth)}")
    assert calm_title([30, 30]) == "CALM never leaves early here: all 2 tokens ran 30 layers"


def test_a_sweep_speaks_of_the_text_before_the_first_difference() -> None:
    told = sweep_title((0.1, 0.5, 0.9), (0.06, 0.4, 1.0))
    assert told == "At threshold 0.1 the text leaves greedy’s after 6% of it, at threshold 0.9 the text is greedy’s"


@pytest.mark.parametrize("kind", KINDS)
def test_recorded_guesses_end_in_the_text_of_a_pass_without_a_cache(kind: str) -> None:
    race, run = recorded_race(kind), recorded_guesses(kind)
    assert race.plain is not None
    assert run.token_ids == race.plain[: len(run.token_ids)]


def test_guesses_that_save_nothing_or_lose_the_text_are_told_so() -> None:
    assert guesses_title("chat", 12, 10, kept=True).endswith("after 10 calls, 2 saved; the text is greedy's")
    assert guesses_title("chat", 12, 12, kept=False).endswith("none saved; the text is not greedy's")
    assert guesses_title("chat", 12, 12, kept=None).endswith("12 calls, none saved")


def test_a_warning_says_how_long_the_thread_waited() -> None:
    told = disturbance(0.62, 0.34, "the race")
    assert "62% of the time" in told
    assert "34%" in told
    assert "of the time" not in disturbance(None, 0.34, "the race")


def test_every_quantity_of_the_panels_has_its_equation() -> None:
    latex = " ".join(equation.latex for equation in EQUATIONS)
    for part in (r"\min(P_{\max}", "{cache} = 2", "{standard} = 4 N d", "{tiles} = 2 N d", r"\chi^2 =", r"2^{\,1 -"):
        assert part in latex
    assert kv_bytes(Shape(), 100) == 2 * Shape().layers * Shape().kv_heads * Shape().head_dim * 100 * 4
    assert standard_traffic(100, 8) == 4 * 100 * 8 + 4 * 100**2
    assert flash_traffic(100, 8, sram=960) == 2 * 100 * 8 + 2 * 100 * 8 * -(-100 // (960 // (4 * 8)))
    assert Shape().heads == 3 * Shape().kv_heads == 9
