"""High priority first, but never alone: normal messages have the share that their lanes weigh (fairness)."""

from assay.domain.lane import Lane
from assay.queue.broker import Topic, topic_of
from assay.queue.fairness import WEIGHTS

_ALL = round(sum(WEIGHTS.values()))
_NORMAL = round(sum(weight for lane, weight in WEIGHTS.items() if topic_of(Lane(lane)) is Topic.NORMAL))


class Turns:
    """Counts what was handed out, so that it holds for those who take one at a time, too."""

    def __init__(self) -> None:
        self._handed_out = 0

    def kept_for_normal(self, limit: int) -> int:
        """How many of the next `limit` messages are not to be of high priority while normal ones wait."""
        return (self._handed_out + limit) * _NORMAL // _ALL - self._handed_out * _NORMAL // _ALL

    def count(self, handed_out: int) -> None:
        self._handed_out = (self._handed_out + handed_out) % _ALL
