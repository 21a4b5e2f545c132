"""`python -m core.clip.train`: trains the small CLIPs that come with the code and keeps them."""
