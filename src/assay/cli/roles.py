"""What a server process does of the whole."""

from enum import StrEnum


class Role(StrEnum):
    ALL = "all"
    API = "api"  # the doors alone: needs no root and no sandbox, and a database that workers share
    WORKER = "worker"  # sandbox and worker alone
    RELAY = "relay"  # announces jobs on the broker, where there is one: needs no root and no sandbox

    @property
    def has_doors(self) -> bool:
        return self in (Role.ALL, Role.API)

    @property
    def judges(self) -> bool:
        return self in (Role.ALL, Role.WORKER)

    @property
    def relays(self) -> bool:
        """Whether it does where there is a broker."""
        return self in (Role.ALL, Role.RELAY)
