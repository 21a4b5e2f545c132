"""The part of `core.clip` that needs torch."""
