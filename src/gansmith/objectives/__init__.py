"""What the players minimise: adversarial losses, terms added to them, constraints on networks."""
