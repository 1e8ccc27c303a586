"""A problem's page, and the files that belong to it.

/problems/{id}                        statement in the reader's language (?lang=), samples, limits, editor
/problems/{id}/statement/{name}       the statement's images
/problems/{id}/statement-{tag}.pdf    a statement that is a PDF
/problems/{id}/samples/{n}/{name}     a sample's files
/problems/{id}/attachments/{name}     the setter's files for everybody
"""

import asyncio
import re
import secrets

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assay.domain.problem import Problem, Statement
from assay.errors import NotFound
from assay.intake.rules import SOURCE_BYTES_MAX, is_taken_by
from assay.problems.samples import Sample, downloads_of, read_samples
from assay.problems.showing import source_of, statement_for
from assay.statements.choice import LANGUAGE_CHARACTERS_MAX, direction, wanted_languages
from assay.statements.source import Drawing
from assay.web import files
from assay.web.ports import PageSources
from assay.web.problem_words import credits_by_role, groups_of, language_name, license_of, notes_on
from assay.web.rendering import Renderer

SAMPLE_BYTES_MAX = 16 * 1024  # shown of each sample file; all of it can be downloaded
NONCE_BYTES = 16
_ORDINAL = re.compile(r"[1-9][0-9]{0,5}")
_SAMPLE_SLOT = re.compile(r'<div data-sample="(\d{1,6})"></div>')


class ProblemPages:
    def __init__(self, sources: PageSources, renderer: Renderer) -> None:
        self._sources = sources
        self._renderer = renderer

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/problems/{problem_id}", self._page),
            Route("/problems/{problem_id}/statement/{name:path}", self._statement_file),
            Route("/problems/{problem_id}/statement-{language}.pdf", self._pdf),
            Route("/problems/{problem_id}/samples/{ordinal}/{name:path}", self._sample_file),
            Route("/problems/{problem_id}/attachments/{name:path}", self._attachment),
        ]

    async def _page(self, request: Request) -> Response:
        problem = await self._problem(request)
        asked = request.query_params.get("lang", "")[:LANGUAGE_CHARACTERS_MAX]
        accepted = wanted_languages(request.headers.get("accept-language", ""))
        statement = statement_for(problem, (asked, *accepted))
        samples = await asyncio.to_thread(
            read_samples, problem, self._sources.blobs, bytes_max=SAMPLE_BYTES_MAX
        )
        drawing = await self._drawing(problem, statement)
        placed = 0 if drawing is None else drawing.samples_placed
        language = "" if statement is None else statement.language
        languages = [
            (each, self._sources.is_available(each))
            for each in self._sources.languages.all()
            if is_taken_by(each, problem)
        ]
        response = self._renderer.page(
            "problem.html",
            editor_nonce=secrets.token_urlsafe(NONCE_BYTES),
            problem=problem,
            name=problem.name_in(language),
            title=Markup(drawing.title) if drawing is not None else Markup(),  # noqa: S704 - sanitized
            statement=statement,
            language=language,
            direction=direction(language),
            other_languages=[
                (each.language, language_name(each.language), problem.name_in(each.language))
                for each in problem.statements
                if each is not statement
            ],
            text=self._with_samples(problem, drawing, samples),
            trouble="" if drawing is None else drawing.trouble,
            samples_after=[
                each for each in enumerate(samples, 1) if each[0] > placed and each[1].shows_anything
            ],
            notes=notes_on(problem),
            groups=groups_of(problem),
            license=license_of(problem.about),
            credits=credits_by_role(problem.about),
            languages=languages,
            source_bytes_max=min(SOURCE_BYTES_MAX, problem.limits.source_bytes),
        )
        response.headers.add_vary_header("Accept-Language")
        return response

    async def _drawing(self, problem: Problem, statement: Statement | None) -> Drawing | None:
        """None without a statement, and for a PDF."""
        source = None if statement is None else source_of(problem, statement)
        return None if source is None else await self._sources.statements.rendered(source)

    def _with_samples(self, problem: Problem, drawing: Drawing | None, samples: tuple[Sample, ...]) -> Markup:
        """The statement's HTML, which is safe, with the samples where it wants them."""

        def sample(found: re.Match[str]) -> str:
            ordinal = int(found[1])
            if not 1 <= ordinal <= len(samples):
                return ""
            return self._renderer.fragment(
                "_sample.html", problem=problem, ordinal=ordinal, sample=samples[ordinal - 1]
            )

        html = "" if drawing is None else _SAMPLE_SLOT.sub(sample, drawing.html)
        return Markup(html)  # noqa: S704 - sanitized (assay.statements), and rendered templates

    async def _statement_file(self, request: Request) -> Response:
        problem = await self._problem(request)
        wanted = request.path_params["name"]
        for file in problem.statement_files:
            if file.name == wanted:
                return await files.image_response(request, self._sources.blobs, file.content, file.name)
        raise NotFound("the statement has no file with this name")

    async def _pdf(self, request: Request) -> Response:
        problem = await self._problem(request)
        wanted = request.path_params["language"]
        for statement in problem.statements:
            if statement.language == wanted and statement.file is not None:
                name = f"{problem.id}-{wanted}.pdf"
                return await files.image_response(request, self._sources.blobs, statement.file, name)
        raise NotFound("there is no statement as PDF in this language")

    async def _sample_file(self, request: Request) -> Response:
        problem = await self._problem(request)
        ordinal, wanted = request.path_params["ordinal"], request.path_params["name"]
        found = downloads_of(problem, int(ordinal)) if _ORDINAL.fullmatch(ordinal) else ()
        for download in found:
            if download.name == wanted:
                return await files.text_response(request, self._sources.blobs, download.content, wanted)
        raise NotFound("the sample has no file with this name")

    async def _attachment(self, request: Request) -> Response:
        problem = await self._problem(request)
        wanted = request.path_params["name"]
        for file in problem.attachments:
            if file.name == wanted:
                return await files.attachment_response(request, self._sources.blobs, file.content, wanted)
        raise NotFound("the problem has no attachment with this name")

    async def _problem(self, request: Request) -> Problem:
        problem = await self._sources.problems.current(request.path_params["problem_id"])
        if problem is None:
            raise NotFound("there is no problem with this name")
        return problem
