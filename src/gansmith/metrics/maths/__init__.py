"""Mathematics that several metrics share: distances, moments, roots, transport."""
