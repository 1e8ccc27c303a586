"""Lets a checker or interactor that was not written for the package format speak its language.

Written into exported packages beside the setter's program, and run there by Python 3 alone:

    python3 shim.py ROLE DIALECT SCORED  input answer feedback/ arguments…

ROLE is checker, interactor or validator (of inputs: then only arguments follow). DIALECT says how the program
wants to be called and what its exit codes mean: testlib, dmoj, coci, peg. SCORED is 1 where points count. The
program is the file `ROLE` beside this one; for an interactor whose log a checker judges, `checker` is there,
too.
"""

from __future__ import annotations

from itertools import pairwise
import os
import re
import subprocess
import sys

ACCEPTED, WRONG = 42, 43
WORDS_BYTES_MAX = 65536
POINTS = re.compile(r"\s*points\s+([-+0-9.eE]+)")
PERCENT = re.compile(r"\s*partially correct \((\d{1,3})\)")
PART = re.compile(r"^partial (\d+)/(\d+)$", re.MULTILINE)
NOBODYS = 1  # neither 42 nor 43: the program has failed


def main() -> int:
    role, dialect, scored, *rest = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  one module less to load
    program = f"{here}/{role}"
    if role == "validator":
        return ACCEPTED if subprocess.run([program, *rest], check=False).returncode == 0 else WRONG
    input_path, answer, feedback, *arguments = rest
    teller = Teller(feedback, is_scored=scored == "1")
    if role == "checker":
        output = f"{feedback}team_output"
        with open(output, "wb") as copy:  # noqa: PTH123
            while chunk := sys.stdin.buffer.read(1 << 16):
                copy.write(chunk)
        code = teller.judge(dialect, [program, *order(dialect, input_path, output, answer), *arguments])
        os.remove(output)  # noqa: PTH107
        return code
    log = f"{feedback}interactor_output"
    open(log, "wb").close()  # noqa: PTH123
    paths = [input_path, log, answer] if dialect == "testlib" else [input_path, answer]
    code = teller.judge(dialect, [program, *paths, *arguments], talks=True)
    if code == ACCEPTED and os.path.exists(f"{here}/checker"):  # noqa: PTH110
        code = teller.judge("testlib", [f"{here}/checker", input_path, log, answer, *arguments])
    os.remove(log)  # noqa: PTH107
    return code


def order(dialect: str, input_path: str, output: str, answer: str) -> list[str]:
    """What a checker is given."""
    return [answer, output, input_path] if dialect == "peg" else [input_path, output, answer]


class Teller:
    """Runs programs and tells the judge what they mean."""

    def __init__(self, feedback: str, *, is_scored: bool) -> None:
        self._feedback = feedback
        self._is_scored = is_scored

    def judge(self, dialect: str, command: list[str], *, talks: bool = False) -> int:
        """The exit code for the judge. `talks`: the program's standard streams are the submission's."""
        words_path = f"{self._feedback}judgemessage.txt"
        with open(words_path, "wb") as words_file:  # noqa: PTH123
            streams = {"stdout": words_file} if dialect == "peg" else {"stderr": words_file}
            if not talks and dialect != "peg":
                streams["stdout"] = subprocess.DEVNULL  # type: ignore[assignment]
            # The paths may be those of open files: /proc/self/fd/3.
            done = subprocess.run(command, check=False, close_fds=False, **streams)  # type: ignore[call-overload]
        with open(words_path, "rb") as words_file:  # noqa: PTH123
            words = words_file.read(WORDS_BYTES_MAX).decode(errors="replace")
        return self._mean(dialect, done.returncode, words)

    def _mean(self, dialect: str, code: int, words: str) -> int:
        if dialect == "peg":
            return self._mean_peg(code, words)
        if code == 7 and dialect == "testlib":
            return self._points(POINTS.match(words))
        if code == 7 and dialect == "coci":
            return self._part(PART.search(words))
        percent = PERCENT.match(words) if dialect == "testlib" else None
        if percent is not None and code not in (0, 3):
            return self._share(int(percent[1]) / 100)
        if code == 0:
            return ACCEPTED
        wrong = {"testlib": (1, 2, 4, 8), "coci": (1, 2)}.get(dialect, (1,))
        return WRONG if code in wrong else NOBODYS

    def _mean_peg(self, code: int, words: str) -> int:
        """Two lines of numbers, one below the other, are a part of the points."""
        if code not in (0, 1):
            return NOBODYS
        lines = words.splitlines()
        for above, below in pairwise(lines):
            try:
                share = float(above) / float(below)
            except (ValueError, ZeroDivisionError):
                continue
            if share > 0:
                return self._share(share)
        return ACCEPTED if code == 0 else WRONG

    def _points(self, found: re.Match[str] | None) -> int:
        try:
            points = float(found[1]) if found is not None else None
        except ValueError:
            points = None
        if points is None:
            return NOBODYS
        if points <= 0:
            return WRONG
        return self._accepted("score.txt", points)

    def _part(self, found: re.Match[str] | None) -> int:
        """coci's part of the points: right, even if it is nothing."""
        if found is None or not int(found[1]) <= int(found[2]) or int(found[2]) == 0:
            return NOBODYS
        return self._accepted("score_multiplier.txt", int(found[1]) / int(found[2]))

    def _share(self, share: float) -> int:
        return WRONG if share <= 0 else self._accepted("score_multiplier.txt", min(share, 1.0))

    def _accepted(self, file: str, number: float) -> int:
        if self._is_scored:
            with open(f"{self._feedback}{file}", "w", encoding="ascii") as target:  # noqa: PTH123
                target.write(f"{number!r}\n")
        return ACCEPTED


if __name__ == "__main__":
    sys.exit(main())
