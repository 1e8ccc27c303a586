"""The ports on SQL: one SQLite file in WAL, one writer thread with group commit, readers beside it."""
