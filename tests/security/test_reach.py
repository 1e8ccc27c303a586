"""What a program can reach besides its input: no service of the judge's, no answer, no other process.

CVE-2024-29021 is replayed: with a network inside, a submission changed its own row in the judge's database.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import os
from pathlib import Path
import secrets
import socket

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess, Policy
from tests.conftest import needs_root
from tests.security.harness import run

pytestmark = needs_root

PYTHON = ("/usr/bin/python3", "-I", "-c")
REACHES = """
import ctypes, socket, sys
path, abstract, four, six = sys.argv[1:]
targets = [
    (socket.AF_INET, ("127.0.0.1", int(four))), (socket.AF_INET, ("0.0.0.0", int(four))),
    (socket.AF_INET6, ("::1", int(six))), (socket.AF_INET6, ("::ffff:127.0.0.1", int(four))),
    (socket.AF_UNIX, path), (socket.AF_UNIX, "/proc/1/root" + path), (socket.AF_UNIX, chr(0) + abstract),
]
pair = []
try:
    pair = socket.socketpair()
except OSError:
    pass
for family, address in targets:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(family, kind) as one:
                one.settimeout(1)
                one.connect(address)
                one.send(b"UPDATE submissions SET status = 'AC'")
                print("reached", address)
        except OSError:
            pass
for one in pair:  # a pair is all there is, and it cannot be turned to somebody else
    for family, address in targets[4:]:
        try:
            one.connect(address)
            print("turned to", address)
        except OSError:
            pass
print("done")
"""


@contextmanager
def services(folder: Path) -> Iterator[tuple[list[str], list[socket.socket]]]:
    """A service on each kind of address that a judge's own might have: their addresses, and the sockets."""
    path, abstract = str(folder / "service"), f"assay-test-{secrets.token_hex(8)}"
    addresses: list[tuple[int, str | tuple[str, int]]] = [
        (socket.AF_UNIX, path),
        (socket.AF_UNIX, "\0" + abstract),
        (socket.AF_INET, ("127.0.0.1", 0)),
        (socket.AF_INET6, ("::1", 0)),
    ]
    with ExitStack() as opened:
        listeners = []
        for family, address in addresses:
            one = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
            one.bind(address)
            one.listen()
            one.setblocking(False)
            listeners.append(one)
        Path(path).chmod(0o777)
        ports = [str(one.getsockname()[1]) for one in listeners[2:]]
        yield [path, abstract, *ports], listeners


@pytest.mark.parametrize("policy", Policy)
async def test_the_judge_s_services_are_out_of_reach(
    policy: Policy, config: CellConfig, supervisor: CellProcess
) -> None:
    folder = config.socket_path.parent
    cell = await Cell.connect(config.socket_path)
    with services(folder) as (arguments, listeners):
        try:
            async with cell.slot() as slot:
                outcome = await run(slot, *PYTHON, REACHES, *arguments, view="toolchain", policy=policy)
            assert outcome.stdout == b"done\n", outcome
            for one in listeners:
                with pytest.raises(BlockingIOError):
                    one.accept()
        finally:
            (folder / "service").unlink()


HUNTS = """
import os, stat, sys
token = bytes.fromhex(sys.argv[1])[::-1]  # so that the hunter does not find itself
names, looked = sys.argv[2:], 0
def found(what):
    print("found", what)
def read(path):
    global looked
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode) and token in os.read(fd, 1 << 16):
            found(path)
        looked += 1
    except OSError:
        pass
    finally:
        os.close(fd)
for top, folders, files in os.walk("/"):
    if top in ("/usr/lib", "/usr/bin", "/usr/include", "/usr/libexec", "/usr/lib64"):
        folders.clear()  # the host's own programs
        continue
    for name in (*folders, *files):
        path = os.path.join(top, name)
        if name in names:
            found(path)
        try:
            if any(wanted in os.readlink(path) for wanted in names):
                found(path)
        except OSError:
            pass
    for name in files:
        read(os.path.join(top, name))
for fd in range(256):
    try:
        if token in os.pread(fd, 1 << 20, 0):
            found(f"descriptor {fd}")
    except OSError:
        pass
for pid in range(1, 40000):
    if pid != os.getpid() and os.path.exists(f"/proc/{pid}"):
        found(f"process {pid}")
print("looked" if looked > 5 else "saw nothing at all")
"""


async def test_an_answer_is_nowhere_to_be_found(
    config: CellConfig, supervisor: CellProcess, tmp_path: Path
) -> None:
    """Test data that the judge has open, and what another slot has."""
    token = secrets.token_bytes(16)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    answer = tmp_path / f"{secrets.token_hex(8)}.ans"
    answer.write_bytes(token)
    answer.chmod(0o644)
    cell = await Cell.connect(config.socket_path)
    held = os.open(answer, os.O_RDONLY)
    try:
        async with cell.slot() as other, cell.slot() as slot:
            await other.put(answer.name, token)
            outcome = await run(
                slot, *PYTHON, HUNTS, token[::-1].hex(), answer.name, view="toolchain", policy=Policy.MANAGED
            )
            await slot.put(answer.name, token)
            seen = await run(slot, *PYTHON, HUNTS, token[::-1].hex(), answer.name, view="toolchain")
    finally:
        os.close(held)
    assert outcome.stdout == b"looked\n", outcome
    assert f"found /box/{answer.name}\n".encode() in seen.stdout, "it would be found, were it in sight"
