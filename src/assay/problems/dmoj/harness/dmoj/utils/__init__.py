"""Helpers that DMOJ's documentation names."""
