"""Shared by all tests: results kept in the process must not leak from one test into the next."""

import os

from hypothesis import settings

pytest_plugins = ["tests.browser_kit"]

os.environ.setdefault("OMP_NUM_THREADS", "1")

# A machine under load must not fail a property that holds: time is the benchmarks' business.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
