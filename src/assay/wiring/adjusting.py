"""What changes in a running process when its settings do: doors here, a worker there."""

from assay.settings import Settings
from assay.wiring.backend import ReplicaWatch
from assay.wiring.outlook import Outlook
from assay.worker.job import Pace, Parts
from assay.worker.seats import Seats

POLL_SECONDS = 1.0
SWEEP_SECONDS_MAX = 5.0
DRAIN_SECONDS = 30.0


def pace_of(settings: Settings) -> Pace:
    """How a worker spends its time."""
    return Pace(
        slots=settings.slots,
        lease_seconds=settings.lease_seconds,
        heartbeat_seconds=settings.heartbeat_seconds,
        poll_seconds=POLL_SECONDS,
        sweep_seconds=min(SWEEP_SECONDS_MAX, settings.lease_seconds / 2),
        drain_seconds=DRAIN_SECONDS,
    )


def adjust_worker(parts: Parts, seats: Seats, settings: Settings) -> None:
    """Have as many seats, and go on at the pace, that the settings say. Nothing that is judged is stopped."""
    parts.pace.become(pace_of(settings))
    seats.resize(settings.slots)
    if parts.membership is not None:
        parts.membership.has_slots(settings.slots)


def adjust_doors(outlook: Outlook, replica: ReplicaWatch | None, settings: Settings) -> None:
    """Let in, and read from the standby, by the bounds that the settings say."""
    outlook.adjust(settings)
    if replica is not None:
        replica.may_lag(settings.read_lag_seconds_max)
