"""Each rule finds its bad samples and nothing in its good ones, and needs each of its conditions for that."""

from collections import Counter

from ast_grep_py import SgRoot
import pytest

from assay.analysis.languages import Grammar
from assay.analysis.measures.measured_rules import MEASURED_RULES
from assay.analysis.rule_book import RULES, Rule, load_rules
from tests.unit.analysis.mutants import mutants
from tests.unit.analysis.samples import is_told_apart, mistakes

BOOK = load_rules()
FILES = sorted(BOOK.rules, key=lambda rule: rule.file)
RULES_MIN = 75
FIRST = ("sync_blocking_in_async_context", "missing_error_boundary")


@pytest.mark.parametrize("rule", FILES, ids=[rule.file for rule in FILES])
def test_finds_what_its_samples_say(rule: Rule) -> None:
    assert mistakes(rule, rule.matcher) == []


def test_words_are_in_whatever_a_rule_finds() -> None:
    assert [rule.file for rule in FILES for text in rule.bad if not rule.may_apply(text)] == []


def test_samples_are_programs() -> None:
    broken = [
        (rule.file, grammar.value, text)
        for rule in FILES
        for grammar in rule.languages
        for text in (*rule.bad, *rule.good)
        if SgRoot(text, grammar.value).root().find(kind="ERROR") is not None
    ]
    assert broken == []


def test_each_condition_is_needed() -> None:
    alive = []
    for rule in FILES:
        own = dict(rule.matcher)
        shared = {"utils": own.pop("utils")} if "utils" in own else {}
        alive += [
            f"{rule.file}{where}"
            for where, mutant in mutants(own)
            if "rule" in mutant and not is_told_apart(rule, {**shared, **mutant})
        ]
    assert alive == []


def test_each_condition_of_shared_sub_rules_is_needed() -> None:
    alive = []
    for folder in sorted({rule.file.partition("/")[0] for rule in FILES}):
        rules = [rule for rule in FILES if rule.file.startswith(f"{folder}/") and "utils" in rule.matcher]
        utils = {name: each for rule in rules for name, each in rule.matcher["utils"].items()}
        for name, util in utils.items():
            users = [rule for rule in rules if name in rule.matcher["utils"]]
            alive += [
                f"{folder}/{name}{where}"
                for where, mutant in mutants(util)
                if not any(
                    is_told_apart(rule, {**rule.matcher, "utils": {**rule.matcher["utils"], name: mutant}})
                    for rule in users
                )
            ]
    assert alive == []


def test_there_are_rules_enough_for_each_language() -> None:
    assert len({rule.id for rule in FILES}) >= RULES_MIN
    counts = Counter(grammar for grammar in Grammar for _ in BOOK.of(grammar))
    assert min(counts[grammar] for grammar in Grammar) >= 10


@pytest.mark.parametrize("rule_id", FIRST)
def test_the_first_rules_are_there_where_they_make_sense(rule_id: str) -> None:
    grammars = {grammar for rule in FILES if rule.id == rule_id for grammar in rule.languages}
    assert grammars >= {Grammar.PYTHON, Grammar.JAVASCRIPT, Grammar.TYPESCRIPT, Grammar.CSHARP, Grammar.RUST}


def test_messages_are_sentences_that_say_what_to_do() -> None:
    for rule in FILES:
        assert rule.message[-1] in ".…", rule.file
        assert len(rule.message) < 240, rule.file


def test_measured_rules_have_ids_of_their_own() -> None:
    assert not {rule.id for rule in MEASURED_RULES} & {rule.id for rule in FILES}


def test_every_file_below_rules_is_read() -> None:
    files = [path for path in RULES.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".yml"}
    assert len([path for path in files if path.name != "shared.yml"]) == len(BOOK.rules)
