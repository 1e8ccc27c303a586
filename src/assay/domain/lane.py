"""Who is served before whom: chosen when a submission is accepted; an operator may change it."""

from enum import StrEnum


class Lane(StrEnum):
    """From the most to the least urgent. Custom runs wait in a queue of their own, before `REJUDGE`."""

    CONTEST = "contest"
    ASSESSMENT = "assessment"
    PRACTICE = "practice"
    REJUDGE = "rejudge"

    @property
    def is_privileged(self) -> bool:
        """Whether it takes an operator's word to be served there."""
        return self in (Lane.CONTEST, Lane.ASSESSMENT)
