"""A file of rules that is wrong is refused, with its name and what is wrong."""

from pathlib import Path
import re

import pytest

from assay.analysis.languages import Grammar
from assay.analysis.rule_book import load_rules

RULE = """
id: a
languages: [python]
competency: correctness
severity: major
message: >-
  This is
  wrong.
rule: {kind: call, matches: named}
bad: [f()]
good: [f]
"""
SHARED = "utils:\n  named: {matches: other}\n  other: {regex: f}\n  more: {regex: g}\n"


def written(folder: Path, rule: str, *, name: str = "a.yml") -> Path:
    (folder / "python").mkdir(exist_ok=True)
    (folder / "python" / name).write_text(rule)
    (folder / "python" / "shared.yml").write_text(SHARED)
    return folder


def test_a_rule_with_the_sub_rules_that_it_uses(tmp_path: Path) -> None:
    (rule,) = load_rules(written(tmp_path, RULE)).rules
    assert rule.message == "This is wrong."
    assert rule.file == "python/a.yml"
    assert rule.matcher["utils"].keys() == {"named", "other"}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("severity: major\n", "", "python/a.yml: severity is missing"),
        ("bad:", "worse: 1\nbad:", "python/a.yml: there is no field worse"),
        ("id: a", "id: b", "id must be the file's name, 'a'"),
        ("correctness", "beauty", "competency must be one of api_use"),
        ("[f()]", "[]", "bad and good must have a sample each"),
        ("major", "awful", "'awful' is not a valid Severity"),
        ("[python]", "[cobol]", "'cobol' is not a valid Grammar"),
        ("matches: named", "matches: nothing", "shared.yml has no sub-rule 'nothing'"),
        ("id: a", "id: [", "a.yml: "),
        (RULE, "- 1\n", "a.yml: must be a mapping"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, before: str, after: str, why: str) -> None:
    assert before in RULE
    with pytest.raises(ValueError, match=re.escape(why)):
        load_rules(written(tmp_path, RULE.replace(before, after)))


def test_one_id_is_there_once_for_a_language(tmp_path: Path) -> None:
    written(tmp_path, RULE)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.yml").write_text(RULE.replace(", matches: named", ""))
    with pytest.raises(ValueError, match="for python, too"):
        load_rules(tmp_path)


def test_the_digest_is_of_all_files(tmp_path: Path) -> None:
    first = load_rules(written(tmp_path, RULE)).digest
    assert load_rules(tmp_path).digest == first
    assert load_rules(written(tmp_path, RULE.replace("wrong", "bad"))).digest != first


def test_typescript_with_jsx_has_the_rules_of_typescript() -> None:
    book = load_rules()
    assert book.of(Grammar.TSX) == book.of(Grammar.TYPESCRIPT)
    assert len(book.of(Grammar.TYPESCRIPT)) > len(book.of(Grammar.JAVASCRIPT))
