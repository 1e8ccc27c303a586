"""For whoever keeps the server running: is the process alive, and can it serve?"""

from fastapi import APIRouter
from pydantic import BaseModel

from assay.api.services import ServicesOfApp

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers. Says nothing about what it stands on."""
    return Health(status="ok")


@router.get("/readyz")
async def readyz(services: ServicesOfApp) -> Health:
    """The store answers too. 503 when it says that it is not available."""
    await services.problems.page(after=None, limit=1)
    return Health(status="ready")
