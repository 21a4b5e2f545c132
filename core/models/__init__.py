"""Where weights come from, how they are loaded, and what may be loaded. Torch is imported when a model is."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
