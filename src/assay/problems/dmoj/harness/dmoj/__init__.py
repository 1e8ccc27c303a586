"""The names that DMOJ's documentation gives to checkers and graders."""
