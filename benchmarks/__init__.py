"""The figures that the README quotes. `make bench` prints them all; `make bench ONLY=idle` one of them.

The machine is never quiet, so what is compared is measured in one run, in turns, and given as medians.
"""
