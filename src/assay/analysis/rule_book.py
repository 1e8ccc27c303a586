"""The rules, read from rules/<language>/<id>.yml and checked.

id: bare_except                what findings are called; one id may have a file for each of several languages
languages: [python]            the grammars that it is written for
competency: error_handling     what it is about (domain/finding.py)
severity: major                major, minor or info
message: …                     what is wrong, and what to do instead
rule: …                        an ast-grep rule, with `constraints` on its variables if it has any
words: [except]                if given, one of them is in every program in which it finds something; for
                               others the rule need not even be compiled
bad: […]                       programs in which it finds something
good: […]                      programs in which it finds nothing

`shared.yml` beside them has `utils`: ast-grep's named sub-rules (`matches: …`) that several files use.
Source: https://ast-grep.github.io/reference/yaml.html; the fields that it has not are ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import hashlib
from pathlib import Path
from typing import Any

import yaml

from assay.analysis.languages import Grammar
from assay.domain.finding import COMPETENCIES, Severity

RULES = Path(__file__).parent / "rules"
_SHARED = "shared.yml"
_FIELDS = frozenset({"id", "languages", "competency", "severity", "message", "rule", "bad", "good"})
_MAY_HAVE = _FIELDS | {"constraints", "words"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One file of rules. `matcher` is what ast-grep is given: the rule, its constraints, and the named
    sub-rules that it uses."""

    id: str
    languages: tuple[Grammar, ...]
    competency: str
    severity: Severity
    message: str
    matcher: Mapping[str, Any]
    bad: tuple[str, ...]
    good: tuple[str, ...]
    words: tuple[str, ...]
    file: str  # below the folder of rules

    def may_apply(self, text: str) -> bool:
        """False for a program in which it finds nothing for sure."""
        return not self.words or any(word in text for word in self.words)


class RuleBook:
    """All rules, by grammar. `digest` is the SHA-256 of their files: another one may find other things."""

    def __init__(self, rules: Iterable[Rule], digest: str) -> None:
        self.rules = tuple(rules)
        self.digest = digest
        self._for = {grammar: _for_grammar(self.rules, grammar) for grammar in Grammar}

    def of(self, grammar: Grammar) -> tuple[Rule, ...]:
        """The rules for one grammar, ordered by id."""
        return self._for[grammar]


def load_rules(folder: Path = RULES) -> RuleBook:
    """Read all rules. Raises `ValueError` that names file and field of the first that is wrong."""
    files = sorted(folder.rglob("*.yml"))
    shared = {path.parent: _mapping(path).get("utils", {}) for path in files if path.name == _SHARED}
    rules = [_read(path, folder, shared.get(path.parent, {})) for path in files if path.name != _SHARED]
    rules.sort(key=lambda rule: (rule.id, rule.file))
    _check_unique(rules)
    return RuleBook(rules, _digest(folder, files))


def _read(path: Path, folder: Path, utils: Mapping[str, Any]) -> Rule:
    fields = _mapping(path)
    name = path.relative_to(folder).as_posix()
    if missing := _FIELDS - fields.keys():
        raise ValueError(f"{name}: {min(missing)} is missing")
    if unknown := fields.keys() - _MAY_HAVE:
        raise ValueError(f"{name}: there is no field {min(unknown)}")
    if fields["id"] != path.stem:
        raise ValueError(f"{name}: id must be the file's name, {path.stem!r}")
    if fields["competency"] not in COMPETENCIES:
        raise ValueError(f"{name}: competency must be one of {', '.join(COMPETENCIES)}")
    if not fields["bad"] or not fields["good"]:
        raise ValueError(f"{name}: bad and good must have a sample each")
    matcher = {"rule": fields["rule"]}
    if "constraints" in fields:
        matcher["constraints"] = fields["constraints"]
    try:
        used = _used(fields["rule"], utils)
    except KeyError as error:
        raise ValueError(f"{name}: {_SHARED} has no sub-rule {error}") from error
    if used:
        matcher["utils"] = used
    return Rule(
        id=fields["id"],
        languages=tuple(Grammar(language) for language in fields["languages"]),
        competency=fields["competency"],
        severity=Severity(fields["severity"]),
        message=" ".join(fields["message"].split()),
        matcher=matcher,
        bad=tuple(fields["bad"]),
        good=tuple(fields["good"]),
        words=tuple(fields.get("words", ())),
        file=name,
    )


def _used(rule: Any, utils: Mapping[str, Any]) -> dict[str, Any]:
    """The named sub-rules that a rule refers to, and those that these refer to: each costs time."""
    used: dict[str, Any] = {}
    todo = list(_references(rule))
    while todo:
        name = todo.pop()
        if name not in used:
            used[name] = utils[name]
            todo += _references(utils[name])
    return used


def _references(rule: Any) -> Iterator[str]:
    if isinstance(rule, dict):
        for key, value in rule.items():
            if key == "matches":
                yield value
            else:
                yield from _references(value)
    elif isinstance(rule, list):
        for each in rule:
            yield from _references(each)


def _mapping(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    try:
        content = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506  both are safe loaders
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: must be a mapping")  # noqa: TRY004  wrong content, as everywhere here
    return content


def _for_grammar(rules: Iterable[Rule], grammar: Grammar) -> tuple[Rule, ...]:
    # What is written for TypeScript holds in it with elements of JSX, too.
    wanted = {Grammar.TSX, Grammar.TYPESCRIPT} if grammar is Grammar.TSX else {grammar}
    return tuple(rule for rule in rules if wanted & set(rule.languages))


def _check_unique(rules: Iterable[Rule]) -> None:
    seen: dict[tuple[str, Grammar], str] = {}
    for rule in rules:
        for grammar in rule.languages:
            other = seen.setdefault((rule.id, grammar), rule.file)
            if other != rule.file:
                raise ValueError(f"{rule.file}: {other} is for {grammar}, too")


def _digest(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
