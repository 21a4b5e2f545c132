"""Taking the time of a model's parts, in turns, so that a disturbance hits all of them alike."""

from collections.abc import Callable
from time import perf_counter, thread_time

import numpy as np
import torch
from transformers import DynamicCache

from core.decoding.costs import WIDTHS, CostParams, Costs
from core.decoding.trees import chain
from core.decoding.with_torch.target import Target
from core.language import backbone, embed, run_layers
from core.models import CausalLM
from core.progress import Progress

_LAYERS = (1, 4, 8, 12, 16, 20, 24, 30)


@torch.inference_mode()
def time_model(lm: CausalLM, params: CostParams, report: Progress) -> Costs:
    """The times that `core.decoding.measure_costs` promises, for a loaded model."""
    tokens = [100 + place % 5000 for place in range(params.past)]
    target = Target(lm)
    target.read(tokens)
    stack = backbone(lm.model)
    layers = tuple(layer for layer in _LAYERS if layer <= lm.n_layers)
    head, last = lm.model.get_output_embeddings(), target.hidden
    jobs: dict[str, Callable[[], object]] = {f"T{width}": _call(target, width) for width in WIDTHS}
    jobs |= {f"L{layer}": _partial(lm, target.cache, layer, params.past) for layer in layers}
    jobs["head"] = lambda: head(last)
    size = 4096
    large = torch.randn(size * 4, size, dtype=lm.model.dtype)
    row = torch.randn(size, dtype=lm.model.dtype)
    square = torch.randn(1024, 1024, dtype=lm.model.dtype)
    jobs |= {"bandwidth": lambda: large @ row, "peak": lambda: square @ square}
    rounds, running = _rounds(jobs, params.repeats, report)
    best = {name: min(seconds) for name, seconds in rounds.items()}
    weights = {id(part): part.numel() * part.element_size() for part in stack.layers.parameters()}
    rows = head.weight.numel() * head.weight.element_size()
    return Costs(
        params=params,
        widths=WIDTHS,
        seconds=np.array([best[f"T{width}"] for width in WIDTHS]),
        layers=layers,
        layer_seconds=np.array([best[f"L{layer}"] for layer in layers]),
        head_seconds=best["head"],
        bandwidth=large.numel() * large.element_size() / best["bandwidth"],
        peak=2 * 1024**3 / best["peak"],
        bytes_per_token=sum(weights.values()) + rows,
        threads=torch.get_num_threads(),
        rounds=np.array([rounds[f"T{width}"] for width in WIDTHS]).T.copy(),
        running=running,
    )


def _call(target: Target, width: int) -> Callable[[], object]:
    def run() -> None:
        target.read([100] * width, chain(width - 1))
        target.keep((), width - 1)
        target.rewind(target.length - 1)

    return run


def _partial(lm: CausalLM, cache: DynamicCache, layer: int, past: int) -> Callable[[], object]:
    stack = backbone(lm.model)

    def run() -> None:
        run_layers(stack, embed(stack, torch.tensor([100])), cache, start=0, stop=layer, first=past)
        for part in cache.layers[:layer]:
            part.crop(-1)

    return run


def _rounds(
    jobs: dict[str, Callable[[], object]], repeats: int, report: Progress
) -> tuple[dict[str, list[float]], float]:
    """The seconds of each job in each round, and the share of the clock during which this thread ran."""
    for job in jobs.values():  # to warm up
        job()
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    clock, ran = perf_counter(), thread_time()
    for turn in range(1, repeats + 1):
        for name, job in jobs.items():
            start = perf_counter()
            job()
            seconds[name].append(perf_counter() - start)
        report(turn / repeats, f"Round {turn} of {repeats}")
    return seconds, min((thread_time() - ran) / (perf_counter() - clock), 1.0)
