"""Prepared samples to batches: order, crops, mirroring, rotation, degradation."""
