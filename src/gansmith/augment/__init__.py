"""Differentiable augmentation of all that the discriminator judges, real and fake alike."""
