"""What cannot work is refused before training, with what to do."""
