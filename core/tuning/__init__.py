"""Tuning a pretrained model: what is trained, what it costs, and what it breaks. Torch comes when a run starts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
