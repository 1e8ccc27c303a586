"""Whose jobs are next: lanes by their weights, tenants of a lane in turn, users of a tenant in turn. Pure.

    lanes      stride scheduling: each claim moves a lane on by 1 / weight; the one that is least far is next
    tenants    one job each, round and round
    users      turns: the n-th waiting job of a user comes after the (n-1)-th of every other user of the
    tenant

A lane that had nothing to do does not save up: it begins where the others are. So no lane starves, a tenant
with ten thousand jobs does not delay another's first, and neither does a user within a tenant.

Stride scheduling: C. Waldspurger and W. Weihl, "Stride Scheduling: Deterministic Proportional-Share Resource
Management", MIT/LCS/TM-528, 1995.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.domain.lane import Lane

WEIGHTS = {Lane.CONTEST: 60.0, Lane.ASSESSMENT: 24.0, Lane.PRACTICE: 12.0, Lane.REJUDGE: 4.0}
"""What share of the service each lane has while all of them wait."""

_ORDER = {lane: number for number, lane in enumerate(Lane)}


@dataclass(frozen=True, order=True)
class Flow:
    """The jobs of one tenant in one lane. No tenant is a tenant too, called ""."""

    lane: Lane
    tenant: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """What has been served.

    How far each lane is, how far the service is, and each lane's tenant served last.
    """

    lanes: Mapping[Lane, float] = field(default_factory=dict)
    time: float = 0.0
    last_tenants: Mapping[Lane, str] = field(default_factory=dict)


def allot(waiting: Mapping[Flow, int], service: Service, *, seats: int) -> tuple[dict[Flow, int], Service]:
    """Give up to `seats` to the flows that wait, of which each has as many jobs as `waiting` says.

    Returns how many of each are to be claimed, and what has been served then.
    """
    turns, served = in_turn(waiting, service, seats=seats)
    return dict(Counter(turns)), served


def in_turn(waiting: Mapping[Flow, int], service: Service, *, seats: int) -> tuple[list[Flow], Service]:
    """The same, seat by seat: whose job is first, whose is second, and so on."""
    left = Counter({flow: count for flow, count in waiting.items() if count > 0})
    far = {lane: max(service.lanes.get(lane, 0.0), service.time) for lane in {flow.lane for flow in left}}
    last = dict(service.last_tenants)
    time = service.time
    turns: list[Flow] = []
    for _ in range(min(seats, left.total())):
        lane = min({flow.lane for flow in left}, key=lambda each: (far[each], _ORDER[each]))
        flow = Flow(lane, _next_tenant([each.tenant for each in left if each.lane is lane], last.get(lane)))
        time = far[lane]
        far[lane] += 1 / WEIGHTS[lane]
        last[lane] = flow.tenant
        turns.append(flow)
        left[flow] -= 1
        if not left[flow]:
            del left[flow]
    return turns, Service(lanes={**service.lanes, **far}, time=time, last_tenants=last)


def _next_tenant(tenants: list[str], last: str | None) -> str:
    """The one after `last` in a round."""
    following = [] if last is None else [tenant for tenant in tenants if tenant > last]
    return min(following or tenants)
