"""A trained generator for others: a folder with a model card, on a disk or on the hub."""
