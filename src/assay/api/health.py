"""For whoever keeps the server running: is the process alive, can it serve, and what is amiss behind it?"""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from assay.api.services import ServicesOfApp
from assay.domain.dependency import Readiness, readiness_on

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str


class Part(BaseModel):
    name: str
    up: bool
    vital: bool = Field(description="Without it nothing can be answered.")
    reason: str | None = Field(description="What keeps it from its work.")


class TimelineBreak(BaseModel):
    timeline: int
    began_at: datetime
    newest_kept_at: datetime | None = Field(description="The last acceptance before it that is there.")
    newest_missing_at: datetime | None = Field(description="The last one known to be missing.")


class ReadinessAnswer(BaseModel):
    status: Readiness
    parts: list[Part] = Field(description="What the server stands on, as it was found a moment ago.")
    breaks: list[TimelineBreak] = Field(
        description="When the database went back to an earlier point, and what is missing since."
    )


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers. Says nothing about what it stands on."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": ReadinessAnswer}})
async def readyz(services: ServicesOfApp, response: Response) -> ReadinessAnswer:
    """Whether requests can be answered: `ready`, `degraded` (they can, and something is amiss), or 503."""
    found = await services.dependencies()
    status = readiness_on(found)
    if status is Readiness.NOT_READY:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    parts = [
        Part(name=each.name, up=each.trouble is None, vital=each.is_vital, reason=each.trouble)
        for each in found
    ]
    breaks = [
        TimelineBreak(
            timeline=each.timeline,
            began_at=each.began_at,
            newest_kept_at=None if each.kept is None else each.kept.at,
            newest_missing_at=None if each.missing is None else each.missing.at,
        )
        for each in services.breaks()
    ]
    return ReadinessAnswer(status=status, parts=parts, breaks=breaks)
