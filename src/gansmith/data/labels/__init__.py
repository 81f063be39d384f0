"""Labels as people write them to classes: folders, tables, files beside the images."""
