"""Problems: list them, look at one, import a package."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assay.api.body import check_media_type
from assay.api.limits import (
    CURSOR_CHARACTERS_MAX,
    PAGE_ITEMS_MAX,
    SAMPLE_BYTES_MAX,
    UPLOAD_BYTES_MAX,
)
from assay.api.openapi import binary_body
from assay.api.package_query import OpeningOfQuery
from assay.api.problem_answers import drawn_statement, problem_answer, url_of_problem
from assay.api.problem_schemas import DrawnStatementAnswer, ProblemAnswer
from assay.api.schemas import Listed, ProblemDetails, ProblemSummaryAnswer
from assay.api.services import CapacityOfApp, Services, ServicesOfApp
from assay.api.uploads import receive, upload_folder
from assay.domain.problem import Problem
from assay.errors import InvalidInput, NotFound, PackageInvalid
from assay.languages.catalogue import LanguageCatalogue
from assay.problems import Package, import_package
from assay.problems.archives import unpack
from assay.problems.samples import read_samples
from assay.problems.showing import source_of, statement_for
from assay.problems.sources import Opening, check_complete, read_folder
from assay.statements.choice import LANGUAGE_CHARACTERS_MAX, wanted_languages

router = APIRouter(tags=["problems"])


@router.get("/api/v1/problems")
async def list_problems(
    services: ServicesOfApp,
    after: Annotated[
        str | None, Query(max_length=CURSOR_CHARACTERS_MAX, description="The `next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX)] = 50,
) -> Listed[ProblemSummaryAnswer]:
    """The problems that can be submitted to, ordered by id."""
    summaries, following = await services.problems.page(after=after, limit=limit)
    return Listed(
        items=[
            ProblemSummaryAnswer(
                id=each.id,
                name=each.name,
                version=each.version,
                cpu_time_ms=each.cpu_time_ms,
                memory_bytes=each.memory_bytes,
                test_count=each.test_count,
                url=url_of_problem(each.id),
            )
            for each in summaries
        ],
        next=following,
    )


@router.get("/api/v1/problems/{problem_id}", responses={404: {"model": ProblemDetails}})
async def read_problem(problem_id: str, services: ServicesOfApp) -> ProblemAnswer:
    """A problem's current version: limits, statements and samples. Secret tests stay secret."""
    return await _answer_of(await _find(problem_id, services), services)


@router.get("/api/v1/problems/{problem_id}/statement", responses={404: {"model": ProblemDetails}})
async def read_statement(
    problem_id: str,
    services: ServicesOfApp,
    request: Request,
    response: Response,
    lang: Annotated[
        str,
        Query(
            max_length=LANGUAGE_CHARACTERS_MAX, description="BCP 47. Default: what Accept-Language asks for."
        ),
    ] = "",
) -> DrawnStatementAnswer:
    """The statement as HTML, in the language that fits best of those that it is written in."""
    problem = await _find(problem_id, services)
    accepted = wanted_languages(request.headers.get("accept-language", ""))
    statement = statement_for(problem, (lang, *accepted))
    if statement is None:
        raise NotFound("the problem has no statement")
    source = source_of(problem, statement)
    drawing = None if source is None else await services.statements.rendered(source)
    response.headers["Content-Language"] = statement.language
    response.headers["Vary"] = "Accept-Language"
    return drawn_statement(problem, statement, drawing)


@router.post(
    "/api/v1/problems",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": ProblemAnswer, "description": "The version was there already."},
        **{status: {"model": ProblemDetails} for status in (408, 413, 415, 422, 429, 503)},
    },
    openapi_extra=binary_body("application/zip"),
)
async def import_problem(
    request: Request,
    response: Response,
    services: ServicesOfApp,
    capacity: CapacityOfApp,
    opening: OpeningOfQuery,
) -> ProblemAnswer:
    """Import a problem package, zipped with its folder. 201 for a new version, 200 when it was there already.

    It may be in the problem package format, of Polygon or DMOJ, or plain pairs of files. A package of which
    something is still to be generated is refused: `assay problem export` makes a complete one of it.

    There are no accounts yet: whoever reaches this port may import. The server listens on loopback unless
    told otherwise; put a proxy that knows its users before it when it shall listen elsewhere.
    """
    check_media_type(request, "application/zip")
    with capacity.uploads.enter(), upload_folder(services.upload_dir) as folder:
        archive = folder / "upload.zip"
        await receive(request, archive, bytes_max=UPLOAD_BYTES_MAX)
        package = await asyncio.to_thread(_open_package, archive, opening, services.languages)
        before = await services.problems.current(package.problem.id)
        problem = await import_package(
            package, blobs=services.blobs, catalogue=services.problems, now=services.clock.now()
        )
    if before is not None and before.version == problem.version:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = url_of_problem(problem.id)
    return await _answer_of(problem, services)


def _open_package(archive: Path, opening: Opening, languages: LanguageCatalogue) -> Package:
    """Unpack and read, blocking. A package's id is its folder's name, so the folder gets the wanted one."""
    into = archive.parent / "unpacked"
    into.mkdir()
    folder = unpack(archive, into)
    if opening.problem_id is None and folder == into:
        raise InvalidInput(
            "short_name is required for an archive without a folder of its own", field="short_name"
        )
    named = archive.parent / "named" / (opening.problem_id or folder.name)
    named.parent.mkdir()
    folder.rename(named)
    workspace = archive.parent / "made"
    workspace.mkdir()
    try:
        package = read_folder(named, workspace=workspace, opening=opening, languages=languages)
        check_complete(package)
    except PackageInvalid as invalid:
        raise PackageInvalid(named.name, invalid.findings) from None  # our folders are nobody's business
    return package


async def _find(problem_id: str, services: Services) -> Problem:
    problem = await services.problems.current(problem_id)
    if problem is None:
        raise NotFound("there is no problem with this id")
    return problem


async def _answer_of(problem: Problem, services: Services) -> ProblemAnswer:
    samples = await asyncio.to_thread(read_samples, problem, services.blobs, bytes_max=SAMPLE_BYTES_MAX)
    return problem_answer(problem, samples)
