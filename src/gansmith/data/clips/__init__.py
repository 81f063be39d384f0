"""Sound files: read, brought to one rate, length and loudness."""
