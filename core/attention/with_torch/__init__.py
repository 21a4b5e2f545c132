"""The part of `core.attention` that needs torch."""
