"""All of an installation as processes: two doors, three workers and a relay, and the engines below them, each
behind a network of the tests' own.

    doors 0, 1 ──┬──▶ PostgreSQL and its synchronous standby
    workers 0-2 ─┼──▶ a broker: Redis or Kafka
    relay ───────┴──▶ S3, where the test data are

It stays up from case to case. Whoever dies as he was told to, or by our hand, is started again; whoever dies
otherwise is a bug.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
import os
from pathlib import Path
import signal
import subprocess
import sys
import tempfile
import time
from typing import assert_never

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.postgres.schema import prepare
from assay.domain.problem import DataRef, Problem
from assay.settings import read_settings
from assay.wiring.blobs import open_test_data
from tests.chaos.arming import PLAN
from tests.chaos.kinds import OPERATOR_TOKEN
from tests.chaos.member import Member, Role
from tests.chaos.pair import Pair, running_pair
from tests.contract.houses import NOON, problem
from tests.engines.disk import small_disk
from tests.engines.faketime import WallClock, wrong_clock
from tests.engines.kafka import KafkaServer, running_kafka
from tests.engines.ports import free_port
from tests.engines.proxy import FaultProxy, running_proxy
from tests.engines.redis import RedisServer, running_redis
from tests.engines.seaweed import SeaweedServer, running_seaweed
from tests.product.running import ROOT

IS_ALL = os.environ.get("ASSAY_TEST_CHAOS") == "all"
LEASE_SECONDS = 1.0
HEARTBEAT_SECONDS = 0.3
START_SECONDS_MAX = 60.0
DATABASE = "tree"
BUCKET = "assay"
DISK_MB = 16
AHEAD_SECONDS = 3600  # the clock of the second doors' machine
NOWHERE = 1  # a port on which nobody listens


MEMBERS = (*[Role.DOORS] * 2, *[Role.WORKER] * 3, Role.RELAY)


@dataclass(kw_only=True)
class Tree:
    """See `running_tree`."""

    directory: Path
    postgres: Pair
    broker: RedisServer | KafkaServer
    seaweed: SeaweedServer
    broker_proxy: FaultProxy
    blob_proxy: FaultProxy
    disk: Path  # of the workers
    clocks: list[WallClock]  # of each worker
    roles: Sequence[Role] = MEMBERS
    judges: bool = False  # in sandboxes, and not by the first line
    members: list[Member] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        """As all processes have it."""
        here, behind = f":{self.seaweed.endpoint.rpartition(':')[2]}", f":{self.blob_proxy.port}"
        blobs = self.seaweed.environment(BUCKET)
        return {
            **blobs,
            "ASSAY_BLOB_URL": blobs["ASSAY_BLOB_URL"].replace(here, behind),
            "ASSAY_DATABASE_URL": self.postgres.url(DATABASE),
            "ASSAY_QUEUE_URL": self.queue_url,
            "ASSAY_LEASE_SECONDS": f"{LEASE_SECONDS}",
            "ASSAY_HEARTBEAT_SECONDS": f"{HEARTBEAT_SECONDS}",
            "ASSAY_LOG_LEVEL": "info",
            "ASSAY_OPERATOR_TOKEN": OPERATOR_TOKEN,
            PLAN: str(self.directory / "plan"),
        }

    @property
    def queue_url(self) -> str:
        place = f"127.0.0.1:{self.broker_proxy.port}"
        if isinstance(self.broker, KafkaServer):
            return f"kafka://{place}?partitions=3&replicas=1"  # whoever comes first makes the topics
        return f"redis://{place}/0"

    @property
    def doors(self) -> list[Member]:
        return self.of(Role.DOORS)

    def of(self, *roles: Role) -> list[Member]:
        return [member for member in self.members if member.role in roles]

    def log(self, member: Member) -> Path:
        return self.directory / f"{member.name}.log"

    # --- processes ---------------------------------------------------------------------------------------

    def start(self) -> None:
        (self.directory / "plan").touch(mode=0o644)
        numbers = dict.fromkeys(Role, 0)
        for role in self.roles:
            self.members.append(self._member(role, numbers[role]))
            numbers[role] += 1
        for member in self.members:
            self.start_member(member)
        self.wait_until_ready()

    def _member(self, role: Role, number: int) -> Member:
        is_made_up = role is Role.WORKER and not self.judges
        data_dir = (self.disk if is_made_up else self.directory) / f"{role}-{number}"
        clock: Mapping[str, str] = self.clocks[number].environment if is_made_up else {}
        if role is Role.DOORS and number == 1:
            clock = wrong_clock(AHEAD_SECONDS)
        port = free_port() if role is Role.DOORS else None
        match role:
            case Role.DOORS:
                command = ["tests.chaos.host_server", "--role", "api", "--port", str(port)]
            case Role.RELAY:
                command = ["tests.chaos.host_server", "--role", "relay"]
            case Role.WORKER:
                command = ["tests.chaos.host_worker"]
                if self.judges:
                    command = ["tests.chaos.host_server", "--role", "worker", "--slots", "1"]
            case _:
                assert_never(role)
        return Member(
            name=data_dir.name,
            role=role,
            command=command,
            environment={**self.environment, "ASSAY_DATA_DIR": str(data_dir), **clock},
            port=port,
        )

    def start_member(self, member: Member) -> None:
        with self.log(member).open("ab") as log:
            member.process = subprocess.Popen(
                [sys.executable, "-m", *member.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env={**os.environ, **member.environment},
            )  # fmt: skip
        member.may_end = member.is_armed = False

    def wait_until_ready(self) -> None:
        """All doors answer, and whoever is to be armed hears of it."""
        for member in self.members:
            wait_until(partial(self._is_ready, member), what=f"{member.name} is not ready")

    def _is_ready(self, member: Member) -> bool:
        self.keep_running()  # who was told to end may take its time
        return member.hears

    def arm(self, plan: str, roles: Collection[Role]) -> None:
        """Processes of these roles are to die, or stand still, as planned; "" disarms them."""
        (self.directory / "plan").write_text(plan)
        for member in self.members:
            member.is_armed = False
        self.arm_fresh(roles)

    def arm_fresh(self, roles: Collection[Role]) -> None:
        """Those, too, that came in the place of others since."""
        for member in self.of(*roles):
            assert member.process is not None
            if not member.is_armed and member.process.poll() is None and member.hears:
                member.is_armed = True
                member.process.send_signal(signal.SIGUSR1)

    def standing_still(self) -> list[Member]:
        return [member for member in self.members if member.stands_still()]

    def signal(self, member: Member, number: signal.Signals) -> None:
        """Something that it may end of."""
        assert member.process is not None
        member.may_end = True
        member.process.send_signal(number)

    def signal_on(self, member: Member) -> None:
        """It goes on."""
        os.kill(member.pid, signal.SIGCONT)

    def keep_running(self) -> None:
        for member in self.members:
            assert member.process is not None
            if member.process.poll() is not None:
                may_end = member.may_end or time.monotonic() < member.starts_until
                assert may_end, f"{member.name} ended by itself: {self.last_words(member)}"
                self.start_member(member)
                # amid a fault it may find nothing to stand on, and end: like a service, it is begun again
                member.starts_until = time.monotonic() + START_SECONDS_MAX

    def what_is_waited_for(self) -> str:
        """Of all processes."""
        for member in self.members:
            assert member.process is not None
            member.process.send_signal(signal.SIGUSR2)
        time.sleep(1)
        return "\n".join(f"--- {member.name}\n{self.last_words(member)}" for member in self.members)

    def last_words(self, member: Member) -> str:
        return self.log(member).read_text()[-4000:]

    def stop(self) -> None:
        for member in self.members:
            if member.process is not None:
                member.process.kill()
                member.process.wait()

    # --- what is in it -----------------------------------------------------------------------------------

    def sql(self, statement: str) -> str:
        return self.postgres.primary.sql(statement, DATABASE)

    def prepare(self) -> None:
        self.seaweed.create_bucket(BUCKET)
        asyncio.run(_prepare(self.postgres.primary.create_database(DATABASE)))

    def record_problem(self, name: str) -> str:
        """One with test data that nobody has in a cache."""
        environment = {**self.environment, **self.seaweed.environment(BUCKET)}
        with open_test_data(read_settings(environment, data_dir=self.directory / "setter")) as data:
            ref = data.store.put(b"as ever\n" + name.encode())
        made = problem(name)
        tests = tuple(replace(each, input=DataRef(ref), answer=DataRef(ref)) for each in made.tests)
        asyncio.run(_record(self.postgres.primary.url(DATABASE), replace(made, tests=tests)))
        return name

    def heal(self) -> None:
        for proxy in (*self.postgres.proxies, self.broker_proxy, self.blob_proxy):
            proxy.heal()


@contextmanager
def running_tree(
    *, on_kafka: bool = False, roles: Sequence[Role] = MEMBERS, judges: bool = False
) -> Iterator[Tree]:
    """In a folder of its own that PostgreSQL's user comes to; pytest's are for root alone."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-tree-")))
        directory.chmod(0o755)
        seaweed = stack.enter_context(running_seaweed())
        broker_proxy = stack.enter_context(running_proxy(NOWHERE))
        opened: AbstractContextManager[RedisServer | KafkaServer] = (
            running_kafka(advertised_port=broker_proxy.port) if on_kafka else running_redis()
        )
        broker = stack.enter_context(opened)
        broker_proxy.point_to(broker.port)
        tree = Tree(
            directory=directory,
            postgres=stack.enter_context(running_pair(directory)),
            broker=broker,
            seaweed=seaweed,
            broker_proxy=broker_proxy,
            blob_proxy=stack.enter_context(running_proxy(int(seaweed.endpoint.rpartition(":")[2]))),
            disk=stack.enter_context(small_disk(directory / "disk", megabytes=DISK_MB)),
            clocks=[WallClock(directory / f"clock-{number}") for number in range(roles.count(Role.WORKER))],
            roles=roles,
            judges=judges,
        )
        stack.callback(tree.stop)
        tree.prepare()
        tree.start()
        yield tree


def wait_until(is_so: Callable[[], bool], *, what: str, seconds: float = START_SECONDS_MAX) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


async def _prepare(url: str) -> None:
    async with open_pool(url) as database:
        await prepare(database, now=datetime.now(UTC))


async def _record(url: str, made: Problem) -> None:
    async with open_pool(url) as database:
        await PostgresProblemStore(database).record(made, at=NOON)
