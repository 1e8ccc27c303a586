"""What a verdict's evidence says of the machine and its sandbox."""

from assay.judging.host import cpu_model, read_host_facts
from assay.sandbox import CellInfo


def test_host_facts() -> None:
    cell = CellInfo(
        version="0.1",
        kernel="6.18",
        architecture="x86_64",
        cgroup_version=1,
        memory_peak="exact",
        isolation=("pid", "net"),
        views=("native",),
        slots=2,
        box_bytes=1,
    )
    facts = read_host_facts(cell)
    assert facts.cores >= 1
    assert facts.machine
    assert facts.sandbox == "cell 0.1; kernel 6.18; cgroup v1; exact memory peak; isolation: pid net"
    ungated = read_host_facts(cell, attack_gate=False)
    assert ungated.sandbox == facts.sandbox + "; attack gate off"
    assert cpu_model("processor : 0\nmodel name\t: Fast  CPU 3000\n\nmodel name : Other\n") == "Fast CPU 3000"
    assert cpu_model("processor : 0\nCPU part\t: 0xd0c\n") == "0xd0c"
    assert cpu_model("") == "unknown"
