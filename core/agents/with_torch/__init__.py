"""What needs torch: a language model that acts, finds facts in a list, and an encoder that reads notes."""
