"""Where a run begins: call the setter's checker or grader, and tell the judge what came of it.

Called as an output validator of the package format: `input answer feedback/ case`, where `case` is the test
as JSON. Packages whose format has no arguments for single tests say it in cases.json beside this package, a
mapping from digests of the test's files (`digest_of`).

Exit code 42 is right, 43 wrong; points go to score.txt, words to teammessage.txt. Anything else is the
setter's mistake, with a traceback on standard error.

settings.json, beside this package, says what to call:
    kind     "checker", "standard" (one of the standard checkers, by name) or "grader"
    file     the setter's file, or the standard checker's name
    args     what init.yml gives the checker
    problem  id, time_limit, memory_limit, config
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
import hashlib
import importlib
import importlib.util
import json
from pathlib import Path
import sys
from types import ModuleType
from typing import Any

from .error import InternalError
from .problem import ConfigNode, Problem, ProblemData, TestCase
from .result import CheckerResult, Result

RIGHT, WRONG = 42, 43


def main() -> None:
    here = Path(__file__).resolve().parent.parent
    settings = json.loads((here / "settings.json").read_text(encoding="utf-8"))
    input_path, answer_path, feedback, *said = sys.argv[1:5]
    if said:
        given = json.loads(said[0])
    else:
        cases = json.loads((here / "cases.json").read_text(encoding="utf-8"))
        given = cases[digest_of(input_path, answer_path)]
    problem = Problem(
        problem_id=settings["problem"]["id"],
        time_limit=settings["problem"]["time_limit"],
        memory_limit=settings["problem"]["memory_limit"],
        config=ConfigNode(settings["problem"]["config"]),
        data=ProblemData(here / "data"),
    )
    case = TestCase(
        position=given["position"],
        batch=given["batch"],
        points=given["points"],
        config=ConfigNode(given["config"]),
        problem=problem,
        input_path=Path(input_path),
        answer_path=Path(answer_path),
        has_binary_data=given["binary_data"],
    )
    if settings["kind"] == "grader":
        outcome = _grade(here / settings["file"], case)
    else:
        outcome = _check(here, settings, case)
    code = _tell(outcome, Path(feedback))
    with suppress(OSError):  # a submission that has ended no longer reads, which is for the judge to see
        sys.stdout.close()
    sys.exit(code)


def digest_of(input_path: str, answer_path: str) -> str:
    """By what a test is known that nothing was said of."""
    return "-".join(hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in (input_path, answer_path))


def _check(here: Path, settings: dict[str, Any], case: TestCase) -> CheckerResult:
    if settings["kind"] == "standard":
        module = importlib.import_module(f".checkers.{settings['file']}", __package__)
    else:
        module = _load(here / settings["file"])
    check: Callable[..., object] = module.check
    # The last three are never used: whoever reads the package refuses a checker that does.
    arguments: dict[str, object] = {
        "judge_input": case.input_data(),
        "point_value": case.points,
        "case_position": case.position,
        "batch": case.batch,
        "binary_data": case.has_binary_data,
        "problem_id": case.problem.id,
        "case": case,
        "result": Result(case),
        "submission_source": b"",
        "submission_language": "",
        "execution_time": 0.0,
        **settings["args"],
    }
    try:
        outcome = check(sys.stdin.buffer.read(), case.output_data(), **arguments)
    except UnicodeDecodeError:
        return CheckerResult(False, 0, feedback="invalid unicode")
    return _as_result(outcome, case)


def _grade(file: Path, case: TestCase) -> CheckerResult:
    grader = _load(file).Grader(None, case.problem, "", b"")
    result = grader.grade(case)
    if isinstance(result, Result):
        if result.result_flag & Result.IE:
            raise InternalError(result.feedback or "the grader gave up")
        return CheckerResult(
            result.result_flag == Result.AC,
            result.points,
            feedback=result.feedback,
            extended_feedback=result.extended_feedback,
        )
    return _as_result(result, case)


def _as_result(outcome: object, case: TestCase) -> CheckerResult:
    if isinstance(outcome, CheckerResult):
        return outcome
    return CheckerResult(bool(outcome), case.points if outcome else 0.0)


def _load(file: Path) -> ModuleType:
    """The setter's file as a module of its own name."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise InternalError(f"{file.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


def _tell(outcome: CheckerResult, feedback: Path) -> int:
    words = "\n".join(each for each in (outcome.feedback, outcome.extended_feedback) if each)
    if words:
        (feedback / "teammessage.txt").write_text(words, encoding="utf-8", errors="replace")
    if outcome.passed or outcome.points:  # nothing for what is wrong need not be said, and not all may say it
        (feedback / "score.txt").write_text(repr(float(outcome.points)))
    return RIGHT if outcome.passed else WRONG
