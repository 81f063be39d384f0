"""Draws, generation and grids of samples: what training, deployment and the monitor share."""
