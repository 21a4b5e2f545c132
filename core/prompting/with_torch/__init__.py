"""What of prompting needs torch."""
