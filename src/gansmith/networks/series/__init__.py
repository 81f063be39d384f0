"""Networks for series [time, channels]."""
