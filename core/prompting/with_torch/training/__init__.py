"""Trainings of the pages on prompting."""
