"""Prompting: how much the wording matters, and how a prompt is searched for or learned."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
