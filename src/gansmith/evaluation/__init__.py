"""How metrics are asked: two sides, an exam while training, noise floors, intervals, pages."""
