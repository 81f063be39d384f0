"""Tables of rows: cells out of files, the types of columns, and rows as numbers."""
