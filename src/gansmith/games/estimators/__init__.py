"""Ways to give G a gradient through samples of tokens, which have none; beside any loss."""
