"""The doctor measured: on the failure zoo and on training loops of third parties."""
