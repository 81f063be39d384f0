"""Generators and discriminators: one builder function per file, found through the registries.

A generator maps latents [batch, latent] to samples; a discriminator maps samples to a ``Critique``.
Both declare what the training step needs to know as plain attributes:

``couples_batch``
    True where one sample's output depends on the others of its batch (batch norm, minibatch
    standard deviation). Real and fake samples are then judged in two passes, and a per-sample
    gradient penalty has no meaning.
``channels_last``
    True where the net trains faster in that memory format.
``feature_width``
    On discriminators: the width of ``Critique.features``.
``pack``
    On discriminators that judge several samples with one score: how many.
"""
