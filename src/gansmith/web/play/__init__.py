"""A trained generator over HTTP, and a page to play with it."""
