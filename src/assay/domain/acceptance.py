"""That something was accepted, for whoever looks whether it is still there."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """A submission, and when it was accepted."""

    id: str
    at: datetime
