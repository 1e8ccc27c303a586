"""What is done to the engines while a process stands still at a step of its way, and how it ends.

A new fault is one more `Fault` in one of the tuples below: the matrix has it at every step then.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.echo import say_all_again
from tests.chaos.tree import Tree
from tests.engines.disk import fill, make_room
from tests.engines.proxy import FaultProxy
from tests.engines.redis import RedisServer

LATE_SECONDS = 5.0
JUMP_SECONDS = 600  # hundreds of leases; past a quarter of an hour S3 refuses who is so far off
FULL_BYTES = "1"  # less than Redis has already: it takes nothing more


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`begin`, and `seconds` later `end`. `mend`: what is not to be waited for, once the case is over."""

    name: str
    begin: Callable[[Tree], None]
    seconds: float = 0.0
    end: Callable[[Tree], None] = Tree.heal
    mend: Callable[[Tree], None] = Tree.heal

    def __str__(self) -> str:
        return self.name


def _to_all(tree: Tree, engine: str) -> list[FaultProxy]:
    return {
        "postgres": tree.postgres.proxies,
        "broker": [tree.broker_proxy],
        "blobs": [tree.blob_proxy],
    }[engine]


def _reset(engine: str) -> Fault:
    def begin(tree: Tree) -> None:
        for proxy in _to_all(tree, engine):
            proxy.reset()

    return Fault(name=f"{engine}-reset", begin=begin)


def _late(engine: str) -> Fault:
    def begin(tree: Tree) -> None:
        for proxy in _to_all(tree, engine):
            proxy.delay(LATE_SECONDS)

    return Fault(name=f"{engine}-late", begin=begin, seconds=LATE_SECONDS + 1)


def _mute(engine: str) -> Fault:
    def begin(tree: Tree) -> None:
        for proxy in _to_all(tree, engine):
            proxy.mute()

    return Fault(name=f"{engine}-mute", begin=begin, seconds=3.0)


def _fill_redis(tree: Tree) -> None:
    assert isinstance(tree.broker, RedisServer)
    tree.broker.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
    tree.broker.ask("CONFIG", "SET", "maxmemory", FULL_BYTES)


def _make_room(tree: Tree) -> None:
    assert isinstance(tree.broker, RedisServer)
    tree.broker.ask("CONFIG", "SET", "maxmemory", "0")


def _set_clocks(tree: Tree) -> None:
    """One worker is ahead, and one behind."""
    for clock, seconds in zip(tree.clocks, (JUMP_SECONDS, -JUMP_SECONDS, 0), strict=True):
        clock.jump(seconds)


def _set_clocks_right(tree: Tree) -> None:
    for clock in tree.clocks:
        clock.jump(0)


FAULTS = (
    _reset("postgres"),
    _late("postgres"),
    _mute("postgres"),
    Fault(
        name="postgres-restarted",
        begin=lambda tree: tree.postgres.crash(),
        seconds=0.5,
        end=lambda tree: tree.postgres.start(),
    ),
    Fault(
        name="postgres-failed-over",
        begin=lambda tree: tree.postgres.lose_primary(),
        end=lambda tree: tree.postgres.promote(),
        mend=lambda tree: tree.postgres.make_standby(),
    ),
    Fault(
        name="postgres-full",
        begin=lambda tree: tree.postgres.fill(),
        seconds=2.0,
        end=lambda tree: tree.postgres.make_room(),
    ),
    _reset("blobs"),
    _late("blobs"),
    Fault(
        name="blobs-away",
        begin=lambda tree: tree.blob_proxy.refuse(),
        seconds=2.0,
    ),
    Fault(
        name="workers-disk-full",
        begin=lambda tree: fill(tree.disk),
        seconds=2.0,
        end=lambda tree: make_room(tree.disk),
    ),
    Fault(name="clocks-jumped", begin=_set_clocks, mend=_set_clocks_right),
)
"""Those that are the same whatever the broker is."""

OF_ANY_BROKER = (
    _reset("broker"),
    _late("broker"),
    _mute("broker"),
    Fault(name="messages-doubled", begin=say_all_again),
    Fault(
        name="broker-wiped",
        begin=lambda tree: tree.broker.stop(),
        seconds=0.5,
        end=lambda tree: tree.broker.start(),
    ),
)
ON_REDIS = (
    *OF_ANY_BROKER,
    Fault(
        name="broker-full",
        begin=_fill_redis,
        seconds=3.0,
        end=_make_room,
    ),
)
