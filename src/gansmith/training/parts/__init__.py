"""Names to objects: the networks, optimizers, knobs and averages that a run is made of."""
