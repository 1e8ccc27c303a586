"""What DMOJ's checkers and graders are told of each test, where tests have no arguments of their own: legacy.

It goes into a file beside the program, which looks the test up there: cases.json, see dmoj/run.py of the
harness (problems/dmoj/harness).
"""

import json

from assay.domain.jury import JuryProgram
from assay.domain.problem import Problem
from assay.problems.digests import digest_of
from assay.problems.export.losses import Losses
from assay.problems.export.target import Target

_HARNESS = "dmoj/run.py"
_FILE = "cases.json"


def is_harness(program: JuryProgram) -> bool:
    """Whether a program is one of DMOJ's, behind the harness."""
    return any(file.name == _HARNESS for file in program.files)


def is_told_of_cases(problem: Problem) -> bool:
    """Whether the tests' arguments are for the harness alone."""
    validation = problem.validation
    if validation is None:
        return False
    programs = [*validation.checkers, *([] if validation.interactor is None else [validation.interactor])]
    return bool(programs) and all(map(is_harness, programs))


def write_cases(problem: Problem, target: Target, place: str, losses: Losses) -> None:
    """Beside the harness in `place`. Tests with the same files are one for whoever looks them up."""
    found: dict[str, object] = {}
    for test in problem.tests:
        key = f"{digest_of(target, test.input)}-{digest_of(target, test.answer)}"
        said = json.loads(test.validator_args[0])
        if found.setdefault(key, said) != said:
            message = "has the same files as an earlier one, and its checker takes it for that"
            losses.note(f"test {test.name}", message)
    target.write(f"{place}/{_FILE}", json.dumps(found, sort_keys=True, indent=1) + "\n")
