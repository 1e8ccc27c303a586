"""A problem in the API's words."""

from collections.abc import Iterable
from urllib.parse import quote

from assay.api.problem_schemas import (
    CreditAnswer,
    DrawnStatementAnswer,
    FileAnswer,
    ProblemAnswer,
    ProblemSourceAnswer,
    SampleAnswer,
    ScoringAnswer,
    StatementAnswer,
    TestGroupAnswer,
)
from assay.api.schemas import LimitsAnswer
from assay.domain.problem import Problem, Statement
from assay.problems.samples import Sample
from assay.statements.choice import direction
from assay.statements.source import Drawing
from assay.web.problem_words import groups_of


def url_of_problem(problem_id: str) -> str:
    return f"/api/v1/problems/{problem_id}"


def problem_answer(problem: Problem, samples: Iterable[Sample]) -> ProblemAnswer:
    about, validation = problem.about, problem.validation
    return ProblemAnswer(
        id=problem.id,
        name=problem.name,
        names=dict(problem.names),
        version=problem.version,
        limits=LimitsAnswer(**vars(problem.limits)),
        statements=[_statement(problem, each) for each in problem.statements],
        samples=[_sample(problem, ordinal, each) for ordinal, each in enumerate(samples, start=1)],
        attachments=[
            FileAnswer(name=file.name, url=f"{_page(problem)}/attachments/{quote(file.name)}")
            for file in problem.attachments
        ],
        test_count=len(problem.tests),
        is_interactive=validation is not None and validation.interactor is not None,
        passes_max=1 if validation is None else validation.passes_max,
        takes_answers=problem.takes_answers,
        languages=None if problem.languages is None else list(problem.languages),
        scoring=_scoring(problem),
        credits=[
            CreditAnswer(role=each.role, name=each.name, language=each.language) for each in about.credits
        ],
        sources=[ProblemSourceAnswer(name=each.name, url=each.url) for each in about.sources],
        license=about.license,
        rights_owner=about.rights_owner,
        keywords=list(about.keywords),
        url=url_of_problem(problem.id),
    )


def drawn_statement(problem: Problem, statement: Statement, drawing: Drawing | None) -> DrawnStatementAnswer:
    """`drawing` is None for a PDF."""
    drawing = drawing or Drawing(html="")
    return DrawnStatementAnswer(
        language=statement.language,
        languages=[each.language for each in problem.statements],
        direction=direction(statement.language),
        format=statement.format,
        name=problem.name_in(statement.language),
        title_html=drawing.title,
        html=drawing.html,
        text=statement.text,
        pdf_url=_pdf_url(problem, statement),
        samples_placed=drawing.samples_placed,
        trouble=drawing.trouble,
        remarks=list(drawing.remarks),
    )


def _statement(problem: Problem, statement: Statement) -> StatementAnswer:
    return StatementAnswer(
        language=statement.language,
        format=statement.format,
        text=statement.text,
        url=f"{url_of_problem(problem.id)}/statement?lang={quote(statement.language)}",
        pdf_url=_pdf_url(problem, statement),
    )


def _sample(problem: Problem, ordinal: int, sample: Sample) -> SampleAnswer:
    return SampleAnswer(
        name=sample.name,
        input=None if sample.input is None else sample.input.text,
        answer=None if sample.output is None else sample.output.text,
        interaction=None if sample.interaction is None else sample.interaction.text,
        args=list(sample.args),
        truncated=sample.truncated,
        files=[
            FileAnswer(name=each.name, url=f"{_page(problem)}/samples/{ordinal}/{quote(each.name)}")
            for each in sample.downloads
        ],
    )


def _scoring(problem: Problem) -> ScoringAnswer | None:
    if problem.scoring is None:
        return None
    return ScoringAnswer(
        max_score=problem.scoring.max_score,
        is_minimised=problem.scoring.is_minimised,
        groups=[
            TestGroupAnswer(
                name=group.name, test_count=group.tests, max_score=group.points, requires=list(group.requires)
            )
            for group in groups_of(problem)
        ],
    )


def _pdf_url(problem: Problem, statement: Statement) -> str | None:
    if statement.file is None:
        return None
    return f"{_page(problem)}/statement-{quote(statement.language)}.pdf"


def _page(problem: Problem) -> str:
    """The address of the problem's page, below which its files are."""
    return f"/problems/{quote(problem.id, safe='')}"
