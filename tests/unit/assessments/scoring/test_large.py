"""What is as large as it may be is scored at once: a program with many findings, a rubric with many ways."""

from time import process_time

from assay.assessments.rubrics import parse_rubric, shipped_rubric
from assay.assessments.scoring import score
from assay.assessments.scoring.weighing import weigh
from tests.unit.assessments.programs import analysis, decision, finding, trace

FINDINGS = 15_000  # some hundred KiB of Python: so many handlers that catch everything
SECONDS_MAX = 2.0  # 0.2 s if each finding is looked at a few times, 6 s if it is for each other one, too
LEVELS = 40  # as many ways down as 2^40


def test_each_finding_is_charged_without_looking_at_all_others() -> None:
    found = [finding("bare_except", "error_handling", line=line) for line in range(1, FINDINGS + 1)]
    begun = process_time()
    result = score(
        decision([True]),
        analysis=analysis(found),
        trace=trace(),
        rubric=shipped_rubric("default@1"),
        role="generalist",
        precision={},
    )
    assert process_time() - begun < SECONDS_MAX
    assert sum(len(each.deductions) for each in result.competencies) == FINDINGS


def test_a_competency_that_is_a_part_of_many_is_looked_into_once() -> None:
    levels = "".join(
        f"  {side}{level}: {{title: T, parts: {{a{level + 1}: 1, b{level + 1}: 1}}}}\n"
        for level in range(LEVELS)
        for side in "ab"
    )
    rubric = parse_rubric(
        f"""\
rubric: ways
version: 1
title: Many ways
arithmetic: evidence
correctness_share: 0.5
uncertainty: {{level: 0.9, correlation: 0.0, precision: 0.9}}
signals:
  slow: {{title: S, ratio_of: cpu_time, free_up_to: 2, lost_from: 4}}
competencies:
{levels}  a{LEVELS}: {{title: T, parts: {{slow: 1}}}}
  b{LEVELS}: {{title: T, parts: {{slow: 1}}}}
roles:
  any: {{title: R, weights: {{a0: 1}}}}
""",
        path="ways",
    )
    (weighed,) = weigh(rubric, rubric.roles[0])
    assert weighed.shares == {"slow": 1.0}
