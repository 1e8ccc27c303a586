"""What erasing a person needs of the outside world: the rows that are about them."""

from dataclasses import dataclass
from typing import Protocol

from assay.domain.evidence import Candidate

ERASED_NAME = "erased-"  # and a number, from 0: the files of an erased submission, all empty


@dataclass(frozen=True, kw_only=True)
class Found:
    """What there is of a person. `unfinished` are not judged yet; `source_bytes` are of all the others."""

    submissions: int
    source_bytes: int
    unfinished: int
    entries: int  # of the evidence log, with parts that are about them


class PersonalRows(Protocol):
    """The rows of submissions. Every method raises `Unavailable`."""

    async def find(self, candidate: Candidate) -> Found:
        """What would be erased. Changes nothing."""
        ...

    async def erase(self, candidate: Candidate, *, after: str, limit: int) -> list[str]:
        """Erase up to `limit` submissions of theirs that are over, with identities past `after`, in one
        transaction: whose they were, the texts, all that programs, compilers and validators printed, and
        what could be compared with a guess at a text. Dead letters among them are tried no more.

        What was decided stays: problem, language, instants, verdicts, points and costs. Returns the
        submissions' identities, in order.
        """
        ...
