"""The sandbox, attacked on purpose: before the first job of a server, and by `assay doctor --attack`.

corpus.py     reads the hostile programs and what is expected of each; compares
running.py    runs them in a cell, two at a time, each followed by a victim that must not have noticed
record.py     what passed on this machine since it booted, kept where only root writes
gate.py       no record, no pass: no jobs
"""
