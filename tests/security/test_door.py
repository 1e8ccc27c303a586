"""Who gets in, and what a client can do to the cell by talking nonsense."""

import asyncio
import os
from pathlib import Path
import random
import socket
import struct

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess, CellStartError, Command, Policy, SlotLost, protocol
from assay.sandbox.protocol import Kind, Want
from tests.conftest import needs_root
from tests.security.harness import (
    FIRST_SLOT_UID,
    ROOMY,
    SLOWNESS,
    make_config,
    run,
    running_cell,
    short_folder,
)

PATIENCE_S = 5.0 * SLOWNESS


def connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(PATIENCE_S)
    connection.connect(str(path))
    return connection


def exchange(path: Path, message: bytes, fds: tuple[int, ...] = ()) -> bytes:
    """Say one thing on a fresh connection; b"" if the cell hangs up."""
    with connect(path) as connection:
        socket.send_fds(connection, [message], fds)
        return connection.recv(protocol.MESSAGE_BYTES_MAX)


def open_slot(path: Path) -> socket.socket:
    connection = connect(path)
    connection.send(protocol.encode_hello(Want.SLOT))
    assert protocol.decode(connection.recv(4096))[0] is Kind.READY
    return connection


@needs_root
def test_another_user_is_not_served_even_through_an_open_socket() -> None:
    with short_folder() as folder, running_cell(make_config(folder, client_uid=54321, client_gid=54321)):
        assert (folder / "cell").stat().st_uid == 54321
        with pytest.raises(SlotLost):
            asyncio.run(Cell.connect(folder / "cell"))


@needs_root
def test_another_protocol_version_is_told_so(config: CellConfig, supervisor: CellProcess) -> None:
    hello = bytearray(protocol.encode_hello(Want.INFO))
    hello[4] = 99
    answer = exchange(config.socket_path, bytes(hello))
    assert b"protocol version 3, not 99" in answer


@needs_root
def test_nonsense_at_the_door(config: CellConfig, supervisor: CellProcess) -> None:
    rng = random.Random(1)  # noqa: S311
    hello = protocol.encode_hello(Want.SLOT)
    messages = [b"x", b"CELL", hello[:-1], hello + b"x", protocol.encode_put("a", executable=False)]
    messages += [rng.randbytes(rng.randrange(1, 300)) for _ in range(100)]
    messages += [b"CELL\1\0" + rng.randbytes(rng.randrange(1, 60)) for _ in range(100)]
    for message in messages:
        answer = exchange(config.socket_path, message)
        assert struct.unpack_from("<H", answer, 6)[0] == Kind.ERROR, message
    with connect(config.socket_path):
        pass  # connects and leaves without a word
    assert supervisor.alive()


@needs_root
async def test_nonsense_in_a_slot_is_refused_and_the_next_run_unharmed(
    config: CellConfig, supervisor: CellProcess
) -> None:
    rng = random.Random(2)  # noqa: S311
    command = Command(
        argv=("/usr/bin/true", "x"),
        env={"A": "1"},
        view="toolchain",
        limits=ROOMY,
        policy=Policy.TOOLCHAIN,
        box_writable=False,
    )
    good = protocol.encode_run(command)
    null = os.open("/dev/null", os.O_RDWR)
    with open_slot(config.socket_path) as connection:
        for round_number in range(400):
            message = bytearray(good)
            match round_number % 4:
                case 0:
                    message[rng.randrange(8, len(message))] = rng.randrange(256)
                case 1:
                    del message[rng.randrange(8, len(message)) :]
                case 2:
                    at = rng.randrange(8, len(message) - 4)
                    message[at : at + 4] = b"\xff\xff\xff\xff"
                case _:
                    message += rng.randbytes(rng.randrange(1, 2000))
            socket.send_fds(connection, [bytes(message)], [null] * rng.choice((0, 1, 2, 3, 3)))
            answer = connection.recv(protocol.MESSAGE_BYTES_MAX)
            assert struct.unpack_from("<H", answer, 6)[0] in (Kind.ERROR, Kind.FACTS), bytes(message)
        socket.send_fds(connection, [b"x" * 100_000], [null] * 3)
        assert b"more than 65536 bytes" in connection.recv(protocol.MESSAGE_BYTES_MAX)
        for fds, words in ((2, b"3 to 7 fds"), (8, b"3 to 7 fds"), (40, b"more than 12 fds")):
            socket.send_fds(connection, [good], [null] * fds)
            assert words in connection.recv(protocol.MESSAGE_BYTES_MAX)
        socket.send_fds(connection, [good], [null] * 3)
        assert protocol.decode(connection.recv(4096))[0] is Kind.FACTS
    os.close(null)
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.exit_code == 0


@needs_root
def test_nonsense_about_folders_is_refused(config: CellConfig, supervisor: CellProcess) -> None:
    rng = random.Random(3)  # noqa: S311
    encoders = (protocol.encode_folder, protocol.encode_list, protocol.encode_remove)
    null = os.open("/dev/null", os.O_RDWR)
    with open_slot(config.socket_path) as connection:

        def answer_to(message: bytes, fds: int = 0) -> bytes:
            socket.send_fds(connection, [message], [null] * fds)
            return connection.recv(protocol.MESSAGE_BYTES_MAX)

        for encode in encoders:
            good = encode("a/folder")
            for length in range(8, len(good)):
                assert b"malformed" in answer_to(good[:length])
            for _ in range(100):
                assert b"malformed" in answer_to(good + rng.randbytes(rng.randrange(1, 2000)))
            assert b"takes no fd, not 1" in answer_to(good, fds=1)
            assert b"not a good name" in answer_to(encode("../../etc"))
            assert b"not a good name" in answer_to(encode("x" * 60_000))
        assert protocol.decode(answer_to(protocol.encode_folder("a/folder")))[0] is Kind.DONE
        kind, body = protocol.decode(answer_to(protocol.encode_list("a/folder")))
        assert (kind, protocol.decode_listed(body)) == (Kind.LISTED, {})
        assert protocol.decode(answer_to(protocol.encode_remove("a")))[0] is Kind.DONE
    os.close(null)


@needs_root
def test_a_cell_that_cannot_start_says_what_is_missing() -> None:
    with short_folder() as folder:
        for changes, words in (
            ({"binary": folder / "nothing"}, "make -C cell"),
            ({"socket_path": folder / ("x" * 120)}, "107 bytes"),
            ({"views": {"v": (folder / "nothing",)}}, "No such file"),
            ({"views": {}}, "at least one --view"),
            ({"slots": 0}, "--slots must be a number from 1"),
            ({"client_uid": FIRST_SLOT_UID}, "one of the slots' uids"),
        ):
            with pytest.raises(CellStartError, match=words):
                CellProcess.start(make_config(folder, **changes))
        assert not list(folder.iterdir())
