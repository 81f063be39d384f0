"""Adversarial losses, one function a file; each returns a pair of pure functions of scores."""
