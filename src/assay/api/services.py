"""What the HTTP door stands on: the ports that it translates for. Built once, by wiring."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from assay.api.limits import Capacity
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.ports import ScoreStore
from assay.domain.clock import Clock
from assay.domain.dependency import Dependency
from assay.domain.language import Language
from assay.intake.custom_runs import RunDesk
from assay.intake.submit import Intake
from assay.languages.catalogue import LanguageCatalogue
from assay.operate.history.ports import Break
from assay.problems.ports import BlobStore, ProblemStore
from assay.statements.renderer import StatementRenderer
from assay.verdicts.ports import EventFeed, SubmissionReader


@dataclass(frozen=True, kw_only=True)
class Services:
    """See the fields. `upload_dir` is an existing folder of the server's own, for packages on arrival."""

    intake: Intake
    runs: RunDesk
    reader: SubmissionReader
    feed: EventFeed
    problems: ProblemStore
    blobs: BlobStore
    languages: LanguageCatalogue
    is_available: Callable[[Language], bool]
    clock: Clock
    upload_dir: Path
    capacity: Capacity
    dependencies: Callable[[], Awaitable[Sequence[Dependency]]]
    scores: ScoreStore
    evidence: EvidenceLog
    breaks: Callable[[], Sequence[Break]] = tuple  # in the database's history
    operator_token: str | None = None
    metrics: Callable[[], bytes] | None = None  # figures in Prometheus' text format
    testlib: Path | None = None  # the operator's, for packages that bring none
    statements: StatementRenderer = field(default_factory=StatementRenderer)


def services_of(connection: HTTPConnection) -> Services:
    services = connection.app.state.services
    assert isinstance(services, Services)  # noqa: S101  put there by create_app
    return services


# Coroutines, or FastAPI would have a thread fetch them.
async def _services_of(connection: HTTPConnection) -> Services:
    return services_of(connection)


async def _capacity_of(connection: HTTPConnection) -> Capacity:
    return services_of(connection).capacity


ServicesOfApp = Annotated[Services, Depends(_services_of)]
CapacityOfApp = Annotated[Capacity, Depends(_capacity_of)]
