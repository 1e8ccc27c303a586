"""The commands. Each translates between a terminal and a stage; none decides anything about a submission."""
