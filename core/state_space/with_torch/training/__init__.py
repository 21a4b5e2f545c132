"""Training of small layers: copying, recall, pruning."""
