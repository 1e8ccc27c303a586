"""The text of a whole program, looked at file by file and told as one analysis.

A program may be several files, and what is moved into a second one stays what it is. So every source in the
program's language is looked at. Findings add up; so do metrics, where adding says something.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import fsum
import time
from typing import Protocol

from assay.analysis.languages import Grammar, grammar_for, language_of
from assay.domain.answers import ANSWERS
from assay.domain.finding import FILES, UNREAD_FILES, Analysis
from assay.domain.submission import SourceFile

# Of one program: no file is begun after it. A lease on the program has to last for longer, as the last file
# may have to wait for other programs' files: one hostile file alone may take 30 s.
SECONDS_MAX = 45.0
_ANSWERS = "answers were sent in, and no program"
_C_HEADER = "h"  # of C++ where the program is; by itself its ending says C
# Means cannot be added; with what they are the means over, they can.
_WEIGHTS = {
    "cyclomatic_mean": "functions",
    "function_lines_mean": "functions",
    "name_length_mean": "names",
}
_MEAN_DIGITS = 3  # as of one file
_OF_THE_FIRST = frozenset({"nearest_reference", "structural_distance"})


class LooksAtText(Protocol):
    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        """What a program's text shows. There is always an answer. Raises `Unavailable`."""
        ...


async def look_at(
    files: Sequence[SourceFile],
    language_id: str,
    analyser: LooksAtText,
    *,
    seconds: Callable[[], float] = time.monotonic,
) -> Analysis:
    """The text of all of a submission's sources; the first source is the main one. Raises `Unavailable`.

    `parsed` says that any of several could be read. What could not be is counted as `unread_files`.
    """
    if language_id == ANSWERS:
        return Analysis(language=None, findings=(), metrics={}, parsed=False, why_not=_ANSWERS, versions={})
    sources = _sources(files, language_id)
    end = seconds() + SECONDS_MAX
    analyses: list[Analysis] = []
    for file in sources:
        if analyses and seconds() > end:
            break
        analyses.append(await analyser.analysed(file.content, language=language_id, path=file.name))
    return _together(analyses, count=len(sources))


def _sources(files: Sequence[SourceFile], language_id: str) -> list[SourceFile]:
    """All that have text in the language; without any, the first file, whatever its name says."""
    found = [file for file in files if file.content.strip() and _is_in(file.name, language_id)]
    return found or [files[0]]


def _is_in(name: str, language_id: str) -> bool:
    grammar = grammar_for(language_id, "")
    if grammar is Grammar.CPP and name.rpartition(".")[2].lower() == _C_HEADER:
        return True
    language = language_of(name)
    return language is not None and grammar_for(language, "") is grammar


def _together(analyses: Sequence[Analysis], *, count: int) -> Analysis:
    first = analyses[0]
    if count == 1:
        return first
    parsed = [each for each in analyses if each.parsed]
    if not parsed:
        return first
    metrics = _added([each.metrics for each in parsed])
    return replace(
        first,
        findings=tuple(finding for each in parsed for finding in each.findings),
        metrics={**metrics, FILES: float(count), UNREAD_FILES: float(count - len(parsed))},
        parsed=True,
        why_not=None,
        versions=dict(sorted({name: at for each in parsed for name, at in each.versions.items()}.items())),
    )


def _added(all_of: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Sums, the largest of largest values, means weighted by what they are of."""
    added: dict[str, float] = {}
    for name in sorted({name for metrics in all_of for name in metrics}):
        having = [metrics for metrics in all_of if name in metrics]
        if name in _OF_THE_FIRST:
            added[name] = having[0][name]
        elif name.endswith("_max"):
            added[name] = max(metrics[name] for metrics in having)
        elif name in _WEIGHTS:
            counts = [metrics.get(_WEIGHTS[name], 0.0) for metrics in having]
            if total := sum(counts):
                weighted = (metrics[name] * of for metrics, of in zip(having, counts, strict=True))
                added[name] = round(fsum(weighted) / total, _MEAN_DIGITS)
        else:
            added[name] = fsum(metrics[name] for metrics in having)
    return added
