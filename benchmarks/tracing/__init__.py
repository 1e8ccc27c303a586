"""How often a class of growth is found, what tracing costs beyond judging, and that a trace is what it is."""
