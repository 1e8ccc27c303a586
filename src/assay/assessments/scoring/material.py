"""What a score is made from, read once: the same for either arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

from assay import __version__
from assay.assessments.rubrics import rubric_digest
from assay.assessments.scoring.interval import NUMERICS
from assay.assessments.scoring.outcome import Outcome
from assay.assessments.scoring.precision import Precision, precision_digest
from assay.domain.finding import FILES, UNREAD_FILES, Analysis
from assay.domain.judgement import Evidence
from assay.domain.rubric import Role, Rubric
from assay.domain.score import Complexity
from assay.domain.trace import Aspect, ExecutionTrace

RULES = "rules"  # the key of the rules' digest in an analysis's versions


@dataclass(frozen=True, kw_only=True)
class Material:
    """One program's evidence, and by what and for what it is to be scored."""

    outcome: Outcome
    analysis: Analysis
    trace: ExecutionTrace
    rubric: Rubric
    role: Role
    precision: Precision

    def precision_of(self, rule: str) -> float:
        """How often the rule is right: as the rubric assumes, and as was counted."""
        assumed = self.rubric.uncertainty.precision
        counted = self.precision.get(rule)
        return assumed if counted is None else counted.expected(assumed)

    def may_charge(self, rule: str) -> bool:
        """False for a rule whose findings nobody has shown to be right: it is told, and costs nothing."""
        counted = self.precision.get(rule)
        return counted is None or counted.is_proven

    @property
    def complexity(self) -> Complexity:
        growth = self.trace.growth
        if growth.time is None:
            why = self.trace.not_assessed.get(Aspect.TIME_GROWTH) or "the growth of time was not looked at"
            return Complexity(time_class=None, confidence=None, not_assessed=why)
        return Complexity(
            time_class=growth.time.complexity_class.value,
            confidence=growth.time.confidence,
            also_possible=tuple(each.value for each in growth.time.also_possible),
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever reads the score has to know, whatever the arithmetic."""
        remarks: list[str] = []
        if not self.analysis.parsed:
            remarks.append(
                f"The program could not be read ({self.analysis.why_not}): scored on correctness only."
            )
        if unread := self.analysis.metrics.get(UNREAD_FILES):
            count = self.analysis.metrics[FILES]
            remarks.append(
                f"{unread:g} of its {count:g} files could not be read: nothing in them is charged."
            )
        if self.outcome.not_run:
            remarks.append(
                f"{self.outcome.not_run} of {self.outcome.count} tests were not run: counted as not passed."
            )
        return tuple(remarks)

    @property
    def informative_rules(self) -> list[str]:
        """Of those that found something, the ones that may not charge."""
        return sorted(
            {finding.rule for finding in self.analysis.findings if not self.may_charge(finding.rule)}
        )

    @property
    def version_of_rules(self) -> str:
        return self.analysis.versions.get(RULES, "")


def versions_of(
    evidence: Evidence, analysis: Analysis, rubric: Rubric, precision: Precision
) -> Mapping[str, str]:
    """All that a score depended on, by name, in the order of the names."""
    versions = {
        **analysis.versions,
        "assay": __version__,
        "host": evidence.host_class,
        "numerics": NUMERICS,
        "precision": precision_digest(precision),
        "problem": evidence.problem_version,
        "rubric": rubric_digest(rubric),
        "sandbox": evidence.sandbox,
        "source": f"sha256:{evidence.source_sha256}",
        "toolchain": evidence.language_version,
    }
    return {name: versions[name] for name in sorted(versions)}
