"""What graders derive from."""
