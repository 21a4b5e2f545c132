"""Learning from examples: fits and their errors, choice by validation, bias and variance, classifiers, networks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
