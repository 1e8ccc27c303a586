"""What of a problem is drawn, and in which language."""

from collections.abc import Iterable
from urllib.parse import quote

from assay.domain.problem import Problem, Statement, StatementFormat
from assay.problems.samples import sample_count
from assay.statements.choice import choose
from assay.statements.source import Source


def statement_for(problem: Problem, wanted: Iterable[str]) -> Statement | None:
    """The statement in the language that fits the wishes (BCP 47, best first) best; None without any."""
    by_language = {statement.language: statement for statement in problem.statements}
    language = choose(tuple(by_language), wanted)
    return None if language is None else by_language[language]


def source_of(problem: Problem, statement: Statement) -> Source | None:
    """What is to be drawn of a statement; None for a PDF, which is shown as it is."""
    if statement.format is StatementFormat.PDF:
        return None
    return Source(
        text=statement.text,
        format=statement.format,
        language=statement.language,
        files=tuple(file.name for file in problem.statement_files),
        file_url=f"/problems/{quote(problem.id, safe='')}/statement/",
        sample_count=sample_count(problem),
    )
