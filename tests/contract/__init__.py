"""One suite a port, run on every adapter: what a caller may rely on, whatever stands behind."""
