"""What came out differently when an assessment was done again. Pure.

condition   what a result rests on: toolchain, sandbox, problem, rubric, rules. May differ and do no harm
result      what was decided: verdicts, findings, points. When one differs, it is not the same
measure     what is different from run to run, and enters no score: which growth the times suggest
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.assessments.evidence.assessment import Parts, rescored
from assay.assessments.evidence.finding_changes import changed_findings
from assay.domain.evidence import Part

_SHOWN_FINDINGS_MAX = 20


class Kind(StrEnum):
    CONDITION = "condition"
    RESULT = "result"
    MEASURE = "measure"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that differs: as it is recorded, and as it is now. None: it was not there."""

    kind: Kind
    what: str
    recorded: Any
    now: Any


@dataclass(frozen=True, kw_only=True)
class Replay:
    """All that differs, the conditions first."""

    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether the same was decided."""
        return not any(change.kind is Kind.RESULT for change in self.changes)


def compare(recorded: Parts, now: Parts) -> Replay:
    """Lay two assessments of the same source side by side. Raises as `rescored` for what is recorded."""
    arithmetic = tuple(_arithmetic(recorded))  # which looks at what is recorded before the others rely on it
    return Replay(
        changes=(
            *_conditions(recorded, now),
            *arithmetic,
            *_verdicts(recorded[Part.JUDGEMENT], now[Part.JUDGEMENT]),
            *_findings(recorded[Part.ANALYSIS], now[Part.ANALYSIS]),
            *_score(recorded[Part.SCORE], now[Part.SCORE]),
        )
    )


def _conditions(recorded: Parts, now: Parts) -> Iterator[Change]:
    for part, names in (
        (Part.PROBLEM, {"version": "problem version", "limits": "limits"}),
        (
            Part.ENVIRONMENT,
            {
                "toolchain": "toolchain",
                "sandbox": "sandbox",
                "host_class": "host class",
                "release": "release of Assay",
            },
        ),
        (Part.RUBRIC, {"sha256": "rubric", "role": "role"}),
    ):
        for field, what in names.items():
            yield from _changed(Kind.CONDITION, what, recorded[part].get(field), now[part].get(field))
    before, after = recorded[Part.ANALYSIS]["versions"], now[Part.ANALYSIS]["versions"]
    for name in sorted({*before, *after}):
        yield from _changed(Kind.CONDITION, f"analysis: {name}", before.get(name), after.get(name))


def _arithmetic(recorded: Parts) -> Iterator[Change]:
    """Whether this release computes what is recorded from what is recorded."""
    again, said = rescored(recorded), recorded[Part.SCORE]
    what = "total, computed again from the recorded evidence"
    yield from _changed(Kind.RESULT, what, said.get("total"), again["total"])


def _verdicts(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    yield from _changed(Kind.RESULT, "verdict", recorded["verdict"], now["verdict"])
    yield from _changed(Kind.RESULT, "points of the tests", recorded["score"], now["score"])
    before, after = ({run["test_name"]: run["verdict"] for run in each["runs"]} for each in (recorded, now))
    for test in dict.fromkeys([*before, *after]):
        yield from _changed(Kind.RESULT, f"verdict of test {test}", before.get(test), after.get(test))


def _findings(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    yield from _changed(Kind.RESULT, "whether it was parsed", recorded["parsed"], now["parsed"])
    changes = changed_findings(recorded["findings"], now["findings"])
    for change in changes[:_SHOWN_FINDINGS_MAX]:
        yield from _changed(Kind.RESULT, change.what, change.recorded, change.now)
    if (more := len(changes) - _SHOWN_FINDINGS_MAX) > 0:
        yield Change(kind=Kind.RESULT, what="findings that differ besides these", recorded=None, now=more)


def _score(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for field in ("total", "interval", "correctness"):
        yield from _changed(Kind.RESULT, field, recorded.get(field), now.get(field))
    before, after = recorded["competencies"], now["competencies"]
    for name in sorted({*before, *after}):
        points = [each.get(name, {}).get("score") for each in (before, after)]
        yield from _changed(Kind.RESULT, f"competency {name}", *points)
    growth = [each["complexity"].get("time_class") for each in (recorded, now)]
    yield from _changed(Kind.MEASURE, "growth of time", *growth)


def _changed(kind: Kind, what: str, recorded: Any, now: Any) -> Iterator[Change]:
    if recorded != now:
        yield Change(kind=kind, what=what, recorded=recorded, now=now)
