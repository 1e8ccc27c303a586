"""High priority first, but never alone: every fourth message is a normal one, if there are any."""

NORMAL_EVERY = 4


class Turns:
    """Counts what was handed out, so that it holds for those who take one at a time, too."""

    def __init__(self) -> None:
        self._handed_out = 0

    def kept_for_normal(self, limit: int) -> int:
        """How many of the next `limit` messages are not to be of high priority while normal ones wait."""
        return (self._handed_out + limit) // NORMAL_EVERY - self._handed_out // NORMAL_EVERY

    def count(self, handed_out: int) -> None:
        self._handed_out = (self._handed_out + handed_out) % NORMAL_EVERY
