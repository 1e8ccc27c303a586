"""Pick up: lease, judge, record, finish. The order of these is written in loop.py and nowhere else."""
