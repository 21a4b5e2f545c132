"""Convolution taken apart, networks of it, and what they learn with labels and without."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
