"""The addresses of the pages and what each shows.

/                          the problems
/problems/{id}             statement, samples, limits, editor (problem_pages.py, with its files)
/submissions/{id}          a submission, live; its permalink (results.py)
/submissions/{id}/panel    the middle of that, for swapping in
/static/…                  style sheet and scripts
"""

from importlib import resources

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assay.web.ports import PageSources
from assay.web.problem_pages import ProblemPages
from assay.web.rendering import Renderer
from assay.web.results import ResultPages

PROBLEMS_PER_PAGE = 100
COMPRESSED_FROM_BYTES = 1024
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")


class Pages:
    def __init__(self, sources: PageSources) -> None:
        self._sources = sources
        self._renderer = Renderer()

    def routes(self) -> list[BaseRoute]:
        static = GZipMiddleware(_OwnFiles(), minimum_size=COMPRESSED_FROM_BYTES)
        return [
            Route("/", self._problems),
            *ProblemPages(self._sources, self._renderer).routes(),
            *ResultPages(self._sources, self._renderer).routes(),
            Mount("/static", static),
        ]

    def refusal(self, request: Request, status: int, detail: str) -> Response | None:
        """A refusal as a page, for those who asked for a page at an address that is not for programs."""
        wants_page = "text/html" in request.headers.get("accept", "")
        if not wants_page or request.url.path.startswith(_FOR_PROGRAMS):
            return None
        return self._renderer.page("refusal.html", status=status, number=status, detail=detail)

    async def _problems(self, request: Request) -> Response:
        after = request.query_params.get("after")
        problems, following = await self._sources.problems.page(after=after, limit=PROBLEMS_PER_PAGE)
        # htmx asks for the rows that follow; a visitor without scripts gets the same as a page.
        template = "_problem_rows.html" if "hx-request" in request.headers else "problems.html"
        return self._renderer.page(template, problems=problems, following=following, is_first=after is None)


class _OwnFiles(StaticFiles):
    """Style sheet and scripts. What carries a digest in its name is kept for good, the rest asked about."""

    def __init__(self) -> None:
        super().__init__(directory=str(resources.files("assay.web") / "static"))

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_forever = path.startswith("bundle/chunk-") and response.status_code == 200
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_forever else "no-cache"
        )
        return response
