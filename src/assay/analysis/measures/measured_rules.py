"""The rules whose findings are measured, not matched.

Their thresholds are where common linters put theirs, or beyond: a finding says that something is out of the
ordinary, and not that it could be tidier.
"""

from dataclasses import dataclass

from assay.domain.finding import Finding, Severity

CYCLOMATIC_MAX = 25  # McCabe (1976) says 10, linters 10 to 20; a parser's or state machine's switch has more
FUNCTION_LINES_MAX = 150  # of code, without comments and blank lines
PARAMETERS_MAX = 8
DUPLICATE_TOKENS_MIN = 70  # PMD's copy-paste detector warns from 100 on, jscpd from 50
DUPLICATE_LINES_MIN = 6


@dataclass(frozen=True, kw_only=True)
class MeasuredRule:
    """See the fields of a rule's YAML (rule_book.py)."""

    id: str
    competency: str
    severity: Severity
    message: str

    def finding(self, *, path: str, start_line: int, end_line: int, detail: str = "") -> Finding:
        """What this rule found there; `detail` is what was measured, in words."""
        return Finding(
            rule=self.id,
            competency=self.competency,
            severity=self.severity,
            message=f"{detail}{self.message}",
            path=path,
            start_line=start_line,
            end_line=end_line,
        )


UNREACHABLE_CODE = MeasuredRule(
    id="unreachable_code",
    competency="correctness",
    severity=Severity.MINOR,
    message="Nothing reaches these statements: the block is left before them. Remove them, or the exit.",
)
UNUSED_FUNCTION = MeasuredRule(
    id="unused_function",
    competency="readability",
    severity=Severity.INFO,
    message="Nothing in this file calls this function, and nothing else can. Remove it.",
)
COMPLEX_FUNCTION = MeasuredRule(
    id="complex_function",
    competency="readability",
    severity=Severity.INFO,
    message=f"more than {CYCLOMATIC_MAX} are hard to follow and to test. Split it by what it does.",
)
LONG_FUNCTION = MeasuredRule(
    id="long_function",
    competency="readability",
    severity=Severity.INFO,
    message=f"more than {FUNCTION_LINES_MAX} are hard to keep in mind. Split it by what it does.",
)
MANY_PARAMETERS = MeasuredRule(
    id="many_parameters",
    competency="readability",
    severity=Severity.INFO,
    message=f"with more than {PARAMETERS_MAX} the caller mixes them up. Group what belongs together.",
)
DUPLICATED_CODE = MeasuredRule(
    id="duplicated_code",
    competency="readability",
    severity=Severity.INFO,
    message="a change must be made in both. Let them share a function.",
)

MEASURED_RULES = (
    COMPLEX_FUNCTION,
    DUPLICATED_CODE,
    LONG_FUNCTION,
    MANY_PARAMETERS,
    UNREACHABLE_CODE,
    UNUSED_FUNCTION,
)
