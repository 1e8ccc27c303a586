"""The ports in memory. They ship: tests and demonstrations run on them, held to the same contracts."""
