"""Of functions: ways through them (McCabe's cyclomatic complexity), lines and parameters, by lizard.

Lizard reads tokens, not a tree, and knows each language by a file's ending.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import lizard  # type: ignore[import-untyped]  # it has no types, and no stubs

from assay.analysis.languages import Grammar
from assay.analysis.measures.measured_rules import (
    COMPLEX_FUNCTION,
    CYCLOMATIC_MAX,
    FUNCTION_LINES_MAX,
    LONG_FUNCTION,
    MANY_PARAMETERS,
    PARAMETERS_MAX,
)
from assay.domain.finding import Finding

_FILE_NAMES = {
    Grammar.PYTHON: "a.py",
    Grammar.JAVASCRIPT: "a.js",
    Grammar.TYPESCRIPT: "a.ts",
    Grammar.TSX: "a.tsx",
    Grammar.JAVA: "a.java",
    Grammar.GO: "a.go",
    Grammar.CPP: "a.cpp",
    Grammar.CSHARP: "a.cs",
    Grammar.RUST: "a.rs",
}
VERSIONS = {"lizard": version("lizard")}


def complexity(text: str, grammar: Grammar, *, path: str) -> tuple[dict[str, float], list[Finding]]:
    """Metrics of the file, and the functions that are out of the ordinary."""
    read = lizard.analyze_file.analyze_source_code(_FILE_NAMES[grammar], text)
    functions = [each for each in read.function_list if each.start_line >= 1]
    metrics = {
        "code_lines": float(read.nloc),
        "functions": float(len(functions)),
        "cyclomatic_total": _total(functions, "cyclomatic_complexity"),
        "cyclomatic_max": _largest(functions, "cyclomatic_complexity"),
        "cyclomatic_mean": _mean(functions, "cyclomatic_complexity"),
        "function_lines_max": _largest(functions, "nloc"),
        "function_lines_mean": _mean(functions, "nloc"),
        "parameters_max": _largest(functions, "parameter_count"),
    }
    lines = text.count("\n") + 1
    return metrics, [finding for each in functions for finding in _findings(each, path, lines)]


def _findings(function: Any, path: str, lines: int) -> list[Finding]:
    found = []
    for value, bound, rule, what in (
        (function.cyclomatic_complexity, CYCLOMATIC_MAX, COMPLEX_FUNCTION, "ways lead through this function"),
        (function.nloc, FUNCTION_LINES_MAX, LONG_FUNCTION, "lines of code are in this function"),
        (function.parameter_count, PARAMETERS_MAX, MANY_PARAMETERS, "parameters has this function"),
    ):
        if value > bound:
            start = min(function.start_line, lines)
            end = min(max(function.end_line, start), lines)
            detail = f"{value} {what}; "
            found.append(rule.finding(path=path, start_line=start, end_line=end, detail=detail))
    return found


def _values(functions: Sequence[Any], field: str) -> list[float]:
    return [float(getattr(each, field)) for each in functions]


def _total(functions: Sequence[Any], field: str) -> float:
    return sum(_values(functions, field))


def _largest(functions: Sequence[Any], field: str) -> float:
    return max(_values(functions, field), default=0.0)


def _mean(functions: Sequence[Any], field: str) -> float:
    return round(_total(functions, field) / len(functions), 3) if functions else 0.0
