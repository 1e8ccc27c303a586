"""How long an assessment takes, from its submission to its recorded score."""
