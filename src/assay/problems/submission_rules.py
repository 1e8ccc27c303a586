"""submissions/submissions.yaml: the jury's word on language and expected verdicts, by patterns over paths."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
import re

from assay.domain.verdict import Verdict
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.expectations import DEFAULT_RULES, FORMAT_VERDICTS, Rule, plain_word
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.package import Report
from assay.problems.patterns import PatternInvalid, compile_pattern

RULES_FILE = "submissions/submissions.yaml"
_INFORMATIVE = ("authors", "model_solution", "use_for_time_limit")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the file says about the submissions that one pattern matches."""

    name: str
    pattern: re.Pattern[str]
    line: int | None
    language: str | None
    entrypoint: str | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionRules:
    """The whole file; empty when the package has none."""

    entries: tuple[Entry, ...] = ()
    folders: dict[str, Rule] = field(default_factory=dict)  # defaults that the file replaces, by plain word

    def matching(self, path: str) -> list[Entry]:
        """The entries for a submission; `path` is relative to submissions/."""
        return [entry for entry in self.entries if entry.pattern.fullmatch(path)]


def read_submission_rules(folder: PackageFolder, report: Report) -> SubmissionRules:
    """Read the file, if there is one."""
    if RULES_FILE not in folder.sizes:
        return SubmissionRules()
    text = folder.read_text(RULES_FILE, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(RULES_FILE, text, report)
    if document is None:
        return SubmissionRules()
    root = Fields(RULES_FILE, document, report)
    entries: list[Entry] = []
    folders: dict[str, Rule] = {}
    for name in root.names():
        entry = _read_entry(root, name, document[name].line)
        if entry is None:
            continue
        default = DEFAULT_RULES.get(plain_word(name))
        if default is not None and entry.rules and entry.rules[0].tests is None:
            # A default folder by its bare name: replaces the default instead of adding to it.
            folders[plain_word(name)] = entry.rules[0]
            entry = replace(entry, rules=entry.rules[1:])
        entries.append(entry)
    return SubmissionRules(entries=tuple(entries), folders=folders)


def _read_entry(root: Fields, name: str, line: int) -> Entry | None:
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
    rules = []
    own = _read_rule(fields, DEFAULT_RULES.get(plain_word(name), Rule()), None)
    if own is not None:
        rules.append(own)
    language = fields.text("language")
    entrypoint = fields.text("entrypoint")
    for informative in _INFORMATIVE:
        fields.value(informative)
    rules.extend(_read_test_rules(fields))
    return Entry(
        name=name, pattern=pattern, line=line, language=language, entrypoint=entrypoint, rules=tuple(rules)
    )


def _read_test_rules(fields: Fields) -> list[Rule]:
    """Every other key is a pattern over test groups and tests, with rules for these alone."""
    rules = []
    for key in fields.unknown_names():
        inner = fields.fields(key) if fields.holds_mapping(key) else None
        if inner is None:
            fields.error(key, "is neither a known key nor a pattern of tests with rules of its own")
            continue
        try:
            rule = _read_rule(inner, Rule(), compile_pattern(key))
        except PatternInvalid as error:
            fields.error(key, str(error))
            continue
        inner.value("use_for_time_limit")
        inner.finish(what="key")
        if rule is not None:
            rules.append(rule)
    return rules


def _read_rule(fields: Fields, default: Rule, tests: re.Pattern[str] | None) -> Rule | None:
    """The rule that `permitted` and `required` make; None when neither is given."""
    if fields.value("score") is not None:
        fields.error("score", "is for scoring problems only, which are not supported yet")
    if fields.text("message"):
        fields.warn("message", "ignored: the default output validator writes no judgemessage.txt")
    permitted = _read_verdicts(fields, "permitted")
    required = _read_verdicts(fields, "required")
    if permitted is None and required is None:
        return None
    return Rule(permitted=permitted or default.permitted, required=required or default.required, tests=tests)


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
