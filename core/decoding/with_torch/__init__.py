"""The part of `core.decoding` that needs torch."""
