"""Judge one local program and score it: what `assay score` does.

as root     ► the kernel's counter opened ► sandbox started, privileges dropped
no longer   ► counted, timed, references timed ► analysis, in a child ► score
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assay.analysis import Analyser
from assay.assessments.looking import look_at
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
from assay.domain.answers import ANSWERS
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
from assay.languages.commands import main_file
from assay.languages.toolchain import is_available
from assay.preparing import Workshop
from assay.problems import Package


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A file's score, and all that it was made of. `main_name`: what findings call the first of the files."""

    problem: Problem
    files: tuple[SourceFile, ...]
    main_name: str
    decision: Decision
    trace: ExecutionTrace
    analysis: Analysis
    rubric: Rubric
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
    """The score of a source file, or a folder of them, for the problem package in `folder`; both are there.

    Raises what `assay judge` does, and `NotScorable`.
    """
    typed_name = _name_of_one(file)
    seen = await _see(file, folder, language_id, catalogue)
    main, *others = seen.program.files
    main_name = main.name if typed_name is None or others else typed_name
    analysis = await _look(seen, main_name)
    return Scored(
        problem=seen.problem,
        files=tuple(seen.program.files),
        main_name=main_name,
        decision=seen.traced.decision,
        trace=seen.traced.trace,
        analysis=analysis,
        rubric=rubric,
        score=score(
            seen.traced.decision,
            analysis=analysis,
            trace=seen.traced.trace,
            rubric=rubric,
            role=role,
            precision=shipped_precision(),
        ),
    )


def _name_of_one(file: Path) -> str | None:
    """A file that came alone is called as it was typed, and not as compilers want it; None for a folder.

    For use before the drop of privileges: whom we become may not look there.
    """
    return None if file.is_dir() else file.name


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


async def _look(seen: _Seen, main_name: str) -> Analysis:
    """The program's text, looked at by a child process."""
    program = seen.program
    language = ANSWERS if program.language is None else program.language.id
    files = program.files
    if program.language is not None:
        files = [replace(files[0], name=main_name), *files[1:]]
    references = [
        main_file(each.language, each.files).content
        for each in seen.references
        if each.language is not None and each.language == program.language
    ]
    with Analyser() as analyser:
        beside = _BesideReferences(analyser, main=files[0].name, references=references)
        return await look_at(files, language, beside)


class _BesideReferences:
    """Looks at texts, and says of the main file how far it is from the references' main files."""

    def __init__(self, analyser: Analyser, *, main: str, references: Sequence[bytes]) -> None:
        self._analyser = analyser
        self._main = main
        self._references = references

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        references = self._references if path == self._main else ()
        return await self._analyser.analysed(source, language=language, path=path, references=references)
