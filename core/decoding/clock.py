"""The clock by which methods are compared."""

import time

import torch


def now() -> float:
    """Seconds: of this thread's processor time where the model runs on one thread, else by the wall.

    On one thread both agree while nobody else needs the processor. When somebody does, the wall clock measures them
    too, and a race on a shared machine would be won by chance.
    """
    return time.thread_time() if torch.get_num_threads() == 1 else time.perf_counter()
