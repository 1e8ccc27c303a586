"""What is said of runs that end by themselves, and of those that are stopped."""

from dataclasses import replace
import time

import pytest

from assay.sandbox import RequestRefused, Status, UnknownView
from tests.conftest import needs_root
from tests.contract.sandbox.places import Place
from tests.security.harness import ROOMY, SLOWNESS, run

pytestmark = needs_root
BASH = ("/usr/bin/bash", "-c")


async def test_an_exit_code_and_a_signal_are_told_apart(slot: Place) -> None:
    for code in (0, 1, 126, 127, 137, 255):
        outcome = await run(slot, *BASH, f"exit {code}", view="toolchain")
        facts = outcome.facts
        assert (facts.status, facts.exit_code, facts.signal) == (Status.EXITED, code, None)
    outcome = await run(slot, *BASH, "kill -TERM $$", view="toolchain")
    assert (outcome.facts.status, outcome.facts.exit_code, outcome.facts.signal) == (
        Status.SIGNALLED,
        None,
        15,
    )


async def test_arguments_and_environment_arrive_as_they_are(slot: Place) -> None:
    script = "import os, sys; print(sys.argv[1:], dict(os.environ), os.getcwd())"
    words = ("", "a b", "*", "ü", "$HOME", "x" * 20_000)
    outcome = await run(
        slot, "/usr/bin/python3", "-I", "-c", script, *words, view="toolchain", env={"É": "=;\n"}
    )
    expected = f"{list(words)} {{'LC_ALL': 'C.UTF-8', 'É': '=;\\n'}} /tmp\n"
    assert outcome.stdout.decode() == expected


async def test_figures_are_of_all_processes_of_the_run(slot: Place) -> None:
    burn = "import os, time\nos.fork()\nwhile time.process_time() < 0.15: pass\n"  # each its own time
    two = await run(slot, "/usr/bin/python3", "-I", "-c", f"{burn}os.wait()", view="toolchain")
    assert two.facts.cpu_time_us >= 2 * 150_000
    hold = "import time; block = bytearray(100_000_000); time.sleep(.05)"
    began = time.monotonic()
    big = await run(slot, "/usr/bin/python3", "-I", "-c", hold, view="toolchain")
    assert 100_000_000 < big.facts.memory_bytes < 150_000_000
    assert 50_000 < big.facts.wall_time_us <= 1e6 * (time.monotonic() - began)


async def test_each_run_begins_at_zero(slot: Place) -> None:
    hold = "bytearray(200_000_000)"
    big = await run(slot, "/usr/bin/python3", "-I", "-c", hold, view="toolchain")
    small = await run(slot, "/usr/bin/true", view="toolchain")
    assert small.facts.memory_bytes < 10_000_000 < big.facts.memory_bytes
    assert small.facts.cpu_time_us < big.facts.cpu_time_us


async def test_memory_limits_may_rise_and_fall_from_run_to_run(slot: Place) -> None:
    hold = ("/usr/bin/python3", "-I", "-c", "bytearray(100_000_000)")
    for mib, status in ((512, Status.EXITED), (64, Status.MEMORY)) * 3:
        limits = replace(ROOMY, memory_bytes=mib << 20)
        outcome = await run(slot, *hold, view="toolchain", limits=limits)
        assert outcome.facts.status is status, (mib, outcome)
        # one that leaves its cgroup as good as new, for the next run, which has another limit
        outcome = await run(slot, "/usr/bin/true", view="toolchain", limits=limits)
        assert outcome.facts.status is Status.EXITED, (mib, outcome)


async def test_output_is_cut_at_exactly_its_limit(slot: Place) -> None:
    script = "import sys; sys.stdout.write('0123456789' * 500)"
    limits = replace(ROOMY, stdout_bytes=4321)
    outcome = await run(slot, "/usr/bin/python3", "-I", "-c", script, view="toolchain", limits=limits)
    assert outcome.stdout == (b"0123456789" * 500)[:4321]
    assert outcome.facts.status is Status.OUTPUT
    assert (outcome.facts.stdout_truncated, outcome.facts.stderr_truncated) == (True, False)
    exact = await run(
        slot,
        "/usr/bin/python3",
        "-I",
        "-c",
        script,
        view="toolchain",
        limits=replace(ROOMY, stdout_bytes=5000),
    )
    assert (exact.facts.status, exact.facts.stdout_truncated, len(exact.stdout)) == (
        Status.EXITED,
        False,
        5000,
    )
    silent = await run(slot, "/usr/bin/true", view="toolchain", limits=replace(ROOMY, stdout_bytes=0))
    assert silent.facts.status is Status.EXITED


async def test_a_program_that_closes_its_output_runs_on(slot: Place) -> None:
    outcome = await run(slot, *BASH, "exec >&- 2>&-; sleep 0.2; exit 3", view="toolchain")
    assert outcome.facts.exit_code == 3
    assert outcome.facts.cpu_time_us < outcome.facts.wall_time_us  # the keeper does not spin for it either


async def test_memory_comes_before_what_else_was_exceeded(slot: Place) -> None:
    script = "import time; time.sleep(.1); x = bytearray(200_000_000); time.sleep(99)"
    limits = replace(ROOMY, memory_bytes=64 << 20, wall_time_ms=1000 * SLOWNESS)
    outcome = await run(slot, "/usr/bin/python3", "-I", "-c", script, view="toolchain", limits=limits)
    assert (outcome.facts.status, outcome.facts.exit_code, outcome.facts.signal) == (
        Status.MEMORY,
        None,
        None,
    )


async def test_what_cannot_be_executed_is_our_fault_and_named(slot: Place) -> None:
    await slot.put("plain", b"#!/usr/bin/bash\n")
    await slot.put("orphan", b"#!/no/interpreter\n", executable=True)
    await slot.put("rubbish", b"\x7fELFrubbish", executable=True)
    for program, words in (
        ("/no/such/program", "No such file"),
        ("/box/plain", "Permission denied"),
        ("/box/orphan", "No such file"),
        ("/box/rubbish", "Exec format error"),
        ("/box", "Permission denied"),
    ):
        outcome = await run(slot, program)
        assert outcome.facts.status is Status.INTERNAL
        assert outcome.facts.detail.startswith(f"cannot execute {program}: {words}")
    assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.status is Status.EXITED


async def test_bad_requests_are_refused_and_the_slot_goes_on(slot: Place) -> None:
    with pytest.raises(UnknownView, match="nowhere"):
        await run(slot, "/usr/bin/true", view="nowhere")
    with pytest.raises(RequestRefused, match="memory_bytes"):
        await run(slot, "/usr/bin/true", limits=replace(ROOMY, memory_bytes=1))
    with pytest.raises(RequestRefused, match="at most 65536"):
        await run(slot, "/usr/bin/true", "x" * 70_000)
    assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.status is Status.EXITED


async def test_a_view_shows_its_paths_and_no_more(slot: Place) -> None:
    outcome = await run(slot, *BASH, "echo /* /etc/* /dev/*", view="toolchain")
    root = {
        "/bin",
        "/box",
        "/dev",
        "/etc",
        "/lib",
        "/lib32",
        "/lib64",
        "/libx32",
        "/proc",
        "/sbin",
        "/tmp",
        "/usr",
    }
    etc = {"/etc/alternatives", "/etc/group", "/etc/ld.so.cache", "/etc/passwd"}
    dev = {
        f"/dev/{name}"
        for name in ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    }
    assert set(outcome.stdout.decode().split()) <= root | etc | dev
    missing = await run(slot, "/usr/bin/bash")
    assert missing.facts.detail == "cannot execute /usr/bin/bash: No such file or directory"
