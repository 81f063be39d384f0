"""Tables: what a column is, how rows become numbers for networks and back, cells and pictures."""
