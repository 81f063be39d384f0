"""Ways to condition a generator and a discriminator on what a sample is to be."""
