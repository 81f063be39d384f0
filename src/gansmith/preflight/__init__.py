"""What cannot work is refused before a second of training, with the way out."""
