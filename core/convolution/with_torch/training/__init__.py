"""Trainings of networks of convolutions."""
