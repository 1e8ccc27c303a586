"""The sandbox's figures, beside those of its peers: `make bench-sandbox`, `ONLY=starts` for one part of it.

Everything that is compared is measured in one run and in turns, because the machine is never quiet; what is
said are medians with their p10 and p90, and ratios to a raw posix_spawn of the same run.

report.py      what was measured, said to people and to programs (--json)
sampling.py    spreads, and rounds in which each one has its turn
programs.py    what is run: a static C hello, print(1), and programs that use time and memory in known ways
cells.py       a cell in a cgroup of its own, and runs in it as a user of the library asks for them
cgroup.py      that cgroup, version 1 or 2
peers/         other ways to run a program: one file each
starts.py, throughput.py, compiling.py, slots.py, cpu_time.py, soak.py     the parts
"""
