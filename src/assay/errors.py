"""Every refusal that Assay makes on purpose, in one tree.

    AssayError                      code, HTTP status, exit code
    ├── InvalidInput                422  a field of a request is wrong; names the field
    │   ├── SourceTooLarge          413
    │   └── UnknownLanguage, UnknownProblem, UnknownRubric, LanguageNotInstalled
    ├── NotFound                    404
    ├── NotAllowed                  403  only an operator may ask for this
    ├── IdempotencyConflict         422  same key, other body
    ├── IdempotencyInFlight         409  same key, the first request is still being recorded
    ├── PackageInvalid              422  a problem package is wrong; carries every finding
    ├── SubmissionInvalid           422  a source file cannot be judged at all (NUL bytes, no known language)
    ├── EvidenceUnreadable          422  a file is no evidence file, so that there is nothing to verify
    ├── MalformedRequest            400  the body is not JSON, or ended too early
    ├── RequestTooSlow              408  the body did not come in time
    ├── BodyTooLarge                413  more bytes than any right request has
    ├── UnsupportedMediaType        415  another Content-Type or Content-Encoding than the door takes
    ├── TooManyAtOnce               429  a bound on concurrent work is reached; later it will do
    ├── UsageError                  exit 2
    ├── Overloaded                  503  too much is waiting already; says when to come again
    └── Unavailable                 503  something of ours is missing: sandbox, toolchain, server

Three kinds of wrong are kept apart: a candidate's fault is a verdict (a value), an expected refusal is one of
these, and a bug of ours is any other exception, which nobody catches but the edge of the process.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class AssayError(Exception):
    """An expected refusal: a stable `code`, an HTTP status, and a message for people."""

    code = "error"
    http_status = 400
    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(AssayError):
    """A field of a request is wrong. `field` is a dotted path such as `files.0.name`."""

    code = "invalid_input"
    http_status = 422

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class SourceTooLarge(InvalidInput):
    code = "source_too_large"
    http_status = 413


class UnknownLanguage(InvalidInput):
    code = "unknown_language"


class LanguageNotInstalled(InvalidInput):
    """We know the language, but its toolchain is not on this machine."""

    code = "language_not_installed"


class UnknownProblem(InvalidInput):
    code = "unknown_problem"


class UnknownRubric(InvalidInput):
    code = "unknown_rubric"


class NotFound(AssayError):
    code = "not_found"
    http_status = 404


class NotAllowed(AssayError):
    """Only an operator may ask for this."""

    code = "not_allowed"
    http_status = 403


class IdempotencyConflict(AssayError):
    """The key was used before with another body."""

    code = "idempotency_conflict"
    http_status = 422


class IdempotencyInFlight(AssayError):
    """The first request with this key has not been answered yet."""

    code = "idempotency_in_flight"
    http_status = 409


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong in a package: where (a path below it), which field or line, what, and the remedy."""

    path: str
    field: str | None
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}" if self.field is None else f"{place}: {self.field}: {self.message}"


class PackageInvalid(AssayError):
    """A problem package cannot be used. All findings of one pass, not just the first; `warnings` are of what
    would not have kept it from being used."""

    code = "package_invalid"
    http_status = 422

    def __init__(self, package: str, findings: Sequence[Finding], warnings: Sequence[Finding] = ()) -> None:
        super().__init__(f"{package}: " + "; ".join(str(finding) for finding in findings))
        self.package = package
        self.findings = tuple(findings)
        self.warnings = tuple(warnings)


class RubricInvalid(AssayError):
    """A rubric cannot be used. All findings of one pass, not just the first."""

    code = "rubric_invalid"
    http_status = 422

    def __init__(self, rubric: str, findings: Sequence[Finding]) -> None:
        super().__init__(f"{rubric}: not a valid rubric: " + "; ".join(str(finding) for finding in findings))
        self.rubric = rubric
        self.findings = tuple(findings)


class NotScorable(AssayError):
    """A judgement that no score can rest on: a fault of ours or the setter's decided it."""

    code = "not_scorable"
    http_status = 422
    exit_code = 3


class NotComparable(AssayError):
    """Two scores by other rubrics, for other roles or on other problems: neither is above the other."""

    code = "not_comparable"
    http_status = 422


class SubmissionInvalid(InvalidInput):
    code = "submission_invalid"


class EvidenceUnreadable(AssayError):
    """A file is no evidence file at all. One that was tampered with is a finding, and no refusal."""

    code = "evidence_unreadable"
    http_status = 422


class MalformedRequest(AssayError):
    """The body is not JSON, or ended before it was complete."""

    code = "malformed_request"


class RequestTooSlow(AssayError):
    """The body did not come in time."""

    code = "request_too_slow"
    http_status = 408


class BodyTooLarge(AssayError):
    """More bytes than any right request of its kind has. Nothing of it was kept."""

    code = "body_too_large"
    http_status = 413


class UnsupportedMediaType(AssayError):
    """Another Content-Type or Content-Encoding than this door takes."""

    code = "unsupported_media_type"
    http_status = 415


class TooManyAtOnce(AssayError):
    """A bound on concurrent work is reached. The same request will do later."""

    code = "too_many_at_once"
    http_status = 429


class Overloaded(AssayError):
    """Too much is waiting already. Later the same request will do."""

    code = "overloaded"
    http_status = 503
    exit_code = 3
    retry_after_seconds = 30  # a queue that is full is not empty the next moment


class UsageError(AssayError):
    """The command line is wrong."""

    code = "usage"


class Unavailable(AssayError):
    """Something of ours is missing. The message says what and how to remedy it."""

    code = "unavailable"
    http_status = 503
    exit_code = 3
