"""submissions/submissions.yaml: the jury's word on language and expected verdicts, by patterns over paths."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
import re

from assay.domain.problem import Credit
from assay.domain.verdict import Verdict
from assay.problems.credits import read_people
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.expectations import FORMAT_VERDICTS, Rule, TimeUse
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.package import Report
from assay.problems.patterns import PatternInvalid, compile_pattern
from assay.problems.verdict_words import plain_word

RULES_FILE = "submissions/submissions.yaml"
_IN_TIME = frozenset({Verdict.AC, Verdict.WA, Verdict.RTE})
_TOO_SLOW = frozenset({Verdict.TLE})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the file says about the submissions that one pattern matches."""

    name: str
    pattern: re.Pattern[str]
    line: int | None
    language: str | None
    entrypoint: str | None
    authors: tuple[Credit, ...]
    is_model: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionRules:
    """The whole file; empty when the package has none."""

    entries: tuple[Entry, ...] = ()
    folders: dict[str, Rule] = field(default_factory=dict)  # defaults that the file replaces, by plain word

    def matching(self, path: str) -> list[Entry]:
        """The entries for a submission; `path` is relative to submissions/."""
        return [entry for entry in self.entries if entry.pattern.fullmatch(path)]


@dataclass(frozen=True, kw_only=True)
class RuleReading:
    """What the rules are read with. `names` are those of all tests and groups; `defaults` by plain word."""

    report: Report
    names: Sequence[str]
    is_scoring: bool
    defaults: dict[str, Rule]


def read_submission_rules(folder: PackageFolder, reading: RuleReading) -> SubmissionRules:
    """Read the file, if there is one."""
    if RULES_FILE not in folder.sizes:
        return SubmissionRules()
    text = folder.read_text(RULES_FILE, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(RULES_FILE, text, reading.report)
    if document is None:
        return SubmissionRules()
    root = Fields(RULES_FILE, document, reading.report)
    entries: list[Entry] = []
    folders: dict[str, Rule] = {}
    for name in root.names():
        entry = _read_entry(root, name, document[name].line, reading)
        if entry is None:
            continue
        if plain_word(name) in reading.defaults and entry.rules and entry.rules[0].tests is None:
            # A default folder by its bare name: replaces the default instead of adding to it.
            folders[plain_word(name)] = entry.rules[0]
            entry = replace(entry, rules=entry.rules[1:])
        entries.append(entry)
    return SubmissionRules(entries=tuple(entries), folders=folders)


def _read_entry(root: Fields, name: str, line: int, reading: RuleReading) -> Entry | None:
    try:
        pattern = compile_pattern(name)
    except PatternInvalid as error:
        root.error(name, str(error))
        return None
    fields = root.fields(name)
    if fields is None:
        if root.value(name) is None:
            root.error(name, "says nothing; give it keys or remove it")
        return None
    place = Rule(origin=f"{RULES_FILE}: {name}")
    rules = _read_rules(fields, place, reading, default=reading.defaults.get(plain_word(name)))
    entry = Entry(
        name=name,
        pattern=pattern,
        line=line,
        language=fields.text("language"),
        entrypoint=fields.text("entrypoint"),
        authors=read_people(fields, "authors", role="authors"),
        is_model=fields.boolean("model_solution") or False,
        rules=(),
    )
    return replace(entry, rules=(*rules, *_read_test_rules(fields, place, reading)))


def _read_test_rules(fields: Fields, place: Rule, reading: RuleReading) -> list[Rule]:
    """Every other key is a pattern over test groups and tests, with rules for these alone."""
    rules: list[Rule] = []
    for key in fields.unknown_names():
        inner = fields.fields(key) if fields.holds_mapping(key) else None
        if inner is None:
            fields.error(key, "is neither a known key nor a pattern of tests with rules of its own")
            continue
        try:
            tests = compile_pattern(key)
        except PatternInvalid as error:
            fields.error(key, str(error))
            continue
        if reading.names and not any(tests.fullmatch(name) for name in reading.names):
            fields.warn(key, "matches no test and no group; write it as in data/, such as secret/group1")
        rules += _read_rules(inner, replace(place, tests=tests, where=key), reading, default=None)
        inner.finish(what="key")
    return rules


def _read_rules(fields: Fields, place: Rule, reading: RuleReading, *, default: Rule | None) -> list[Rule]:
    """The rules that one mapping makes, none when it says nothing. The first is what its keys say, on top of
    `default` where the mapping is for a default folder; `place` is a rule of what all have in common."""
    permitted = _read_verdicts(fields, "permitted")
    required = _read_verdicts(fields, "required")
    score = _read_score(fields, reading)
    message = fields.text("message") or ""
    use = _read_time_use(fields)
    base = default or place
    constrains = permitted is not None or required is not None
    rules: list[Rule] = []
    if constrains or score is not None or message or (default is not None and use is not None):
        rule = replace(
            place if constrains or score is not None or message else base,
            permitted=permitted or base.permitted,
            required=required or base.required,
            score=score,
            message=message,
        )
        inferred = _inferred_use(rule) if constrains else base.time_use
        rules.append(replace(rule, time_use=inferred if use is None else None))
    if use is TimeUse.LOWER:
        rules.append(replace(place, permitted=_IN_TIME, time_use=use))
    elif use is TimeUse.UPPER:
        rules.append(replace(place, required=_TOO_SLOW, time_use=use))
    return rules


def _inferred_use(rule: Rule) -> TimeUse | None:
    """Specification: "Timelimit inference"."""
    if rule.required == _TOO_SLOW:
        return TimeUse.UPPER
    return None if Verdict.TLE in rule.permitted else TimeUse.LOWER


def _read_time_use(fields: Fields) -> TimeUse | bool | None:
    """False to be left out; None (the default, and true) for what follows from the verdicts."""
    text = fields.text("use_for_time_limit")
    if text is None:
        return None
    found = fields.value("use_for_time_limit")
    if found is not None and isinstance(found.data, bool):
        return None if found.data else False
    if text not in tuple(TimeUse):
        fields.error("use_for_time_limit", f"must be true, false, lower or upper, not {text[:40]!r}")
        return None
    return TimeUse(text)


def _read_score(fields: Fields, reading: RuleReading) -> tuple[float, float] | None:
    bounds = fields.numbers("score")
    if bounds is None:
        return None
    if not reading.is_scoring:
        fields.error("score", "is for scoring problems only; remove it")
    elif len(bounds) > 2 or bounds[0] > bounds[-1]:
        fields.error("score", "must be a number, or the lowest and the highest as in [40, 60]")
    return bounds[0], bounds[-1]


def _read_verdicts(fields: Fields, name: str) -> frozenset[Verdict] | None:
    words: Sequence[str] | None = fields.list_of_texts(name)
    if words is None:
        return None
    known = {str(verdict): verdict for verdict in FORMAT_VERDICTS}
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        fields.error(name, f"must be a list of some of AC, WA, TLE, RTE, not {', '.join(unknown) or 'empty'}")
        return None
    return frozenset(known[word] for word in words)
