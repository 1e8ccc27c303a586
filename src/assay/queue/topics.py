"""How the two topics share what a worker receives: as the weights of their lanes (fairness.py) say. Pure."""

from assay.domain.lane import Lane
from assay.queue.broker import Topic, topic_of
from assay.queue.fairness import WEIGHTS

LIVE = (Topic.HIGH_PRIORITY, Topic.NORMAL)
"""Those that workers receive from, the one of high priority first."""

_WEIGHTS = {topic: round(sum(WEIGHTS[lane] for lane in Lane if topic_of(lane) is topic)) for topic in LIVE}


class Shares:
    """Of one consumer, who receives from one topic after the other."""

    def __init__(self) -> None:
        self._owed = 0

    def split(self, limit: int) -> dict[Topic, int]:
        """How many of the next `limit` messages are to be of each topic while both have some.

        Where a topic has fewer, the other may fill up; nobody saves up.
        """
        self._owed += limit * _WEIGHTS[Topic.NORMAL]
        normal, self._owed = divmod(self._owed, sum(_WEIGHTS.values()))
        return {Topic.HIGH_PRIORITY: limit - normal, Topic.NORMAL: normal}
