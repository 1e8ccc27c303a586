"""The kernel counts what runs do: system calls, switches, page faults, threads. BPF, without a compiler.

programs.py   what runs in the kernel, as instructions (assembler.py)
region.py     what it writes, by slot, into memory that we map
kernel.py     the system calls that load and attach it
counter.py    a `CallCounter` of it
calls.py      numbers of system calls → classes (system_calls.toml)

Decision: docs/decisions/0033-what-a-trace-measures.md.
"""

from assay.adapters.bpf.counter import BpfCallCounter, CannotCount

__all__ = ["BpfCallCounter", "CannotCount"]
