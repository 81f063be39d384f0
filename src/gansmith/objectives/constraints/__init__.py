"""Restrictions on the discriminator's weights, one function a file."""
