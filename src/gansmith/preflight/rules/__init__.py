"""The rules of the pre-flight check, by what they look at."""
