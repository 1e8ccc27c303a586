"""The AppArmor profile by itself, with every other layer off, and around a real cell. See `inside`.

The suites under tests/ run beside this with the profile in force: they show that it is in nobody's way.
"""

import json
import os
from pathlib import Path
import socket
import subprocess

from assay.sandbox import Cell, CellConfig, CellProcess, Command, Policy
from tests.security.harness import ROOMY, run

ATTACKS = Path(__file__).with_name("profile_attacks.py")
CLIENT_PROFILE = b"abi <abi/3.0>, profile assay-test-client { file, unix, network unix, signal, }"
OPEN_AND_SEND = """
import socket
with open("/srv/input", "rb") as file:
    socket.send_fds(socket.socket(fileno=0), [b"x"], [file.fileno()])
"""
CONFINED = ("/usr/bin/aa-exec", "--profile")
RUN_LABEL = "assay-cell//&assay-cell-run"


def attempts(folder: Path, *confined_by: str) -> dict[str, dict[str, str]]:
    """What root can do under that command, with a process of the host and a program in `folder` to attack."""
    foreign = folder / "foreign"
    foreign.write_bytes(Path("/usr/bin/true").read_bytes())
    foreign.chmod(0o755)
    victim = subprocess.Popen(["/usr/bin/sleep", "1000"])
    try:
        done = subprocess.run(
            [*confined_by, "/usr/bin/python3", "-I", "-", str(victim.pid), str(foreign)],
            input=ATTACKS.read_text(),  # by a pipe: the profile does not let the file be read
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        victim.kill()
        victim.wait()
    assert done.returncode == 0, done
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def test_the_profile_alone_stops_what_root_could_do() -> None:
    folder = Path("/srv")  # no folder of any view
    free = attempts(folder)
    assert {*free["attacks"].values(), *free["needed"].values()} == {"done"}, free
    confined = attempts(folder, *CONFINED, RUN_LABEL, "--")
    assert {*confined["attacks"].values()} <= {"EACCES", "EPERM"}, confined["attacks"]
    assert {*confined["needed"].values()} == {"done"}, confined["needed"]


def test_the_cell_is_confined(config: CellConfig, supervisor: CellProcess) -> None:
    label = Path(f"/proc/{supervisor.pid}/attr/apparmor/current").read_text().strip()
    assert label == "assay-cell (enforce)"


async def test_a_run_and_what_it_starts_have_both_profiles(
    config: CellConfig,
    supervisor: CellProcess,
) -> None:
    cell = await Cell.connect(config.socket_path)
    assert "apparmor" in (await cell.info()).isolation
    async with cell.slot() as slot:
        script = (
            "cat /proc/self/attr/current; cat /proc/$$/attr/current; echo unconfined >/proc/$$/attr/current"
        )
        seen = await run(slot, "/usr/bin/bash", "-c", script, view="toolchain", env={"PATH": "/usr/bin"})
    assert seen.stdout.decode().splitlines() == [f"{RUN_LABEL} (enforce)"] * 2
    assert seen.facts.exit_code != 0, "nobody takes a profile off"


def opened_by_a_confined_client() -> int:
    Path("/srv/input").write_bytes(b"the input")
    subprocess.run(
        ["/usr/sbin/apparmor_parser", "--skip-cache", "--replace"], input=CLIENT_PROFILE, check=True
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        subprocess.run(
            [*CONFINED, "assay-test-client", "--", "/usr/bin/python3", "-I", "-c", OPEN_AND_SEND],
            stdin=theirs.fileno(),
            check=True,
        )
        _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    return fds[0]


async def test_the_file_of_a_confined_client_arrives(config: CellConfig, supervisor: CellProcess) -> None:
    """A file that was opened under one profile is looked at again when it comes under another, by its path.

    What the new profile does not allow is replaced by a file that cannot be read. (What an unconfined
    client has opened is not looked at.)
    """
    stdin = opened_by_a_confined_client()
    output, null = os.memfd_create("output"), os.open("/dev/null", os.O_WRONLY)
    command = Command(
        argv=("/usr/bin/cat",),
        env={},
        view="toolchain",
        limits=ROOMY,
        policy=Policy.NATIVE,
        box_writable=False,
    )
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        facts = await slot.run(command, stdin=stdin, stdout=output, stderr=null)
    assert facts.exit_code == 0, facts
    assert os.pread(output, 100, 0) == b"the input"
    for fd in (stdin, output, null):
        os.close(fd)
