"""The grader that talks with the submission."""

from __future__ import annotations

from ..problem import TestCase
from ..process import Process
from ..result import CheckerResult, Result
from .standard import CheckerOutput, StandardGrader

MAX_NUMBER_DIGITS = 10_000


class WrongAnswer(BaseException):
    """Raise it anywhere in `interact`. The message is for the submitter."""


class Interactor:
    """Reads what the submission prints and writes what it reads."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._rest: bytes | None = None

    def read(self) -> bytes:
        return self._content(self.process.stdout.read())

    def readln(self, strip_newline: bool = True) -> bytes:
        line = self._content(self.process.stdout.readline())
        return line.rstrip() if strip_newline else line

    def readtoken(self, delim: bytes | None = None) -> bytes:
        if not self._rest:
            self._rest = self.readln()
        token, *rest = self._rest.split(delim, 1) or [b""]
        self._rest = rest[0] if rest else None
        return token

    def readint(self, lo: float = float("-inf"), hi: float = float("inf"), delim: bytes | None = None) -> int:
        token = self._number(delim, "integer")
        try:
            found = int(token)
        except ValueError:
            raise WrongAnswer(f'expected int, got "{_shortened(token)}"') from None
        if not lo <= found <= hi:
            raise WrongAnswer(f"expected int in range [{lo:.0f}, {hi:.0f}], got {found}")
        return found

    def readfloat(
        self, lo: float = float("-inf"), hi: float = float("inf"), delim: bytes | None = None
    ) -> float:
        token = self._number(delim, "float")
        try:
            found = float(token)
        except ValueError:
            raise WrongAnswer(f'expected float, got "{_shortened(token)}"') from None
        if not lo <= found <= hi:
            raise WrongAnswer(f"expected float in range [{lo:.2f} {hi:.2f}], got {found:.2f}")
        return found

    def write(self, val: object) -> None:
        self.process.stdin.write(str(val).encode())
        self.process.stdin.flush()

    def writeln(self, val: object) -> None:
        self.write(f"{val}\n")

    def close(self) -> None:
        self.process.stdin.close()

    def _number(self, delim: bytes | None, what: str) -> bytes:
        token = self.readtoken(delim)
        if len(token) > MAX_NUMBER_DIGITS:
            raise WrongAnswer(f"{what} is too long")
        return token

    def _content(self, found: bytes) -> bytes:
        if not found:
            raise OSError("child stream closed")
        return found


class InteractiveGrader(StandardGrader):
    """Derive from it and write `interact`, which says whether the submission is right."""

    check: CheckerOutput = False
    feedback: str | None = None

    def interact(self, case: TestCase, interactor: Interactor) -> CheckerOutput:
        raise NotImplementedError

    def check_result(self, case: TestCase, result: Result) -> CheckerOutput:
        if isinstance(self.check, CheckerResult):
            return self.check
        return CheckerResult(bool(self.check), case.points if self.check else 0.0, feedback=self.feedback)

    def _interact_with_process(self, case: TestCase, result: Result) -> bytes:
        interactor = Interactor(self._current_proc)
        try:
            self.check = self.interact(case, interactor)
            interactor.close()
        except WrongAnswer as wrong:
            self.check, self.feedback = False, str(wrong)
        except OSError:
            self.check = False  # the submission ended before it was asked all
        return b""


def _shortened(token: bytes, characters: int = 5) -> str:
    text = token.decode(errors="replace")
    return text if len(text) <= characters else text[:characters] + "..."
