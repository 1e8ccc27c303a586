"""What a score costs, and that there is only one: `make bench-scoring`."""
