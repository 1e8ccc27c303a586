"""What accepting a submission needs from outside, and what the doors hand in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.domain.answers import ANSWERS
from assay.domain.custom_run import CustomRun, CustomRunState
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, Submission
from assay.queue.ports import PRACTICE, Place


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A submission as a client sent it, before anything was checked.

    `request_sha256` (hex) is the digest of the request's body as the door understood it: it tells whether a
    repeated `idempotency_key` repeats the same request, and is "" where nobody will ask. Both `user_id` and
    `tenant` are the client's words.
    `language_id` is `ANSWERS` when the files are the answers themselves.
    """

    problem_id: str
    language_id: str
    files: tuple[SourceFile, ...]
    user_id: str | None
    tenant: str | None
    idempotency_key: str | None
    request_sha256: str
    all_tests: bool = False
    place: Place = PRACTICE

    @property
    def has_answers(self) -> bool:
        return self.language_id == ANSWERS


@dataclass(frozen=True, kw_only=True)
class IdempotencyKey:
    """A client's name for one request. Tenants do not see each other's keys; no tenant is a tenant too."""

    tenant: str | None
    value: str
    request_sha256: str


class SubmissionStore(Protocol):
    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        """Record submission, files, job, key and the event `queued` in one transaction; durable on return.

        When the key is known with the same request, nothing changes and the submission first recorded under
        it is returned. Known with another request: `IdempotencyConflict`.
        """
        ...


class CustomRunStore(Protocol):
    async def record(self, run: CustomRun) -> None:
        """Keep a custom run for the workers, and forget those that are too old, or too many.

        Raises `TooManyAtOnce` when its visitor has as many unfinished ones as a visitor may, or all have.
        """
        ...

    async def state(self, run_id: str, *, at: datetime) -> CustomRunState | None:
        """None for an unknown one, or one that is to be forgotten by now."""
        ...


class ProblemVersions(Protocol):
    async def current(self, problem_id: str) -> Problem | None:
        """The version that new submissions are judged against, or None when there is no such problem."""
        ...


class Languages(Protocol):
    def get(self, language_id: str) -> Language:
        """Raises `UnknownLanguage`."""
        ...
