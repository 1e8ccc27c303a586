"""What a package is prepared with, and the judging of one of its own submissions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import Unavailable, UnknownLanguage
from assay.intake.rules import normalise_source
from assay.judging.checking import finish_in_thread
from assay.judging.host import HostFacts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Sandbox
from assay.problems import PackageSubmission
from assay.problems.package import PackageFiles

Result = TypeVar("Result")
Step = Callable[[str, int, int], None]
"""Hears of each thing that is done: what it was, how many are done, of how many."""


class SkipReason(StrEnum):
    """Why a submission was not judged."""

    TOOLCHAIN = "toolchain"  # not installed, or a language that we do not know
    TOOLCHAIN_FAILS = "toolchain_fails"  # installed, but it does not even say its version


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A submission that was not judged. `message` is for people, and begins in mid-sentence."""

    reason: SkipReason
    message: str

    @property
    def is_our_fault(self) -> bool:
        """Whether it should have been judged on this machine, and could not."""
        return self.reason is SkipReason.TOOLCHAIN_FAILS


NOT_INSTALLED = Skipped(reason=SkipReason.TOOLCHAIN, message="its toolchain is not installed")


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What a toolchain says of itself, or why it says nothing."""

    version: str = ""
    trouble: str = ""


class _Versions:
    """Asks each toolchain once: one that hangs would else cost each of its submissions all the patience."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answer] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def of(self, language: Language, ask: Callable[[Language], str]) -> _Answer:
        async with self._asking.setdefault(language.id, asyncio.Lock()):
            answer = self._answers.get(language.id)
            if answer is None:
                try:
                    answer = _Answer(version=await finish_in_thread(lambda: ask(language)))
                except Unavailable as error:
                    answer = _Answer(trouble=error.message)
                self._answers[language.id] = answer
        return answer


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What every program of the jury's is run with. `seats` programs are worked on at once. `is_available`
    says whether a language's toolchain is there, `toolchain` which version it is (it may block, and raises
    `Unavailable` when the toolchain does not work; that is asked once)."""

    sandbox: Sandbox
    jury: JuryTools
    host: HostFacts
    toolchain: Callable[[Language], str]
    is_available: Callable[[Language], bool]
    seats: int
    _versions: _Versions = field(default_factory=_Versions, init=False, repr=False, compare=False)

    async def judge(
        self, submission: PackageSubmission, problem: Problem, files: PackageFiles, *, all_tests: bool
    ) -> Decision | Skipped:
        """Judge a submission as the server would: with its line ends normalised."""
        language, version = None, ""
        if not problem.takes_answers:
            language = self.language_of(submission)
            if language is None:
                return NOT_INSTALLED
            answer = await self._versions.of(language, self.toolchain)
            if answer.trouble:
                return Skipped(reason=SkipReason.TOOLCHAIN_FAILS, message=answer.trouble)
            version = answer.version
        return await judge(
            [SourceFile(name=file.name, content=normalise_source(file.content)) for file in submission.files],
            problem,
            language,
            sandbox=self.sandbox,
            data=files,
            toolchain=lambda _: version,
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
