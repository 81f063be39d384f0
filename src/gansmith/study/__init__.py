"""Several recipes with several seeds each, from a queue that any number of processes work off."""
