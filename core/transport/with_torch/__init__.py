"""The part of `core.transport` that needs torch."""
