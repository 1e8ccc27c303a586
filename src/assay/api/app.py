"""Puts the HTTP door together: the API, the pages, and the edge around both."""

from fastapi import FastAPI

import assay
from assay.api import (
    events,
    health,
    judgements,
    languages,
    metrics,
    openapi,
    problems,
    refusals,
    runs,
    scores,
    submissions,
)
from assay.api.edge import Edge
from assay.api.services import Services
from assay.api.short_way import Application, ShortWay
from assay.api.visitors import Visitors
from assay.web.pages import Pages

_ROUTERS = (
    submissions.router,
    runs.router,
    judgements.router,
    scores.router,
    events.router,
    problems.router,
    languages.router,
    health.router,
    metrics.router,
)


def create_app(services: Services, *, own_host: str, allowed_hosts: frozenset[str]) -> FastAPI:
    """The application that a server runs. `own_host` and `allowed_hosts`: see `Visitors`.

    There are no interactive API documents: the usual ones load scripts from elsewhere. The OpenAPI 3.1
    document itself is at /api/v1/openapi.json.
    """
    app = Application(
        title="Assay",
        version=assay.__version__,
        description="A self-hosted judge for code.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    for router in _ROUTERS:
        app.include_router(router)
    pages = Pages(services)
    app.router.routes.extend(pages.routes())
    refusals.install(app, page=pages.refusal)
    openapi.install(app)
    app.add_middleware(Visitors, own_host=own_host, allowed_hosts=allowed_hosts)
    app.add_middleware(Edge)  # added last, so outermost
    app.is_usual = submissions.is_plain_submission
    app.short_way = Edge(
        Visitors(
            ShortWay(submissions.create_plain_submission), own_host=own_host, allowed_hosts=allowed_hosts
        )
    )
    return app
