"""What a prompt is made of, and how often a model is right with it: tasks, examples, formats, ensembles."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
