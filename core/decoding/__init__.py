"""Decoding: every way to write faster, on a real model, step by step. Torch is imported where a model is run."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
