"""Judge one local file and score it: what `assay score` does.

as root     ► the kernel's counter opened ► sandbox started, privileges dropped
no longer   ► counted, timed, references timed ► analysis, in a child ► score
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.analysis import Analyser
from assay.assessments.scoring import score, shipped_precision
from assay.assessments.tracing import (
    CallCounter,
    NotCounting,
    Place,
    Program,
    Traced,
    choose_references,
    trace,
)
from assay.cli.counting import local_call_counter
from assay.cli.house import local_sandbox, plain_path
from assay.cli.submitted import keep_quiet, read_submission, tell_of_time_limit
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.domain.events import Progress
from assay.domain.finding import Analysis
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.rubric import Rubric
from assay.domain.score import Score
from assay.domain.submission import SourceFile
from assay.domain.trace import ExecutionTrace
from assay.languages import LanguageCatalogue
from assay.languages.toolchain import is_available
from assay.preparing import Workshop
from assay.problems import Package

_ANSWERS = "answers were sent in, and no program"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A file's score, and all that it was made of."""

    problem: Problem
    files: tuple[SourceFile, ...]
    decision: Decision
    trace: ExecutionTrace
    analysis: Analysis
    score: Score


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A file, judged and traced, and the programs that it was compared with."""

    problem: Problem
    program: Program
    traced: Traced
    references: tuple[Program, ...]


async def score_file(
    file: Path,
    folder: Path,
    *,
    language_id: str | None,
    catalogue: LanguageCatalogue,
    rubric: Rubric,
    role: str,
) -> Scored:
    """The score of a source file for the problem package in `folder`; both are there.

    Raises what `assay judge` does, and `NotScorable`.
    """
    seen = await _see(file, folder, language_id, catalogue)
    analysis = await _look(seen, shown_as=file.name)
    return Scored(
        problem=seen.problem,
        files=tuple(seen.program.files),
        decision=seen.traced.decision,
        trace=seen.traced.trace,
        analysis=analysis,
        score=score(
            seen.traced.decision,
            analysis=analysis,
            trace=seen.traced.trace,
            rubric=rubric,
            role=role,
            precision=shipped_precision(),
        ),
    )


async def _see(file: Path, folder: Path, language_id: str | None, catalogue: LanguageCatalogue) -> _Seen:
    file, folder = plain_path(file), plain_path(folder)
    counter = local_call_counter(slots=1)
    try:
        async with local_sandbox(slots=1, readable=[file, folder]) as sandbox:
            workshop = await workshop_in(sandbox, catalogue, seats=1)
            opened = complete_package(folder, workshop, catalogue, keep_quiet, measures=False)
            async with opened as package:
                tell_of_time_limit(folder, package)
                files, language = read_submission(file, language_id, package.problem, catalogue)
                program = Program(name=file.name, files=files, language=language)
                references: tuple[Program, ...] = ()
                if language is not None:
                    references = _nearest(
                        choose_references(
                            package.submissions,
                            language.id,
                            language=catalogue.get,
                            is_available=is_available,
                        ),
                        language,
                    )
                traced = await _trace(program, package, workshop, references, counter)
        return _Seen(problem=package.problem, program=program, traced=traced, references=references)
    finally:
        if not isinstance(counter, NotCounting):
            counter.close()


def _nearest(references: tuple[Program, ...], language: Language) -> tuple[Program, ...]:
    """Those in the same language, where there are any: only these count, and each takes a judging."""
    return tuple(each for each in references if each.language == language) or references


async def _trace(
    program: Program,
    package: Package,
    workshop: Workshop,
    references: tuple[Program, ...],
    counter: CallCounter | NotCounting,
) -> Traced:
    with Bar() as bar:

        async def tell(progress: Progress) -> None:
            bar.step(progress.status.value, progress.test_case or 0, progress.total or 0)

        return await trace(
            program,
            problem=package.problem,
            place=Place(
                sandbox=workshop.sandbox,
                data=package.files,
                toolchain=workshop.toolchain,
                host=workshop.host,
                jury=workshop.jury,
            ),
            references=references,
            counter=counter,
            tell=tell,
        )


async def _look(seen: _Seen, *, shown_as: str) -> Analysis:
    """The program's text, looked at by a child process."""
    language = seen.program.language
    if language is None:
        return Analysis(language=None, findings=(), metrics={}, parsed=False, why_not=_ANSWERS, versions={})
    with Analyser() as analyser:
        return await analyser.analysed(
            _main_file(seen.program.files),
            language=language.id,
            path=shown_as,
            references=[_main_file(each.files) for each in seen.references if each.language == language],
        )


def _main_file(files: Sequence[SourceFile]) -> bytes:
    return files[0].content
