"""CLIP and the spurious feature: scenes, small CLIPs, prompts, edits, and what a model looks at.

Torch is imported where a model is run; scenes, edits, group tables and recorded embeddings need numpy only.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
