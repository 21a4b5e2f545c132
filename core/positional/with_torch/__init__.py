"""The part of `core.positional` that needs torch."""
