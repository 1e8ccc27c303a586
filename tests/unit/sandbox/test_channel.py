"""Descriptors on their way to the cell: the caller may close its own as soon as the request first waits."""

import asyncio
import errno
import os
import socket

import pytest

from assay.sandbox import SlotLost
from assay.sandbox.channel import Channel

MESSAGE = b"x" * 1000


@pytest.mark.parametrize("full", [False, True], ids=["room", "no room"])
async def test_descriptors_may_be_closed_once_it_waits(full: bool) -> None:
    """Also where the packet has to wait for room, and is sent after they were closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    waiting = fill(ours) if full else 0
    descriptor = os.memfd_create("file")
    os.write(descriptor, b"contents")
    with theirs:
        asking = asyncio.ensure_future(Channel(ours).ask(MESSAGE, [descriptor]))
        await asyncio.sleep(0)
        os.close(descriptor)
        for _ in range(waiting):
            theirs.recv(len(MESSAGE))
        if full:
            await asyncio.sleep(0.05)
        packet, (arrived,), _, _ = socket.recv_fds(theirs, len(MESSAGE), 4)
        assert (packet, os.pread(arrived, 100, 0)) == (MESSAGE, b"contents")
        os.close(arrived)
        theirs.send(b"answer")
        assert await asking == b"answer"
    ours.close()


async def test_a_descriptor_too_many_costs_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    fill(ours)
    descriptor = os.memfd_create("file")
    copies: list[int] = []
    copy = os.dup

    def only_two(fd: int) -> int:
        if len(copies) == 2:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        copies.append(copy(fd))
        return copies[-1]

    monkeypatch.setattr(os, "dup", only_two)
    with ours, theirs, pytest.raises(SlotLost, match="Too many open files"):
        await Channel(ours).ask(MESSAGE, [descriptor] * 3)
    for each in copies:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(each)
    os.close(descriptor)


def fill(connection: socket.socket) -> int:
    """How many packets it took."""
    count = 0
    try:
        while True:
            connection.send(MESSAGE)
            count += 1
    except BlockingIOError:
        return count
