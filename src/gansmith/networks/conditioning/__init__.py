"""Ways to tell a generator and a discriminator what a sample is to be."""
