"""From a recipe to a run folder: data opened, speed tried, a new run made or an old one resumed."""
