"""Shared by all tests: results kept in the process must not leak from one test into the next."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
