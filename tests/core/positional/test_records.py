"""The recorded results: there, whole, and what the models say again."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.models import CausalLM, Encoder
from core.positional import (
    SCHEME_KINDS,
    STORY,
    end_check,
    learned_positions,
    permutation_test,
    perplexity_under,
    pick,
    real_query_keys,
    recorded_lengths,
    recorded_orders,
    recorded_permutations,
    recorded_positions,
    recorded_query_keys,
    recorded_sweep,
    scheme_of,
)


def test_recorded_sweep_is_whole_and_its_checks_pass() -> None:
    sweep = recorded_sweep()
    assert sweep.params.text == STORY
    assert len(sweep.runs) == 3 + len(SCHEME_KINDS) * len(sweep.params.factors)
    assert sweep.loss.shape == (len(sweep.runs), len(sweep.tokens) - 1)
    assert all(check.passed for check in sweep.checks)
    assert 300 < len(sweep.tokens) < 400


def test_stretching_the_context_costs_something_inside_it() -> None:
    sweep = recorded_sweep()
    for kind in SCHEME_KINDS:
        _, perplexity = sweep.select(kind)
        assert (perplexity > sweep.perplexity[0]).all()
        assert (np.diff(perplexity) > 0).all()
    at_four = {kind: sweep.select(kind)[1][1] for kind in SCHEME_KINDS}
    assert at_four["ntk"] < at_four["linear"] / 3
    assert at_four["yarn_plain"] < at_four["yarn"] < at_four["linear"]


def test_recorded_queries_and_keys_give_the_recorded_weights() -> None:
    record = recorded_query_keys()
    assert record.layers == tuple(range(30))
    for layer in range(30):
        for head in range(9):
            chosen = pick(record, layer=layer, head=head, query=len(record.tokens) - 1, key=0)
            assert all(check.passed for check in chosen.checks)


def test_recorded_trials() -> None:
    runs = recorded_permutations()
    assert [run.positions for run in runs] == [False, True] * (len(runs) // 2)
    assert all(check.passed for run in runs for check in run.checks)
    assert all(run.max_difference > 0.5 for run in runs if run.positions)
    assert [(trial.n_tokens, trial.succeeded) for trial in recorded_lengths()] == [
        (511, True),
        (512, True),
        (513, False),
        (600, False),
    ]


def test_recorded_orders() -> None:
    runs = recorded_orders()
    assert [run.positions for run in runs] == [False, True] * (len(runs) // 2)
    assert all(check.passed for run in runs for check in run.checks)
    assert all(run.first_layer > 100 * run.bound for run in runs if run.positions)
    assert all(run.total_variation > 0.05 for run in runs)


def test_recorded_arrays_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        recorded_positions()[0, 0] = 1


@pytest.mark.models
def test_the_models_say_the_same_again(smollm2: CausalLM, minilm: Encoder) -> None:
    assert np.array_equal(recorded_positions(), learned_positions(minilm))
    run = recorded_permutations()[1]
    again = permutation_test(minilm, run.text, seed=0, positions=True)
    assert again.difference == pytest.approx(run.difference, abs=1e-4)
    record = recorded_query_keys()
    assert real_query_keys(smollm2, record.text, layers=[17]).query[0] == pytest.approx(record.query[17], abs=1e-3)
    sweep = recorded_sweep()
    number = next(n for n, run in enumerate(sweep.runs) if (run.kind, run.factor) == ("yarn", 4))
    measured = perplexity_under(smollm2, STORY, scheme=scheme_of("yarn", 4, original_context=8192))
    assert measured.tokens == sweep.tokens
    assert measured.loss == pytest.approx(sweep.loss[number], abs=1e-2)


def test_formulas_and_records_need_no_torch() -> None:
    code = """
import sys
import numpy as np
from core import positional as p
p.sinusoidal(1024, 512); p.rope_frequencies(64, scaling=p.Yarn(4, original_context=8192))
p.rotate(np.ones((4, 8)), range(4), p.rope_frequencies(8).inv_freq); p.t5_buckets(range(9), bidirectional=True)
p.compare_schemes(p.CompareParams(), learned=p.recorded_positions()); p.scheme_properties(); p.alibi_bias(9, 4, 4)
p.recorded_sweep().checks; p.pick(p.recorded_query_keys(), layer=17, head=3, query=9, key=2); p.recorded_lengths()
p.recorded_permutations(); p.recorded_orders(); p.projected_similarity(p.sinusoidal(9, 8), seed=0); p.SweepParams()
p.position_cosine
print(sorted({"torch", "transformers"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_change_of_the_loss_has_the_error_of_paired_differences() -> None:
    sweep = recorded_sweep()
    more = sweep.loss[1].astype(float) - sweep.loss[0]
    kind, factor = sweep.runs[1].kind, sweep.runs[1].factor
    mean, error = sweep.change(kind, factor)
    assert mean == pytest.approx(more.mean())
    assert error == pytest.approx(np.sqrt(((more - more.mean()) ** 2).sum() / (len(more) - 1) / len(more)))
    assert sweep.change("trained", 1.0) == (0.0, 0.0)
    assert sweep.change("llama3", 3.0) == (0.0, 0.0)
    single = replace(sweep, loss=sweep.loss[:, :1], own_loss=sweep.own_loss[:1])
    assert single.change(kind, factor)[1] == np.inf


def test_a_table_of_another_length_does_not_explain_what_was_said() -> None:
    table, trials = recorded_positions(), recorded_lengths()
    assert end_check(table, trials).passed
    for other in (table[:-1], np.concatenate([table, table[:1]])):
        assert end_check(other, trials).error == 1
    lied = [replace(trial, succeeded=not trial.succeeded) for trial in trials]
    assert end_check(table, lied).error == len(trials)
