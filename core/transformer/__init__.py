"""A transformer's parts: the path of a token, encoder and decoder, losses with their bounds, parameters counted."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
