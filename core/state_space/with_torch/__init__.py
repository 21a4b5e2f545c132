"""The state spaces that need torch."""
