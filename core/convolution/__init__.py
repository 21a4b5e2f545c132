"""Convolution: its cells, its matrix, its shapes, and a small network of it that learns digits."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
