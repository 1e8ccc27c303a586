"""What a package is prepared with, and the judging of one of its own submissions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import UnknownLanguage
from assay.intake.rules import normalise_source
from assay.judging.host import HostFacts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Sandbox
from assay.problems import PackageSubmission
from assay.problems.package import PackageFiles

Result = TypeVar("Result")
Step = Callable[[str, int, int], None]
"""Hears of each thing that is done: what it was, how many are done, of how many."""


class Skipped(StrEnum):
    """Why a submission was not judged."""

    TOOLCHAIN = "toolchain"  # not installed, or a language that we do not know


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What every program of the jury's is run with. `seats` programs are worked on at once. `is_available`
    says whether a language's toolchain is there."""

    sandbox: Sandbox
    jury: JuryTools
    host: HostFacts
    toolchain: Callable[[Language], str]
    is_available: Callable[[Language], bool]
    seats: int

    async def judge(
        self, submission: PackageSubmission, problem: Problem, files: PackageFiles, *, all_tests: bool
    ) -> Decision | Skipped:
        """Judge a submission as the server would: with its line ends normalised."""
        language = None
        if not problem.takes_answers:
            language = self.language_of(submission)
            if language is None:
                return Skipped.TOOLCHAIN
        return await judge(
            [SourceFile(name=file.name, content=normalise_source(file.content)) for file in submission.files],
            problem,
            language,
            sandbox=self.sandbox,
            data=files,
            toolchain=self.toolchain,
            host=self.host,
            tell=_tell_nobody,
            jury=self.jury,
            all_tests=all_tests,
        )

    def language_of(self, submission: PackageSubmission) -> Language | None:
        """The language of a submission, None when it is not known or not installed."""
        if submission.language_id is None:
            return None
        try:
            language = self.jury.language(submission.language_id)
        except UnknownLanguage:
            return None
        return language if self.is_available(language) else None


async def at_once(works: Sequence[Callable[[], Awaitable[Result]]], *, seats: int) -> list[Result]:
    """Do all, `seats` at a time, and give the results in the order of `works`.

    The first failure stops the others and is raised as it is; cancelling ends all of them.
    """
    free = asyncio.Semaphore(seats)

    async def one(work: Callable[[], Awaitable[Result]]) -> Result:
        async with free:
            return await work()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(work)) for work in works]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None  # one is enough to stop, and says what to do
    return [task.result() for task in tasks]


async def _tell_nobody(progress: Progress) -> None:
    """Nobody follows the judging of one of the jury's submissions."""
