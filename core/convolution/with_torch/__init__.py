"""Convolutions that need torch."""
