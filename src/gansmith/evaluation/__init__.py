"""How metrics are measured: two sides, an exam while training, noise floors, intervals, pages."""
