"""How the jury's programs are called, and what they mean by their exit codes. Pure.

Domain: `assay.domain.jury.Dialect`, which has the table. A program that means nothing by its exit code (it
crashed, ran out of time, said "my fault") is the setter's mistake: `JuryFault`, and never the candidate's.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf
import re
from typing import assert_never

from assay.domain.jury import Dialect
from assay.domain.verdict import Verdict
from assay.judging.classify import signal_name
from assay.judging.decimals import read_number
from assay.judging.starvation import is_starved
from assay.judging.words import printable_text
from assay.sandbox import Facts, Status

# Where a validator finds what it is given: descriptors of its own (cell/protocol.md, "run").
INPUT_PATH = "/proc/self/fd/3"
ANSWER_PATH = "/proc/self/fd/4"
OUTPUT_PATH = "/proc/self/fd/5"
FEEDBACK = "feedback"  # its folder below /box
FEEDBACK_PATH = f"/box/{FEEDBACK}/"
INTERACTOR_OUTPUT = f"{FEEDBACK}/output"  # what a testlib interactor leaves for the checker

_ICPC_ACCEPTED, _ICPC_WRONG = 42, 43  # package format, "Reporting a judgement"
_POINTS = 7  # testlib.h's POINTS_EXIT_CODE, and coci's code for a part of the points
# testlib.h's *_EXIT_CODEs: ok, wrong answer, presentation, dirt, unexpected end of file. 3 is its word for a
# mistake of the jury's.
_TESTLIB_VERDICTS = {0: Verdict.AC, 1: Verdict.WA, 2: Verdict.PE, 4: Verdict.PE, 8: Verdict.PE}
# testlib's `_pc(x)`: the exit code is x, or x above a base that the program was compiled with, so that only
# its words say which. x is a percentage.
_TESTLIB_PARTIAL_WORDS = re.compile(r"^\s*partially correct \((\d{1,3})\)")
_PARTIAL_BASES = (0, 16, 50)
_TESTLIB_POINTS_WORDS = re.compile(r"^\s*points\s+(-?[0-9.]+(?:e[+-]?[0-9]+)?)\s*(.*)", re.DOTALL)
_COCI_WORDS = re.compile(
    r"^partial ([0-9]{1,18})/([0-9]{1,18})$", re.MULTILINE
)  # a line of its own, among others
_COCI_VERDICTS = {0: Verdict.AC, 1: Verdict.WA, 2: Verdict.PE}  # as DMOJ's coci module has them


class JuryFault(Exception):
    """A program of the setter's failed. The message is for the setter: which program, and how."""


class JuryStarved(JuryFault):
    """The machine did not let it compute (starvation.py): with more elapsed time it may yet end."""


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What a validator left in its feedback folder; `None` for what is not there. Texts are raw bytes."""

    judge_message: bytes | None = None
    team_message: bytes | None = None
    score: bytes | None = None
    score_multiplier: bytes | None = None
    has_next_pass: bool = False


NO_FEEDBACK = Feedback()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a validator says. `share` is of the test's score, `score` in points; not both."""

    verdict: Verdict
    score: float | None = None
    share: float | None = None
    team_message: str = ""
    judge_message: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.verdict is Verdict.AC


ACCEPTED = Judged(verdict=Verdict.AC)


def checker_arguments(dialect: Dialect, args: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of an output validator."""
    match dialect:
        case Dialect.ICPC:
            return (INPUT_PATH, ANSWER_PATH, FEEDBACK_PATH, *args)
        case Dialect.PEG:
            return (ANSWER_PATH, OUTPUT_PATH, INPUT_PATH, *args)
        case Dialect.TESTLIB | Dialect.DMOJ | Dialect.COCI:
            return (INPUT_PATH, OUTPUT_PATH, ANSWER_PATH, *args)
        case _:
            assert_never(dialect)


def interactor_arguments(dialect: Dialect, args: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of an interactor."""
    match dialect:
        case Dialect.ICPC:
            return (INPUT_PATH, ANSWER_PATH, FEEDBACK_PATH, *args)
        case Dialect.TESTLIB:
            return (INPUT_PATH, f"/box/{INTERACTOR_OUTPUT}", ANSWER_PATH, *args)
        case Dialect.DMOJ | Dialect.COCI | Dialect.PEG:
            return (INPUT_PATH, ANSWER_PATH, *args)
        case _:
            assert_never(dialect)


def understand(name: str, dialect: Dialect, facts: Facts, said: bytes, feedback: Feedback) -> Judged:
    """What the program `name` means. `said` is what it wrote for people: testlib's words on standard error,
    for peg its standard output. Raises `JuryFault`, and `JuryStarved` if another run is due."""
    if is_starved(facts):
        raise JuryStarved(f"{name} {how_it_ended(facts)}{quoted(said)}")
    if facts.status is not Status.EXITED or facts.exit_code is None:
        raise JuryFault(f"{name} {how_it_ended(facts)}{quoted(said)}")
    code = facts.exit_code
    match dialect:
        case Dialect.ICPC:
            judged = _understand_icpc(name, code, feedback)
        case Dialect.TESTLIB:
            judged = _understand_testlib(code, said)
        case Dialect.DMOJ:
            judged = _plain(code, said)
        case Dialect.COCI:
            judged = _understand_coci(code, said)
        case Dialect.PEG:
            judged = _understand_peg(code, said)
        case _:
            assert_never(dialect)
    if judged is None:
        raise JuryFault(f"{name} exited with {code}, which means nothing{quoted(said)}")
    return judged


def _understand_icpc(name: str, code: int, feedback: Feedback) -> Judged | None:
    if code not in (_ICPC_ACCEPTED, _ICPC_WRONG):
        return None
    if feedback.has_next_pass and code != _ICPC_ACCEPTED:
        raise JuryFault(f"{name} wrote nextpass.in for an output that was not accepted")
    if feedback.score is not None and feedback.score_multiplier is not None:
        raise JuryFault(f"{name} wrote both score.txt and score_multiplier.txt")
    return Judged(
        verdict=Verdict.AC if code == _ICPC_ACCEPTED else Verdict.WA,
        score=_number(name, "score.txt", feedback.score),
        share=_number(name, "score_multiplier.txt", feedback.score_multiplier),
        team_message=printable_text(feedback.team_message or b"").strip(),
        judge_message=printable_text(feedback.judge_message or b"").strip(),
    )


def _understand_testlib(code: int, said: bytes) -> Judged | None:
    words = printable_text(said).strip()
    if code == _POINTS:
        found = _TESTLIB_POINTS_WORDS.match(words)
        points = read_number(found[1]) if found else None
        return None if found is None or points is None else _points(points, found[2])
    partial = _partially_correct(code, words)
    if partial is None and code in _TESTLIB_VERDICTS:
        return Judged(verdict=_TESTLIB_VERDICTS[code], judge_message=words)
    return partial


def _partially_correct(code: int, words: str) -> Judged | None:
    found = _TESTLIB_PARTIAL_WORDS.match(words)
    percent = int(found[1]) if found else -1
    if not 0 <= percent <= 100 or code - percent not in _PARTIAL_BASES:
        return None
    return Judged(verdict=_of_points(percent), share=percent / 100, judge_message=words)


def _understand_coci(code: int, said: bytes) -> Judged | None:
    """A part of the points is right, even if it is nothing: DMOJ's coci module."""
    words = printable_text(said).strip()
    if code != _POINTS:
        verdict = _COCI_VERDICTS.get(code)
        return None if verdict is None else Judged(verdict=verdict, judge_message=words)
    found = _COCI_WORDS.search(words)
    if found is None or not 0 <= int(found[1]) <= int(found[2]) or int(found[2]) == 0:
        return None
    return Judged(verdict=Verdict.AC, share=int(found[1]) / int(found[2]), judge_message=words)


def _understand_peg(code: int, said: bytes) -> Judged | None:
    """Two lines of numbers, one below the other, are a part of the points: then it is right, whatever the
    exit code. DMOJ's peg module."""
    words = printable_text(said).strip()
    if code not in (0, 1):
        return None
    for above, below in pairwise(words.splitlines()):
        part, whole = read_number(above), read_number(below)
        if part is not None and whole:
            share = part / whole
            if 0 < share < inf:
                return Judged(verdict=Verdict.AC, share=share, judge_message=words)
    return Judged(verdict=Verdict.AC if code == 0 else Verdict.WA, judge_message=words)


def _plain(code: int, said: bytes) -> Judged | None:
    if code not in (0, 1):
        return None
    verdict = Verdict.AC if code == 0 else Verdict.WA
    return Judged(verdict=verdict, judge_message=printable_text(said).strip())


def _points(points: float, words: str) -> Judged:
    return Judged(verdict=_of_points(points), score=points, judge_message=words.strip())


def _of_points(points: float) -> Verdict:
    """Where there are points something was right; whether it was all is for the score to say."""
    return Verdict.AC if points > 0 else Verdict.WA


def _number(name: str, file: str, content: bytes | None) -> float | None:
    if content is None:
        return None
    number = read_number(content.decode(errors="replace"))
    if number is None:
        raise JuryFault(f"{name}: {file} is no number: {printable_text(content[:40])!r}")
    return number


def how_it_ended(facts: Facts) -> str:
    """How a program of the jury's ended, for the setter: what follows its name."""
    words: str
    match facts.status:
        case Status.SIGNALLED:
            words = f"was killed by signal {facts.signal} ({signal_name(facts.signal or 0)})"
        case Status.CPU_TIME | Status.WALL_TIME:
            words = "took longer than limits.validation_time allows"
        case Status.MEMORY:
            words = "needed more memory than limits.validation_memory allows"
        case Status.OUTPUT:
            words = "wrote more than limits.validation_output allows"
        case Status.FORBIDDEN:
            words = f"tried a forbidden system call: {facts.detail}"
        case Status.INTERNAL:
            words = f"could not be run: {facts.detail}"
        case Status.EXITED:
            words = "exited"
        case _:
            assert_never(facts.status)
    return words


def quoted(said: bytes) -> str:
    """What a program wrote for people, as the end of a sentence about it; "" if nothing."""
    words = printable_text(said).strip()
    return f": {words}" if words else ""
