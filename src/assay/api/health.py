"""For whoever keeps the server running: is the process alive, can it serve, and what is amiss behind it?"""

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


class ReadinessAnswer(BaseModel):
    status: Readiness
    parts: list[Part] = Field(description="What the server stands on, as it was found a moment ago.")


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
    return ReadinessAnswer(status=status, parts=parts)
