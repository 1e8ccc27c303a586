"""Other ways to run a program, one a file, each asked and measured in the same way."""
