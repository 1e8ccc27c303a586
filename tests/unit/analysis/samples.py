"""What a rule finds in a sample, and whether that is what the sample says.

In a bad sample each line that ends in `bad!` has one finding that begins there, and no other line has any; a
bad sample without such lines has exactly one finding. A good sample has none.
"""

from collections.abc import Mapping
from typing import Any, cast

from ast_grep_py import Config, SgRoot

from assay.analysis.languages import Grammar
from assay.analysis.rule_book import Rule

MARK = "bad!"


def found(matcher: Mapping[str, Any], text: str, grammar: Grammar) -> list[int]:
    """The lines at which findings begin, counted from 1. Raises what ast-grep raises for no rule."""
    root = SgRoot(text, grammar.value).root()
    return sorted(node.range().start.line + 1 for node in root.find_all(cast("Config", dict(matcher))))


def marked(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if MARK in line]


def mistakes(rule: Rule, matcher: Mapping[str, Any]) -> list[str]:
    """The samples of `rule` with which `matcher` deals otherwise than they say, in words."""
    wrong = []
    for grammar in rule.languages:
        for text in rule.bad:
            lines, wanted = found(matcher, text, grammar), marked(text)
            if lines != wanted if wanted else len(lines) != 1:
                wrong.append(f"bad in {grammar}: found at {lines}\n{text}")
        wrong += [f"good in {grammar}: {text}" for text in rule.good if found(matcher, text, grammar)]
    return wrong


def is_told_apart(rule: Rule, matcher: Mapping[str, Any]) -> bool:
    """Whether some sample of `rule` comes out wrong with `matcher`, or it is no rule at all."""
    try:
        return bool(mistakes(rule, matcher))
    except RuntimeError:  # ast-grep's word for a rule that says nothing, or nonsense
        return True
