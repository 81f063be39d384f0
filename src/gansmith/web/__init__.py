"""Local pages: a folder of runs as they train, and a trained generator to play with."""
