"""What ``benchmarks/cure.py`` is made of."""
