"""What similarity finds and what it costs, on made-up programs: authors.py, disguises.py.

`make bench-similarity` prints it all.
"""
