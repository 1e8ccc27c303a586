"""An assessment, whole: what a score was made of, as the parts of its evidence and back.

What the parts say is enough to compute the score again, with nothing else at hand (`rescored`).
"""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
import json
from typing import Any

from assay import __version__
from assay.assessments.evidence.inner_digests import files_of
from assay.assessments.rubrics import parse_rubric, rubric_digest, rubric_document
from assay.assessments.scoring import Precision, RulePrecision, describe_counts, describe_score, score
from assay.assessments.tracing.describing import as_json, from_json
from assay.domain.evidence import Candidate, Part, idempotency_key
from assay.domain.finding import Analysis, Finding, Severity
from assay.domain.judgement import Decision, Evidence, GroupResult, Run
from assay.domain.rubric import Rubric
from assay.domain.submission import SourceFile
from assay.domain.trace import ExecutionTrace
from assay.domain.verdict import Verdict
from assay.errors import AssayError, EvidenceUnreadable
from assay.intake.rules import check_file_names

Parts = Mapping[Part, Any]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """All that a score depends on. `language_id` is that of the submission, `analysis` of all its sources."""

    problem_id: str
    language_id: str
    files: tuple[SourceFile, ...]
    decision: Decision
    all_tests: bool
    analysis: Analysis
    trace: ExecutionTrace
    rubric: Rubric
    role: str
    precision: Precision

    def scored(self) -> dict[str, Any]:
        """The score, as a document. Pure: the same on any machine.

        Raises `NotScorable`, and `InvalidInput` for a role that the rubric has not.
        """
        return describe_score(
            score(
                self.decision,
                analysis=self.analysis,
                trace=self.trace,
                rubric=self.rubric,
                role=self.role,
                precision=self.precision,
            )
        )


def parts_of(
    assessment: Assessment, score_document: object, *, job: str, candidate: Candidate
) -> dict[Part, Any]:
    """An assessment and its score, part by part."""
    decision = assessment.decision
    evidence = decision.evidence
    return {
        Part.CANDIDATE: {
            "tenant": candidate.tenant,
            "user_id": candidate.user_id,
            "submission_id": candidate.submission_id,
            "job": job,
            "idempotency_key": idempotency_key(job=job, candidate=candidate),
        },
        Part.SOURCE: {
            "files": [
                {"name": file.name, "content": base64.b64encode(file.content).decode()}
                for file in assessment.files
            ],
            "sha256": evidence.source_sha256,
            "language": assessment.language_id,
            "compilation": evidence.compilation,
        },
        Part.PROBLEM: {
            "id": assessment.problem_id,
            "version": evidence.problem_version,
            "limits": dict(evidence.limits),
        },
        Part.ENVIRONMENT: {
            "toolchain": evidence.language_version,
            "sandbox": evidence.sandbox,
            "host_class": evidence.host_class,
            "release": __version__,
        },
        Part.JUDGEMENT: {
            "verdict": decision.verdict.value,
            "runs": [_run(run) for run in decision.runs],
            "test_count": decision.test_count,
            "all_tests": assessment.all_tests,
            "compile_output": decision.compile_output,
            "message": decision.message,
            "score": decision.score,
            "groups": [_named(group) for group in decision.groups],
        },
        Part.ANALYSIS: {**asdict(assessment.analysis), "precision": _counted(assessment.precision)},
        Part.TRACE: as_json(assessment.trace),
        Part.RUBRIC: {
            "rubric": rubric_document(assessment.rubric),
            "sha256": rubric_digest(assessment.rubric),
            "role": assessment.role,
        },
        Part.SCORE: score_document,
    }


def assessment_of(parts: Parts) -> Assessment:
    """What the parts say. Raises `EvidenceUnreadable` for parts of another release, or erased ones."""
    if erased := [part.value for part in Part if part not in parts]:
        raise EvidenceUnreadable(f"nothing can be scored again: {', '.join(erased)} are erased")
    with _read_as_ours():
        return _assessment_of(parts)


def rescored(parts: Parts) -> dict[str, Any]:
    """The score that the parts make, computed by this release. Raises as `assessment_of` and `scored`, also
    for a recorded score that cannot be laid beside it."""
    assessment = assessment_of(parts)
    with _read_as_ours():
        said = parts[Part.SCORE]
        if not all(isinstance(each, dict) for each in (said["complexity"], *said["competencies"].values())):
            raise ValueError("the score's competencies and its complexity are objects")
        return assessment.scored()


@contextmanager
def _read_as_ours() -> Iterator[None]:
    """A part may be anything: whoever has a key of their own can sign it. Raises `EvidenceUnreadable`."""
    try:
        yield
    except AssayError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceUnreadable(f"a part is not what this release writes: {error}") from error


def _assessment_of(parts: Parts) -> Assessment:
    source, rubric = parts[Part.SOURCE], parts[Part.RUBRIC]
    files = files_of(source)
    check_file_names(files, most=len(files))
    return Assessment(
        problem_id=parts[Part.PROBLEM]["id"],
        language_id=source["language"],
        files=files,
        decision=_decision_of(parts),
        all_tests=parts[Part.JUDGEMENT]["all_tests"],
        analysis=_analysis_of(parts[Part.ANALYSIS]),
        trace=from_json(parts[Part.TRACE]),
        rubric=parse_rubric(json.dumps(rubric["rubric"]), path="the rubric in the evidence"),
        role=rubric["role"],
        precision={
            rule: RulePrecision(**counts) for rule, counts in parts[Part.ANALYSIS]["precision"].items()
        },
    )


def _decision_of(parts: Parts) -> Decision:
    source, problem, environment = parts[Part.SOURCE], parts[Part.PROBLEM], parts[Part.ENVIRONMENT]
    judged = parts[Part.JUDGEMENT]
    return Decision(
        verdict=Verdict(judged["verdict"]),
        runs=tuple(Run(**{**run, "verdict": Verdict(run["verdict"])}) for run in judged["runs"]),
        test_count=judged["test_count"],
        compile_output=judged["compile_output"],
        message=judged["message"],
        evidence=Evidence(
            source_sha256=source["sha256"],
            problem_version=problem["version"],
            language_version=environment["toolchain"],
            limits=problem["limits"],
            sandbox=environment["sandbox"],
            host_class=environment["host_class"],
            compilation=source["compilation"],
        ),
        score=judged["score"],
        groups=tuple(
            GroupResult(
                **{**group, "verdict": None if group["verdict"] is None else Verdict(group["verdict"])}
            )
            for group in judged["groups"]
        ),
    )


def _analysis_of(part: Mapping[str, Any]) -> Analysis:
    fields = {name: value for name, value in part.items() if name != "precision"}
    findings = (Finding(**{**each, "severity": Severity(each["severity"])}) for each in fields["findings"])
    return Analysis(**{**fields, "findings": tuple(findings)})


def _named(record: Run | GroupResult) -> dict[str, Any]:
    return {**vars(record), "verdict": None if record.verdict is None else record.verdict.value}


def _run(run: Run) -> dict[str, Any]:
    """Without the validator's words to the jury, which decide nothing and are not the candidate's to read."""
    return {name: value for name, value in _named(run).items() if name != "judge_message"}


def _counted(precision: Precision) -> dict[str, Any]:
    return {rule: describe_counts(counts) for rule, counts in precision.items()}
