"""How right and how fast the rules are."""
