"""Sound as numbers: mel spectrograms and back, other rates, files, pictures."""

PAUSE = 0.25  # seconds between clips of one file
