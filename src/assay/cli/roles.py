"""What a server process does of the whole."""

from enum import StrEnum


class Role(StrEnum):
    ALL = "all"
    API = "api"  # the doors alone: needs no root and no sandbox, and a database that workers share
    WORKER = "worker"  # sandbox and worker alone

    @property
    def has_doors(self) -> bool:
        return self is not Role.WORKER

    @property
    def judges(self) -> bool:
        return self is not Role.API
