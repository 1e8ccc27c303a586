"""What an engine must do to carry bells and events between processes."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a message is about, and what its key names."""

    BELL = "bell"  # the bell's name
    SUBMISSION = "submission"  # the submission's identity


Take = Callable[[str, str], None]
"""Takes the key and the text of a message. Must not block."""


class Broadcast(Protocol):
    """Tells all processes that listen. Of one event loop.

    Any message may be lost, none comes twice, and those of one sender keep their order. Who needs more
    looks at the rows now and then: they are the truth.
    """

    def send(self, kind: Kind, key: str, text: str) -> None:
        """Tell everyone, this process too. Never blocks and never fails."""
        ...

    def hear(self, kind: Kind, take: Take) -> None:
        """From now on hand messages of that kind to `take`."""
        ...
