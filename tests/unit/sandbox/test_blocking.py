"""The blocking client against a cell that is pretended, and its likeness to the async one."""

from collections.abc import Iterator
import contextlib
import inspect
import os
from pathlib import Path
import socket
import struct
from typing import get_args, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.sandbox import (
    BlockingCell,
    BlockingSlot,
    Cell,
    CellNotBuilt,
    CellUnavailable,
    Command,
    Policy,
    ProtocolError,
    Slot,
    SlotLost,
    UnknownView,
    blocking,
    protocol,
)
from assay.sandbox.local import LocalCell, StartOptions, find_binary
from assay.sandbox.options import Options, choose_view, make_command
from assay.sandbox.protocol import VERSION, Kind

FACTS = (
    struct.pack("<4sHHIiiI7QI", b"CELL", VERSION, Kind.FACTS, 0, 7, -1, 1, 10, 20, 30, 40, 50, 60, 70, 0)
    + b"\0"
)
COMMAND = make_command(["/usr/bin/true"], views=["host"])


@pytest.fixture
def pair() -> Iterator[tuple[BlockingSlot, socket.socket]]:
    """A slot, and the cell's end of its connection."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with BlockingSlot(ours, ["host"]) as slot, theirs:
        yield slot, theirs


def received(theirs: socket.socket) -> tuple[bytes, int]:
    """A packet, and how many fds came with it."""
    packet, fds, _, _ = socket.recv_fds(theirs, 65536, 8)
    for fd in fds:
        os.close(fd)
    return packet, len(fds)


def test_the_same_command_is_encoded_once(
    pair: tuple[BlockingSlot, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, theirs = pair
    encoded = []
    real = protocol.encode_run

    def encode(command: Command) -> bytes:
        encoded.append(command.argv[0])
        return real(command)

    monkeypatch.setattr(protocol, "encode_run", encode)
    for command in (COMMAND, COMMAND, make_command(["/usr/bin/false"], views=["host"]), COMMAND):
        theirs.send(FACTS)
        assert slot.run(command, stdin=0, stdout=1, stderr=2).exit_code == 7
        assert received(theirs) == (real(command), 3)
    assert encoded == ["/usr/bin/true", "/usr/bin/false", "/usr/bin/true"]


@pytest.mark.parametrize("answer", [b"x", FACTS[:40], protocol._header(Kind.DONE)])
def test_a_wrong_answer_is_told(pair: tuple[BlockingSlot, socket.socket], answer: bytes) -> None:
    slot, theirs = pair
    theirs.send(answer)
    with pytest.raises(ProtocolError):
        slot.run(COMMAND, stdin=0, stdout=1, stderr=2)


def test_after_a_wrong_answer_the_slot_is_closed(pair: tuple[BlockingSlot, socket.socket]) -> None:
    slot, theirs = pair
    theirs.send(b"x")
    theirs.send(FACTS)
    with pytest.raises(ProtocolError):
        slot.run(COMMAND, stdin=0, stdout=1, stderr=2)
    with pytest.raises(SlotLost):  # and not the facts of the run before
        slot.run(COMMAND, stdin=0, stdout=1, stderr=2)


def test_an_end_that_is_gone_is_told(pair: tuple[BlockingSlot, socket.socket]) -> None:
    slot, theirs = pair
    theirs.close()
    with pytest.raises(SlotLost):
        slot.put("x", b"")
    with pytest.raises(SlotLost, match="closed"):
        slot.put("x", b"")


def test_an_exception_in_the_middle_closes_the_slot(
    pair: tuple[BlockingSlot, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, theirs = pair

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(blocking, "exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        slot.run(COMMAND, stdin=0, stdout=1, stderr=2)
    theirs.setblocking(False)
    assert theirs.recv(1) == b""  # which is what kills the run


@settings(deadline=None)
@given(
    answer=st.binary(min_size=1, max_size=200) | st.binary(max_size=200).map(lambda body: FACTS[:8] + body)
)
def test_no_answer_does_worse_than_a_sandbox_error(answer: bytes) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with BlockingSlot(ours, ["host"]) as slot, theirs:
        theirs.send(answer)
        with contextlib.suppress(ProtocolError):
            slot.run(COMMAND, stdin=0, stdout=1, stderr=2)


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with pytest.raises(CellUnavailable, match=r"no cell answers on .*nothing"):
        BlockingCell(tmp_path / "nothing")


def parameters(function: object) -> list[tuple[str, object, object]]:
    assert callable(function)
    return [(each.name, each.kind, each.default) for each in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("name", ["put", "get", "run", "capture"])
def test_both_slots_take_the_same(name: str) -> None:
    assert parameters(getattr(Slot, name)) == parameters(getattr(BlockingSlot, name))


@pytest.mark.parametrize("name", ["run", "info", "start"])
def test_both_cells_take_the_same(name: str) -> None:
    assert parameters(getattr(Cell, name)) == parameters(getattr(BlockingCell, name))


@pytest.mark.parametrize(
    ("options", "function", "beside"),
    [(Options, make_command, {"argv", "views", "return"}), (StartOptions, LocalCell.__init__, {"return"})],
)
def test_options_are_those_of_who_knows_their_defaults(
    options: type, function: object, beside: set[str]
) -> None:
    hints = get_type_hints(function)
    assert get_type_hints(options) == {name: hints[name] for name in hints.keys() - beside}


def test_the_defaults_are_those_of_the_how_to() -> None:
    limits = COMMAND.limits
    assert (limits.cpu_time_ms, limits.wall_time_ms, limits.cores) == (10_000, 21_000, 1)
    assert (limits.memory_bytes, limits.processes, limits.open_files) == (512 << 20, 100, 1024)
    assert (limits.scratch_bytes, limits.scratch_inodes) == (100 << 20, 4096)
    assert (limits.stdout_bytes, limits.stderr_bytes) == (16 << 20, 1 << 20)
    assert (COMMAND.env["HOME"], sorted(COMMAND.env)) == ("/tmp", ["HOME", "LC_ALL", "PATH"])
    assert (COMMAND.view, COMMAND.box_writable, COMMAND.repeat) == ("host", False, False)


@pytest.mark.parametrize(
    ("program", "policy"),
    [("/box/a", Policy.NATIVE), ("/boxer", Policy.MANAGED), ("/usr/bin/a", Policy.MANAGED)],
)
def test_no_policy_by_default_lets_a_program_start_another(program: str, policy: Policy) -> None:
    assert make_command([program], views=["host"]).policy is policy
    assert set(get_args(Options.__annotations__["policy"])) == {Policy, type(None)}


def test_the_view_that_is_meant() -> None:
    assert choose_view(["a", "host"], None) == "host"
    assert choose_view(["a"], None) == "a"
    assert choose_view(["a", "host"], "a") == "a"
    for views, wanted in ((["a", "b"], None), ([], None), (["host"], "a")):
        with pytest.raises(UnknownView, match="remedy"):
            choose_view(views, wanted)


def test_where_the_program_is_looked_for(tmp_path: Path) -> None:
    program = tmp_path / "cell"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_binary({"ASSAY_CELL": str(program)}) == program
    program.chmod(0o644)
    with pytest.raises(CellNotBuilt, match="make -C cell"):
        find_binary({"ASSAY_CELL": str(program)})
    with pytest.raises(CellNotBuilt, match="make -C cell"):
        find_binary({"ASSAY_CELL": str(tmp_path / "nothing")})
