"""Rules applied to one program, by ast-grep. Pure."""

from collections.abc import Iterable
from typing import cast

from ast_grep_py import Config, SgNode, SgRoot

from assay.analysis.languages import Grammar
from assay.analysis.rule_book import Rule
from assay.domain.finding import Finding


def matches(text: str, grammar: Grammar, rules: Iterable[Rule], *, path: str) -> list[Finding]:
    """All places where a rule applies, in the order of the rules."""
    root = SgRoot(text, grammar.value).root()
    return [
        _finding(rule, node, path)
        for rule in rules
        if rule.may_apply(text)
        for node in root.find_all(cast("Config", dict(rule.matcher)))
    ]


def _finding(rule: Rule, node: SgNode, path: str) -> Finding:
    place = node.range()
    last = place.end.line + (place.end.column > 0 or place.end.line == place.start.line)
    return Finding(
        rule=rule.id,
        competency=rule.competency,
        severity=rule.severity,
        message=rule.message,
        path=path,
        start_line=place.start.line + 1,
        end_line=max(last, place.start.line + 1),
    )
