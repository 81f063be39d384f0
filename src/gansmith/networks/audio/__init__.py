"""Networks for clips of sound, value by value."""
