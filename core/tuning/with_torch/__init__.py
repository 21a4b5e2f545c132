"""The tuning that needs torch."""
