"""Writes the fuzzer's first packets: python seeds.py FOLDER. They are what Python's half of it would send.

Made afresh each time, so that they are always of the protocol's present version.
"""

from collections.abc import Iterator
from pathlib import Path
import struct
import sys

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from assay.sandbox import Command, Policy, RunLimits, protocol
from assay.sandbox.facts import ARGUMENTS_MAX, ENVIRONMENT_MAX
from assay.sandbox.protocol import Want

LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=3000,
    memory_bytes=512 << 20,
    processes=100,
    open_files=1024,
    scratch_bytes=100 << 20,
    scratch_inodes=4096,
    stdout_bytes=8 << 20,
    stderr_bytes=0,
    cores=1,
)


def run(
    *argv: str, env: dict[str, str] | None = None, policy: Policy = Policy.NATIVE, flags: int = 0
) -> bytes:
    """A run; `flags` are its box_writable and repeat."""
    return protocol.encode_run(
        Command(
            argv=argv,
            env=env or {},
            view="host",
            limits=LIMITS,
            policy=policy,
            box_writable=bool(flags & 1),
            repeat=bool(flags & 2),
        )
    )


def one_argument_more(packet: bytes) -> bytes:
    """A run with more arguments than our own side would send: "/" once more, and counted."""
    count, argument = struct.pack("<I", ARGUMENTS_MAX), protocol.encode_put("/", executable=False)[-6:]
    before, after = packet.split(count + argument, 1)
    return before + struct.pack("<I", ARGUMENTS_MAX + 1) + argument * 2 + after


def packets() -> Iterator[bytes]:
    """One packet of each sort, and those at a limit."""
    for want in Want:
        yield protocol.encode_hello(want)
    for name in ("main.py", "a/b/c", "..", "a/../b", "/etc/passwd", "", "x" * 256, "/".join("a" * 17)):
        yield protocol.encode_put(name, executable=len(name) % 2 == 0)
        yield protocol.encode_get(name, bytes_max=1 << 20)
        yield protocol.encode_folder(name)
        yield protocol.encode_list(name)
        yield protocol.encode_remove(name)
    for policy in Policy:
        yield run("/box/program", "ü", "", env={"PATH": "/usr/bin", "É": "=;"}, policy=policy, flags=1)
    yield run("/a", flags=2)
    yield run(*("/a",) * ARGUMENTS_MAX, env={str(number): "" for number in range(ENVIRONMENT_MAX)})
    yield one_argument_more(run(*("/",) * ARGUMENTS_MAX))
    yield run("/a", "x" * 60_000)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, packet in enumerate(packets()):
        (folder / f"seed-{number:02}").write_bytes(packet)


if __name__ == "__main__":
    main()
