"""POT, brought in without the torch backend: what is solved here is numpy, and torch would cost seconds at import."""

import os

os.environ.setdefault("POT_BACKEND_DISABLE_PYTORCH", "1")

import ot

__all__ = ["ot"]
