"""The tests' own network does to connections what it says."""

from collections.abc import Iterator
from contextlib import ExitStack
import socket
import threading
import time

import pytest

from tests.engines.proxy import FaultProxy, running_proxy

SILENCE_SECONDS = 0.3


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says what it hears."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                while heard := connection.recv(1000):
                    connection.sendall(heard)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def proxy(echo: int) -> Iterator[FaultProxy]:
    with running_proxy(echo) as opened:
        yield opened


def connect(proxy: FaultProxy) -> socket.socket:
    with ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), timeout=10))
        connection.sendall(b"well?")
        assert connection.recv(100) == b"well?"
        stack.pop_all()  # it is open, and the caller's
    return connection


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(SILENCE_SECONDS)
    try:
        return not connection.recv(100)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(10)


def test_a_reset_cuts_off_what_is_open_and_nothing_else(proxy: FaultProxy) -> None:
    with connect(proxy) as cut:
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            cut.recv(100)
    connect(proxy).close()


def test_what_is_said_arrives_later_and_healed_at_once(proxy: FaultProxy) -> None:
    with connect(proxy) as late:
        proxy.delay(3600)
        late.sendall(b"one ")
        late.sendall(b"two")
        assert is_silent(late)
        proxy.heal()
        heard = b""
        while len(heard) < 7:
            heard += late.recv(100)
        assert heard == b"one two"
        proxy.delay(SILENCE_SECONDS)
        begun = time.monotonic()
        late.sendall(b"three")
        assert late.recv(100) == b"three"
        assert time.monotonic() - begun >= SILENCE_SECONDS


def test_a_pulled_cable_is_silent_until_it_is_in_again(proxy: FaultProxy) -> None:
    with connect(proxy) as mute:
        proxy.mute()
        mute.sendall(b"anybody?")
        assert is_silent(mute)
        proxy.heal()
        assert mute.recv(100) == b"anybody?"


def test_nobody_listens_until_it_is_healed(proxy: FaultProxy) -> None:
    with connect(proxy) as cut:
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            cut.recv(100)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.heal()
    connect(proxy).close()


def test_an_engine_that_is_away_is_an_end_without_a_word(proxy: FaultProxy) -> None:
    with socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        proxy.point_to(gone.getsockname()[1])
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        connect(proxy)
