"""Thinking aloud: chains and their answers, votes, verifiers, the game of 24 as a tree, and what SmolLM2 does."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
