"""Where a program works, and whether it may write there. Pure.

Where there are files to be found beside the program, it works among them, in /box; else in its scratch
folder, /tmp, which is each run's own. Source: package format, "Working directory" and "Allow file writing".

    `Problem.file_writing` | one source file, no files of the test | else
    SCRATCH                | /tmp                                  | /box; writable if the test has files
    NO                     | /box, read-only                       | /box, read-only
    YES                    | /tmp                                  | /box, writable

What a program leaves in a box that it can write to must not be found by another run: not by that of the
next test, not by the next pass, and not by one that is repeated because of its time. So each such run has a
slot of its own, into which the compiled program is put back; and so has each run with files of a test.
"""

from dataclasses import replace

from assay.domain.problem import FileWriting, Problem, TestCase
from assay.sandbox import Command


def needs_own_slots(problem: Problem, test: TestCase, source_count: int) -> bool:
    """Whether a program of so many files needs a slot for each of its runs on a test."""
    return bool(test.files) or _can_write(problem, test, source_count)


def in_working_folder(
    command: Command, problem: Problem | None, test: TestCase | None, source_count: int
) -> Command:
    """The command in its working folder. Without a `test`, for an input of somebody's own."""
    if problem is None:
        return replace(command, in_box=source_count > 1)
    is_among_files = source_count > 1 or bool(test and test.files) or bool(problem.output_file)
    can_write = _can_write(problem, test, source_count)
    return replace(
        command,
        in_box=is_among_files or problem.file_writing is FileWriting.NO,
        box_writable=can_write,
        warm=command.warm and not can_write,
    )


def _can_write(problem: Problem, test: TestCase | None, source_count: int) -> bool:
    if problem.output_file:
        return True
    has_files = bool(test and test.files)
    if problem.file_writing is FileWriting.SCRATCH:
        return has_files
    return problem.file_writing is FileWriting.YES and (has_files or source_count > 1)
