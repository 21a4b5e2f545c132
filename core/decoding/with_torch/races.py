"""Running a race on a loaded model."""

from collections.abc import Mapping

import torch

from core.decoding.costs import CostParams
from core.decoding.generation import Generation
from core.decoding.methods import Method
from core.decoding.races import Race, RaceParams, fastest
from core.decoding.windows import fit_windows
from core.decoding.with_torch.costs import time_model
from core.decoding.with_torch.generation import generate
from core.models import CausalLM, load_causal_lm
from core.progress import Progress, portion


def run_race(params: RaceParams, on_progress: Progress) -> Race:
    """The race that `core.decoding.race` promises."""
    lm = load_causal_lm(params.model, dtype=params.dtype, on_progress=portion(on_progress, 0.0, 0.1))
    if not params.tune:
        return Race(params, _rounds(lm, params, params.methods, params.repeats, on_progress), torch.get_num_threads())
    costs = time_model(lm, CostParams(params.model, params.dtype), portion(on_progress, 0.1, 0.2))
    pilot = _rounds(lm, params, params.methods, 1, on_progress, start=0.2, stop=0.4)
    runs = _rounds(lm, params, fit_windows(pilot, costs), params.repeats, on_progress, start=0.4)
    return Race(params, runs, torch.get_num_threads(), costs)


def _rounds(
    lm: CausalLM,
    params: RaceParams,
    methods: Mapping[str, Method],
    repeats: int,
    on_progress: Progress,
    *,
    start: float = 0.1,
    stop: float = 1.0,
) -> dict[str, Generation]:
    """Every method's run, written `repeats` times in turns, with each step's fastest time; reports the race so far."""
    runs: dict[str, Generation] = {}
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
            done = (turn * len(methods) + place) / (repeats * len(methods))
            so_far = Race(params, dict(runs), torch.get_num_threads())
            on_progress(start + (stop - start) * done, f"{name}: {run.tokens_per_second:.0f} tokens a second", so_far)
    return runs
