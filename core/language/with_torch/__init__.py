"""The part of `core.language` that needs torch."""
