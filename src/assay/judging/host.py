"""The machine and the sandbox that a verdict was reached on, as evidence."""

from dataclasses import dataclass
import os
from pathlib import Path
import platform

from assay.sandbox import CellInfo

_CPU_INFO = Path("/proc/cpuinfo")
_MODEL_FIELDS = ("model name", "Hardware", "CPU part")  # x86-64; some arm64; the rest of arm64


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """`machine` as uname says ("x86_64"), the CPU's model, the cores that this process may use, and what runs
    the programs (`describe_sandbox`). Look once: nothing of it changes while a judge runs."""

    machine: str
    cpu_model: str
    cores: int
    sandbox: str

    @property
    def host_class(self) -> str:
        """Machines of one class give comparable times."""
        return f"{self.machine}; {self.cpu_model}; {self.cores} cores"


def read_host_facts(cell: CellInfo, *, attack_gate: bool = True) -> HostFacts:
    """Look at this machine. `cell` is what the sandbox says of itself, `attack_gate` whether it had to
    withstand the attacks before it was let judge. Blocking, but only for a moment."""
    return host_facts(describe_sandbox(cell, attack_gate=attack_gate))


def host_facts(sandbox: str) -> HostFacts:
    """The same with a sandbox that describes itself, in one line."""
    return HostFacts(
        machine=platform.machine(),
        cpu_model=cpu_model(_CPU_INFO.read_text(errors="replace")),
        cores=len(os.sched_getaffinity(0)),
        sandbox=sandbox,
    )


def describe_sandbox(cell: CellInfo, *, attack_gate: bool) -> str:
    """In one line what isolated the programs and how their memory was measured."""
    remarks = [] if attack_gate else ["attack gate off"]
    return "; ".join(
        (
            f"cell {cell.version}",
            f"kernel {cell.kernel}",
            f"cgroup v{cell.cgroup_version}",
            f"{cell.memory_peak} memory peak",
            "isolation: " + " ".join(cell.isolation),
            *remarks,
        )
    )


def cpu_model(cpu_info: str) -> str:
    """The first model that /proc/cpuinfo names, "unknown" if none."""
    fields: dict[str, str] = {}
    for line in cpu_info.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), " ".join(value.split()))
    return next((fields[name] for name in _MODEL_FIELDS if fields.get(name)), "unknown")
