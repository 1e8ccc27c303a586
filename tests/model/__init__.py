"""The protocol of leases, fences and wake-ups as a small model, searched through in all its interleavings.

world.py       what there is: submissions with their jobs, workers, requests, a broker's messages
protocol.py    the steps, each named for the code that takes it
invariants.py  what must hold of every state and of every step
search.py      breadth first through all states; liveness by walking back from the ends; readable traces
mutants.py     broken protocols, each of which must be caught
"""
