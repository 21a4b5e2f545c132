"""The part of `core.orca` that needs torch."""
