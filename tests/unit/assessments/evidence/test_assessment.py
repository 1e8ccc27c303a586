"""What the parts of evidence say is enough to compute the score again, anywhere; what differs is named."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from assay.assessments.evidence.assessment import assessment_of, rescored
from assay.assessments.evidence.canonical import canonical, digest, read_json
from assay.assessments.evidence.inner_digests import inner_digests
from assay.assessments.evidence.replay import Kind, compare
from assay.domain.evidence import Candidate, Part, idempotency_key
from assay.domain.verdict import Verdict
from assay.errors import AssayError, EvidenceUnreadable
from tests.unit.assessments.evidence.assessed import JURY, assessment, parts, run


def test_parts_are_read_back_as_what_they_were_made_of() -> None:
    made = assessment()
    said = parts(made)
    read = {part: read_json(canonical(content)) for part, content in said.items()}
    without_jury = tuple(replace(each, judge_message="") for each in made.decision.runs)
    assert assessment_of(read) == replace(made, decision=replace(made.decision, runs=without_jury))
    assert JURY not in str(said)
    assert rescored(read) == made.scored()
    assert [fault for _, fault in inner_digests(read)] == [None, None, None]


@pytest.mark.parametrize("part", list(Part))
def test_parts_that_are_not_there_or_are_something_else_are_refused(part: Part) -> None:
    said = parts()
    with pytest.raises(EvidenceUnreadable, match=part.value):
        rescored({name: content for name, content in said.items() if name is not part})
    if part not in (Part.CANDIDATE, Part.SCORE):
        with pytest.raises(EvidenceUnreadable, match="not what this release writes"):
            rescored({**said, part: {}})


def test_evidence_is_the_same_in_any_locale_and_order_of_hashing() -> None:
    program = (
        "from tests.unit.assessments.evidence.assessed import parts\n"
        "from assay.assessments.evidence.canonical import digest\n"
        "print(digest({part.value: content for part, content in parts().items()}))\n"
    )
    expected = digest({part.value: content for part, content in parts().items()})
    for locale, seed in (("C", "1"), ("tr_TR.UTF-8", "2")):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == expected, locale


def test_the_same_again_is_the_same() -> None:
    assert compare(parts(), parts()).changes == ()


def test_another_toolchain_is_a_condition_and_no_change() -> None:
    made = assessment()
    evidence = replace(made.decision.evidence, language_version="Python 3.12.0", host_class="aarch64")
    now = replace(made, decision=replace(made.decision, evidence=evidence))
    found = compare(parts(made), parts(now))
    assert found.is_same
    assert [(each.kind, each.what, each.now) for each in found.changes] == [
        (Kind.CONDITION, "toolchain", "Python 3.12.0"),
        (Kind.CONDITION, "host class", "aarch64"),
    ]


def test_another_verdict_of_a_test_is_named_with_all_that_follows_from_it() -> None:
    made = assessment()
    runs = (*made.decision.runs[:2], run(3, Verdict.AC))
    now = replace(made, decision=replace(made.decision, verdict=Verdict.AC, runs=runs))
    found = compare(parts(made), parts(now))
    assert not found.is_same
    told = {each.what: (each.recorded, each.now) for each in found.changes}
    assert told["verdict"] == ("WA", "AC")
    assert told["verdict of test secret/3"] == ("WA", "AC")
    assert "verdict of test secret/1" not in told
    assert {"total", "interval", "correctness"} <= told.keys()


def test_findings_that_came_and_went_are_named() -> None:
    made = assessment()
    none = replace(made.analysis, findings=(), versions={**made.analysis.versions, "rules": "r2"})
    found = compare(parts(made), parts(replace(made, analysis=none)))
    told = {each.what: (each.kind, each.recorded, each.now) for each in found.changes}
    assert told["analysis: rules"] == (Kind.CONDITION, "r1", "r2")
    assert told["finding sync_blocking_in_async_context at a b/\xfc.py:5"] == (Kind.RESULT, "blocks", None)


def test_a_finding_twice_in_a_line_is_not_the_same_as_once_and_many_changes_are_counted() -> None:
    made = assessment()
    (once,) = made.analysis.findings
    twice = replace(made, analysis=replace(made.analysis, findings=(once, once)))
    found = compare(parts(twice), parts(made))
    assert not found.is_same
    assert "finding sync_blocking_in_async_context at a b/\xfc.py:5" in {each.what for each in found.changes}
    many = tuple(replace(once, start_line=line, end_line=line) for line in range(5, 55))
    found = compare(parts(made), parts(replace(made, analysis=replace(made.analysis, findings=many))))
    told = {each.what: each.now for each in found.changes}
    assert told["findings that differ besides these"] == 29


def test_a_recorded_total_that_its_own_evidence_does_not_make_is_named() -> None:
    said = deepcopy(parts())
    said[Part.SCORE]["total"] += 1
    found = compare(said, parts())
    assert not found.is_same
    assert found.changes[0].what == "total, computed again from the recorded evidence"


FOREIGN: dict[str, tuple[Part, Callable[[Any], Any]]] = {
    "a score that is a list": (Part.SCORE, lambda part: []),
    "a score without competencies": (Part.SCORE, lambda part: {"total": 1, "complexity": {}}),
    "a competency that is a number": (Part.SCORE, lambda part: {**part, "competencies": {"care": 1}}),
    "a count of tests in words": (Part.JUDGEMENT, lambda part: {**part, "test_count": "3"}),
    "a test without a name": (
        Part.JUDGEMENT,
        lambda part: {**part, "runs": [{**each, "test_name": []} for each in part["runs"]]},
    ),
    "versions that are a list": (Part.ANALYSIS, lambda part: {**part, "versions": []}),
    "a file somewhere else": (
        Part.SOURCE,
        lambda part: {**part, "files": [{**each, "name": f"../../{each['name']}"} for each in part["files"]]},
    ),
    "a file named by a number": (
        Part.SOURCE,
        lambda part: {**part, "files": [{**each, "name": 1} for each in part["files"]]},
    ),
}


@pytest.mark.parametrize("what", sorted(FOREIGN))
def test_what_somebody_signed_with_a_key_of_their_own_is_refused_in_words(what: str) -> None:
    part, change = FOREIGN[what]
    said = parts()
    with pytest.raises(AssayError) as caught:
        compare({**said, part: change(deepcopy(said[part]))}, said)
    assert caught.value.exit_code == 2


def test_a_key_is_of_the_job_and_the_person() -> None:
    ada = Candidate(tenant=None, user_id="ada", submission_id="s1")
    keys = {
        idempotency_key(job=job, candidate=candidate)
        for job in ("s1/1", "s1/2", "s1/")
        for candidate in (
            ada,
            replace(ada, tenant="t"),
            replace(ada, user_id="1:t:ada"),
            replace(ada, user_id=None),
            replace(ada, user_id=None, submission_id="s2"),
        )
    }
    assert len(keys) == 15
    assert replace(ada, tenant="") == ada, "as the rows have it"
    again = replace(ada, submission_id="s2")
    assert idempotency_key(job="s1/1", candidate=ada) == idempotency_key(job="s1/1", candidate=again)
    assert json.dumps(sorted(keys))
