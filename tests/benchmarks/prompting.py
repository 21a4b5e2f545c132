"""Twelve items of each task, answered while a visitor waits: `python -m tests.benchmarks.prompting`."""

import time
from dataclasses import replace
from statistics import median

from core.models import load_causal_lm
from core.prompting import TASKS, PromptParams, evaluate

ITEMS, ROUNDS = 12, 3


def main() -> None:
    """Prints the median seconds of each task with four examples, by the processor and by the clock."""
    lm = load_causal_lm()
    print(f"{'task':16} processor   clock   items asked: {ITEMS}")
    for name, task in TASKS.items():
        some, spent, passed = replace(task, items=task.items[:ITEMS]), [], []
        for seed in range(ROUNDS):
            began, clock = time.process_time(), time.perf_counter()
            evaluate(lm, some, PromptParams(choice_seed=seed))
            spent.append(time.process_time() - began)
            passed.append(time.perf_counter() - clock)
        print(f"{name:16} {median(spent):7.2f} s {median(passed):7.2f} s")


if __name__ == "__main__":
    main()
