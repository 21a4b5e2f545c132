"""Running a race on a loaded model."""

from collections.abc import Mapping
from time import perf_counter, thread_time

import torch

from core.decoding.costs import CostParams, Costs
from core.decoding.generation import Generation
from core.decoding.methods import Method
from core.decoding.races import MOST_READ, Race, RaceParams, fastest
from core.decoding.windows import fit_windows
from core.decoding.with_torch.costs import time_model
from core.decoding.with_torch.generation import generate
from core.decoding.with_torch.plain import plain_text
from core.language import encode
from core.models import CausalLM, load_causal_lm
from core.progress import Progress, portion


def run_race(params: RaceParams, on_progress: Progress) -> Race:
    """The race that `core.decoding.race` promises.

    Raises:
        ValueError: for a prompt of more than MOST_READ tokens.
    """
    lm = load_causal_lm(params.model, dtype=params.dtype, on_progress=portion(on_progress, 0.0, 0.1))
    encode(lm, params.prompt, max_tokens=MOST_READ)  # raises before anybody has run
    if not params.tune:
        return _raced(lm, params, params.methods, None, on_progress, start=0.1)
    costs = time_model(lm, CostParams(params.model, params.dtype), portion(on_progress, 0.1, 0.2))
    pilot, _ = _rounds(lm, params, params.methods, 1, on_progress, start=0.2, stop=0.4)
    return _raced(lm, params, fit_windows(pilot, costs), costs, on_progress, start=0.4)


def _raced(
    lm: CausalLM,
    params: RaceParams,
    methods: Mapping[str, Method],
    costs: Costs | None,
    on_progress: Progress,
    *,
    start: float,
) -> Race:
    """The rounds of a race, and the text that its lossless methods have to write."""
    clock, ran = perf_counter(), thread_time()
    runs, rounds = _rounds(lm, params, methods, params.repeats, on_progress, start=start)
    running = min((thread_time() - ran) / (perf_counter() - clock), 1.0)
    plain = None
    if params.temperature == 0 and params.dtype == "float32":
        plain = plain_text(lm, params.prompt, next(iter(runs.values())).token_ids, params.max_new_tokens)
    return Race(params, runs, torch.get_num_threads(), costs, plain, rounds, running)


def _rounds(
    lm: CausalLM,
    params: RaceParams,
    methods: Mapping[str, Method],
    repeats: int,
    on_progress: Progress,
    *,
    start: float,
    stop: float = 1.0,
) -> tuple[dict[str, Generation], dict[str, tuple[float, ...]]]:
    """Every method's run, written `repeats` times in turns, with each step's fastest time; reports the race so far.

    Returns:
        By name the run, and the seconds of each round.
    """
    runs: dict[str, Generation] = {}
    rounds: dict[str, tuple[float, ...]] = {}
    for turn in range(repeats):
        for place, (name, method) in enumerate(methods.items(), 1):
            run = generate(
                lm,
                params.prompt,
                method,
                max_new_tokens=params.max_new_tokens,
                temperature=params.temperature,
                seed=params.seed,
            )
            runs[name] = fastest(runs[name], run) if name in runs else run
            rounds[name] = (*rounds.get(name, ()), run.seconds)
            done = (turn * len(methods) + place) / (repeats * len(methods))
            so_far = Race(params, dict(runs), torch.get_num_threads())
            on_progress(start + (stop - start) * done, f"{name}: {run.tokens_per_second:.0f} tokens a second", so_far)
    return runs, rounds
