"""Small trained weights and recorded results that come with the code, each known by its hash and its recipe."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
