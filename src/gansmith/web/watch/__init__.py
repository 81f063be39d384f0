"""A page over a folder of runs, live: reads run folders, and asks runs for what a person wants."""
