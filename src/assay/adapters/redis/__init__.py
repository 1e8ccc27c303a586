"""Events, bells and results on Redis. Nothing that is kept there is the truth: the rows are."""
