"""The part of `core.models` that needs torch."""
