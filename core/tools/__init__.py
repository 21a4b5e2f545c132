"""Tools for a language model: a calculator, small programs, calls that help, and one protocol for all of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
