"""A rubric is read whole, or refused with the line and the remedy of everything that is wrong."""

import json
from pathlib import Path
import re

import pytest

from assay.analysis import Analyser
from assay.assessments.rubrics import (
    parse_rubric,
    rubric_digest,
    rubric_document,
    shipped_names,
    shipped_rubric,
)
from assay.assessments.rubrics.metrics import INFORMATIVE, METRICS
from assay.domain.rubric import Arithmetic
from assay.errors import RubricInvalid, UnknownRubric

DOCS = Path(__file__).resolve().parents[4] / "docs"
SMALL = """\
rubric: small
version: 3
title: A small one
arithmetic: evidence
correctness_share: 0.5
uncertainty: {level: 0.9, correlation: 0.1, precision: 0.95}
signals:
  unsafe:
    title: Security
    findings_of: security
    charges: {info: 1, minor: 2, major: 3}
    rule_charge_max: 50
  slow:
    title: Time
    ratio_of: cpu_time
    free_up_to: 2
    lost_from: 9
  tangled:
    title: Branching
    metric: cyclomatic_max
    free_up_to: 10
    lost_from: 50
competencies:
  care: {title: Care, parts: {unsafe: 1}}
  craft: {title: Craft, parts: {care: 0.5, slow: 0.3, tangled: 0.2}}
roles:
  any: {title: Anyone, weights: {craft: 1, care: 0}}
"""

WRONG = {
    "unknown signal": ("{unsafe: 1}", "{unsave: 1}", 24, "no such signal or competency; there are"),
    "weight of a part": ("care: 0.5", "care: 1.5", 25, "at most 1, not 1.5"),
    "negative weight": ("{craft: 1,", "{craft: -0.1,", 27, "at least 0"),
    "weight of no number": ("{craft: 1,", "{craft: much,", 27, "must be a number"),
    "weight that is not a number": ("{craft: 1,", "{craft: .nan,", 27, "must be a number"),
    "unknown competency": ("{craft: 1,", "{crafts: 1,", 27, "no such competency; there are care, craft"),
    "weights of nothing": ("{craft: 1,", "{craft: 0,", 27, "come to 0"),
    "a circle": ("{unsafe: 1}", "{unsafe: 1, craft: 1}", 25, "closes a circle (care → craft → care)"),
    "a circle of one": ("{unsafe: 1}", "{unsafe: 1, care: 1}", 24, "closes a circle (care → care)"),
    "an id twice": ("  slow:\n", "  unsafe:\n", 13, "has the key 'unsafe' twice"),
    "an id of both": ("  care: {t", "  slow: {t", 24, "is the id of a signal, too"),
    "no id": ("  slow:\n", "  Slow!:\n", 14, "is no id"),
    "not a mapping": ("care: {title: Care, parts: {unsafe: 1}}", "care: 5", 24, "must be a mapping"),
    "not used": ("tangled: 0.2", "unsafe: 0.2", 19, "is part of no competency"),
    "competency of no rule": ("of: security", "of: beauty", 10, "no rule is about 'beauty'"),
    "two kinds": ("    metric: c", "    ratio_of: memory\n    metric: c", 19, "no or of several kinds"),
    "unknown measure": ("ratio_of: cpu_time", "ratio_of: luck", 15, "'luck' is not compared"),
    "a ramp that falls": ("lost_from: 9", "lost_from: 2", 17, "more than free_up_to, which is 2"),
    "a reference that costs": ("free_up_to: 2", "free_up_to: 0.5", 16, "at least 1"),
    "charges that fall": ("minor: 2", "minor: 9", 11, "must rise from info over minor to major"),
    "a charge that is missing": ("minor: 2, ", "", 11, "is missing"),
    "an unbounded rule": ("rule_charge_max: 50", "rule_charge_max: 500", 12, "at most 100, not 500"),
    "unknown metric": ("metric: cyclomatic_max", "metric: cyclomatic", 20, "no metric 'cyclomatic'"),
    "what is informative": ("metric: cyclomatic_max", "metric: structural_distance", 20, "never costs"),
    "unknown need": ("rule_charge_max: 50", "rule_charge_max: 50\n    needs: luck", 13, "no metric 'luck'"),
    "a share": ("share: 0.5", "share: 7", 5, "at most 1, not 7"),
    "arithmetic": ("arithmetic: evidence", "arithmetic: magic", 4, "no arithmetic 'magic'"),
    "version": ("version: 3", "version: 3.5", 2, "whole number"),
    "certainty": ("level: 0.9", "level: 1", 6, "at most 0.999"),
    "unknown field": ("title: A small one", "title: A small one\nweight: 3", 4, "is not a field"),
    "an alias": ("title: A small one", "title: &a A\nabout: *a", 4, "has an alias"),
    "no YAML": ("title: A small one", "title: 'A small", 28, "is not valid YAML"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_with_line_and_remedy(case: str) -> None:
    right, wrong, line, remedy = WRONG[case]
    assert SMALL.count(right) >= 1
    with pytest.raises(RubricInvalid) as refusal:
        parse_rubric(SMALL.replace(right, wrong, 1), path="my.yaml")
    places = [(each.path, each.line) for each in refusal.value.findings if remedy in each.message]
    assert places == [("my.yaml", line)], str(refusal.value)
    assert refusal.value.code == "rubric_invalid"
    assert refusal.value.exit_code == 2


def test_the_metrics_that_may_be_named_are_those_that_there_are() -> None:
    sources = {
        "python3": b"def f(a):\n    return a\n",
        "javascript": b"function f(a) { return a; }\n",
        "cpp": b"int f(int a) { return a; }\n",
    }
    measured: set[str] = set()
    with Analyser() as analyser:
        for language, source in sources.items():
            analysis = analyser.analyse(source, language=language, path="a", references=[source])
            measured |= set(analysis.metrics)
    assert measured - INFORMATIVE <= METRICS
    assert not INFORMATIVE - measured
    assert METRICS - measured <= {"functions_against_custom", "name_length_mean"}, "nobody measures these"


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_lines() -> None:
    text = SMALL.replace("version: 3", "version: x").replace("lost_from: 9", "lost_from: 1")
    with pytest.raises(RubricInvalid) as refusal:
        parse_rubric(text.replace("care: 0.5", "care: 5"), path="my.yaml")
    assert [finding.line for finding in refusal.value.findings] == [2, 17, 25]


@pytest.mark.parametrize("text", ["", "[]", "- a", "null", "5", "rubric: x"])
def test_what_is_no_rubric_is_refused(text: str) -> None:
    with pytest.raises(RubricInvalid):
        parse_rubric(text, path="my.yaml")


def test_findings_are_charged_by_one_signal_alone() -> None:
    second = SMALL.replace("    ratio_of: cpu_time\n    free_up_to: 2\n    lost_from: 9\n", "@")
    text = second.replace("@", "    findings_of: security\n    charges: {info: 1, minor: 1, major: 1}\n"
                               "    rule_charge_max: 1\n")  # fmt: skip
    with pytest.raises(RubricInvalid, match="charged by slow, too"):
        parse_rubric(text, path="my.yaml")


def test_a_rubric_says_what_its_file_says() -> None:
    rubric = parse_rubric(SMALL, path="my.yaml")
    assert rubric.name == "small@3"
    assert [signal.id for signal in rubric.signals] == ["slow", "tangled", "unsafe"]
    role = rubric.role("any")
    assert role is not None
    assert role.weights == {"care": 0.0, "craft": 1.0}


@pytest.mark.parametrize("name", shipped_names())
def test_a_document_is_read_back_as_the_same_rubric(name: str) -> None:
    rubric = shipped_rubric(name)
    again = parse_rubric(json.dumps(rubric_document(rubric)), path="again")
    assert again == rubric
    assert rubric_digest(again) == rubric_digest(rubric)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", rubric_digest(rubric))


def test_a_digest_is_of_what_is_said_and_not_of_how_it_is_written() -> None:
    digest = rubric_digest(parse_rubric(SMALL, path="a"))
    turned = "# a remark\n" + SMALL.replace("{info: 1, minor: 2,", "{minor: 2.0, info: 1,")
    assert rubric_digest(parse_rubric(turned, path="b")) == digest
    assert rubric_digest(parse_rubric(SMALL.replace("0.3", "0.31"), path="c")) != digest


def test_the_shipped_ones_are_found_by_name_and_by_their_newest_version() -> None:
    assert shipped_rubric("classic").arithmetic is Arithmetic.CLASSIC
    assert shipped_rubric("default").name == "default@1"
    for name in ("default@2", "nothing", "../default", ""):
        with pytest.raises(UnknownRubric, match="classic@1, default@1"):
            shipped_rubric(name)


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_ones_have_a_role_for_each_kind_of_work(name: str) -> None:
    roles = {role.id for role in shipped_rubric(name).roles}
    assert roles == {"backend", "data", "frontend", "generalist", "systems"}


def test_a_published_version_is_never_changed() -> None:
    """Scores in the world name it: what is to be otherwise is a new version. These are not to be edited."""
    digests = {name: rubric_digest(shipped_rubric(name))[7:19] for name in shipped_names()}
    assert digests == {"classic@1": "f36a21b9e96f", "default@1": "e32e11d2db5d"}


def test_the_rubric_of_the_how_to_is_one() -> None:
    text = (DOCS / "how-to/write-a-rubric.md").read_text()
    rubric = parse_rubric(text.partition("```yaml\n")[2].partition("```")[0], path="write-a-rubric.md")
    assert rubric.name == "kernel-team@1"
