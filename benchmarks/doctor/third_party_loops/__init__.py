"""Training loops in plain torch by authors who had not seen the doctor, watched by the Monitor.

Five suites, in the order in which they were written. Each loop has a check of its own, by its
author, that says whether the intended outcome came about.
"""

SUITES = ("v1", "v2", "v3", "v4", "v5")
