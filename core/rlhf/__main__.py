"""`python -m core.rlhf record` trains all recorded runs again; `record-text` samples and scores real answers."""

import argparse
import time

from core import assets
from core.assets import versions_of
from core.models import load_causal_lm, load_encoder
from core.rlhf.answers import ANSWERS
from core.rlhf.jobs import train
from core.rlhf.records import RUNS, grid, other_algorithms, special_runs, table_of
from core.rlhf.runs import RunHistory
from core.rlhf.with_torch.answers import sample_answers, score_answers
from core.rlhf.with_torch.policy import START_SEED, supervised_start
from core.rlhf.with_torch.start import START, recorded_start, weights_of

COMMAND = "python -m core.rlhf record"
TEXT_COMMAND = "python -m core.rlhf record-text"


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.rlhf", description=__doc__)
    parser.add_argument("action", choices=["record", "record-text"], help="what to make again")
    (record_runs if parser.parse_args().action == "record" else record_text)()


def record_runs() -> None:
    """Trains the supervised start, then every run, and keeps them group by group."""
    what = "Weights of the toy policy after its supervised start."
    keep(weights_of(supervised_start()), START, seed=START_SEED, description=what)
    recorded_start.cache_clear()
    histories: list[RunHistory] = []
    for group in (grid(), special_runs(), other_algorithms()):
        for params in group:
            began = time.perf_counter()
            history = train(params)
            histories.append(history)
            took = time.perf_counter() - began
            print(f"{took:5.1f} s  gold {history.gold[-1]:6.2f}  KL {history.kl[-1]:6.2f}  {params}", flush=True)
        what = f"{len(histories)} runs of the toy policy, every step, with sample responses."
        keep(table_of(histories), RUNS, seed=0, description=what)


def record_text() -> None:
    """Samples answers of the default language model, scores them, and keeps them."""
    lm, encoder = load_causal_lm(), load_encoder()
    sampled = sample_answers(lm, on_progress=lambda part, message, _=None: print(f"{part:4.0%} {message}", flush=True))
    answers = score_answers(sampled, encoder, model=lm.name)
    what = f"{len(answers.prompts)} prompts with {answers.tokens.shape[1]} answers each by {lm.name}, and rewards."
    keep(answers, ANSWERS, seed=0, description=what, command=TEXT_COMMAND)
    print(f"held-out accuracy of the biased and the fair head: {answers.accuracy}")


def keep(result: object, name: str, *, seed: int | None, description: str, command: str = COMMAND) -> None:
    """Keeps a result and says how large the file is."""
    path = assets.keep(
        result,
        name,
        recipe=command,
        seed=seed,
        licence="Apache-2.0",
        description=description,
        versions=versions_of("torch", "numpy"),
    )
    print(f"{name}: {path.stat().st_size / 1e3:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
