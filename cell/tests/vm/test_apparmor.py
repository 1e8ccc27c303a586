"""The AppArmor profile by itself, with every other layer off, and around a real cell. See `inside`.

The suites under tests/ run beside this with the profile in force: they show that it is in nobody's way.
"""

import json
import os
from pathlib import Path
import subprocess

from assay.sandbox import Cell, CellConfig, CellProcess, Command, Policy
from tests.security.harness import ROOMY, run

ATTACKS = Path(__file__).with_name("profile_attacks.py")
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
    confined = attempts(folder, "aa-exec", "--profile", RUN_LABEL, "--")
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


async def test_the_clients_file_arrives_whatever_its_path(
    config: CellConfig,
    supervisor: CellProcess,
) -> None:
    """A profile knows paths. A file that it does not allow would be replaced by an empty one, in silence."""
    stdin = os.open("/srv/input", os.O_RDWR | os.O_CREAT, 0o444)
    stdout = os.open("/srv/output", os.O_RDWR | os.O_CREAT, 0o600)
    stderr = os.open("/dev/null", os.O_WRONLY)
    os.pwrite(stdin, b"the input", 0)
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
        facts = await slot.run(command, stdin=stdin, stdout=stdout, stderr=stderr)
    assert facts.exit_code == 0, facts
    assert os.pread(stdout, 100, 0) == b"the input"
    for fd in (stdin, stdout, stderr):
        os.close(fd)
