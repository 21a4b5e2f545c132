"""Models that act: small worlds and episodes in them, tools that fail, notes that come to mind, tools that are made."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
