"""Learning from examples: linear separators and their mistakes, small networks trained step by step, descent itself."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
