"""The HTTP door on the in-memory adapters."""
