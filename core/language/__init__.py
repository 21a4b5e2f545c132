"""What every topic needs of a language model: tokens, chat, scores, completions. Torch comes in where a model runs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
