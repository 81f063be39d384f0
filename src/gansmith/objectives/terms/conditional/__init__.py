"""Terms about what samples are to be: classes, codes, captions."""
