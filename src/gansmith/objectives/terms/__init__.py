"""Terms added to a player's loss, one function a file; each a value per sample and a weight."""
