"""Figures for whoever watches the machines, in Prometheus' text format."""

from fastapi import APIRouter, Response

from assay.api.services import ServicesOfApp
from assay.errors import NotFound

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics(services: ServicesOfApp) -> Response:
    """What this data folder's processes have counted, and the queue as it was seen a second ago."""
    if services.metrics is None:
        raise NotFound("this server keeps no figures")
    return Response(services.metrics(), media_type=MEDIA_TYPE)
