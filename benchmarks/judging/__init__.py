"""The judge's own figures: comparing, the cost of a test, talking with an interactor, verifying on all cores.

`make bench-judging` prints them all, `make bench-judging ONLY=comparing` one. What is compared is measured in
turns in one run, and given as medians: the machine is never quiet.
"""
