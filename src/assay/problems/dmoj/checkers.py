"""`checker` in init.yml: a standard one by name, a bridged program, or a Python file.

| checker                                    | becomes                                             |
|--------------------------------------------|-----------------------------------------------------|
| standard, floats…, identical, easy, sorted | a comparison of Assay's own (domain: OutputComparison) |
| bridged                                    | the setter's program, in the dialect of its `type`  |
| rstripped, linematches, file.py            | the harness, with the checker in it                 |

Where a package has programs for some tests and standard checkers for others, these are run in the harness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import json

from assay.domain.jury import JuryProgram, ValidationLimits
from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.problems.conversion import VALIDATION_LIMITS, Conversion
from assay.problems.dmoj.config import Node, as_plain
from assay.problems.dmoj.harnessing import STANDARD_CHECKERS, Harness
from assay.problems.dmoj.programs import check_arguments, read_dialect, read_limits, read_program

_WORDS = OutputComparison(method=ComparisonMethod.LINES_OF_TOKENS, case_sensitive=True)
_PRECISION_DEFAULT, _PRECISION_MAX = 6, 300
_ERROR_MODES = ("default", "absolute", "relative")


@dataclass(frozen=True, kw_only=True)
class Checker:
    """How a test's outputs are judged: by a program, or compared."""

    comparison: OutputComparison = _WORDS
    program: JuryProgram | None = None
    limits: ValidationLimits = VALIDATION_LIMITS
    is_harness: bool = False  # wants to be told of the test


class Checkers:
    """All checkers of a package, each read once however many tests name it."""

    def __init__(self, conversion: Conversion, harness: Harness) -> None:
        self._conversion = conversion
        self._harness = harness
        self._read: dict[str, Checker] = {}

    def of(self, case: Node) -> Checker:
        """The checker of a test. What is wrong is reported once."""
        found = case.get("checker")
        key = "standard" if found is None else json.dumps(as_plain(found), sort_keys=True)
        if key not in self._read:
            self._read[key] = self._read_one(case)
        return self._read[key]

    def in_harness(self, case: Node) -> Checker:
        """The same checker as a program, for a package that has programs for other tests."""
        found = case.get("checker")
        key = "harness " + json.dumps(None if found is None else as_plain(found), sort_keys=True)
        if key not in self._read:
            name, arguments = _name_and_arguments(case)
            program = self._harness.standard(name, arguments)
            self._read[key] = Checker(program=program, is_harness=True)
        return self._read[key]

    def _read_one(self, case: Node) -> Checker:
        name, arguments = _name_and_arguments(case)
        given = case.get("checker")
        node = case if given is None else case.node("checker") or case
        if name == "bridged":
            return self._bridged(node.node("args") or node)
        if "." in name:
            program = self._harness.checker(case, name, arguments)
            return Checker(program=program, is_harness=True)
        if name in ("rstripped", "linematches"):
            program = self._harness.standard(name, arguments)
            return Checker(program=program, is_harness=True)
        if name not in STANDARD_CHECKERS:
            case.error(
                "checker", f"{name[:40]!r} is none of: {', '.join(STANDARD_CHECKERS)}, bridged, a file"
            )
            return Checker()
        comparison = _comparison(case, name, arguments)
        return Checker(comparison=comparison)

    def _bridged(self, node: Node) -> Checker:
        dialect = read_dialect(node)
        check_arguments(node, dialect, is_interactor=False)
        program = read_program(
            self._conversion, node, node.texts("files"), "files", language_key="lang", dialect=dialect
        )
        return Checker(program=program, limits=read_limits(node))


def _name_and_arguments(case: Node) -> tuple[str, dict[str, object]]:
    found = case.get("checker")
    if found is None:
        return "standard", {}
    if not isinstance(found.data, dict):
        return found.text or "", {}
    node = case.node("checker")
    assert node is not None  # noqa: S101  it was just seen to be a mapping
    arguments = node.own("args")
    plain = {} if arguments is None else as_plain(arguments)
    if not isinstance(plain, dict):
        node.error("args", "must be a mapping")
        plain = {}
    return node.text("name") or "", plain


def _comparison(case: Node, name: str, arguments: dict[str, object]) -> OutputComparison:
    method = {
        "identical": ComparisonMethod.IDENTICAL,
        "easy": ComparisonMethod.CHARACTERS,
        "linecount": ComparisonMethod.LINE_SHARE,
        "unordered": ComparisonMethod.SORTED_TOKENS,
        "sorted": ComparisonMethod.SORTED_LINES,
    }.get(name, ComparisonMethod.LINES_OF_TOKENS)
    match name, arguments.get("split_on", "lines"):
        case "sorted", "whitespace":
            method = ComparisonMethod.SORTED_TOKENS
        case "sorted", other if other != "lines":
            case.error("checker", "split_on must be lines or whitespace")
    if name == "identical" and arguments.get("pe_allowed") is False:
        case.warn("checker", "what differs in white space alone is a presentation error here all the same")
    comparison = OutputComparison(method=method, case_sensitive=name != "easy")
    return _with_tolerance(case, name, arguments) if name.startswith("floats") else comparison


def _with_tolerance(case: Node, name: str, arguments: dict[str, object]) -> OutputComparison:
    precision = arguments.get("precision", _PRECISION_DEFAULT)
    if isinstance(precision, bool) or not isinstance(precision, int) or abs(precision) > _PRECISION_MAX:
        case.error("checker", f"precision must be a whole number up to {_PRECISION_MAX}")
        return _WORDS
    mode = {"floatsabs": "absolute", "floatsrel": "relative"}.get(
        name, arguments.get("error_mode", "default")
    )
    if mode not in _ERROR_MODES:
        case.error("checker", f"error_mode must be one of: {', '.join(_ERROR_MODES)}")
        return _WORDS
    epsilon = float(f"1e{-precision}")
    return OutputComparison(
        method=ComparisonMethod.LINES_OF_TOKENS,
        case_sensitive=True,
        float_absolute_tolerance=None if mode == "relative" else epsilon,
        float_relative_tolerance=None if mode == "absolute" else epsilon,
    )


def distinct(programs: Sequence[JuryProgram | None]) -> tuple[JuryProgram, ...]:
    """The programs, each once, in their order."""
    return tuple(dict.fromkeys(program for program in programs if program is not None))
