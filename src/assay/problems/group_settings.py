"""The files that configure groups of tests and single tests, as they are written. What they come to together:
standard_groups.py and legacy_groups.py.

Legacy: testdata.yaml in any folder of data/. 2025-09: test_group.yaml in data/sample, data/secret and its
groups, and <test>.yaml. What they say of arguments holds for everything below, until something nearer to the
test says otherwise. A data/test_group.yaml, of which 2025-09 says nothing, is read too: it is in use
(BAPCtools), and to pass it over would judge by the wrong rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assay.domain.grading import Aggregation
from assay.problems.documents import YAML_BYTES_MAX, Value, parse_document
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.metadata import GivenArguments
from assay.problems.package import InputArguments, PackageFormat, Report

LEGACY_FILE = "testdata.yaml"
GROUP_FILE = "test_group.yaml"
SCORE_MAX = 10**9
_UNBOUNDED = "unbounded"
_PASS_FAIL = "pass-fail"  # noqa: S105
_VISUALIZERS = ("input_visualizer_args", "output_visualizer_args")


@dataclass(frozen=True, kw_only=True)
class TestSettings:
    """What a file says of the tests below it, or of one. `None` for what it leaves to others.

    `checker` names the only output validator for these tests (legacy).
    """

    __test__ = False  # pytest collects classes named Test*

    args: tuple[str, ...] | None = None
    validator_args: GivenArguments | None = None
    checker: str | None = None
    input_args: InputArguments | None = None
    full_feedback: bool | None = None
    hint: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class StandardGroup:
    """What test_group.yaml says of scores. `max_score` is None for "unbounded", and where it is not given.

    `static_score` is 0 for a static validation case that only passes or fails, None where there is none.
    """

    fields: Fields
    is_max_given: bool = False
    max_score: int | None = None
    aggregation: Aggregation | None = None
    require_pass: tuple[str, ...] = ()
    has_static: bool = False
    static_score: int | None = None
    static_args: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegacyGroup:
    """What testdata.yaml says of results. `None` for what it leaves to the groups around it."""

    fields: Fields
    stops_at_rejection: bool | None = None
    is_custom: bool | None = None
    flags: tuple[str, ...] | None = None
    accept_score: float | None = None
    reject_score: float | None = None
    range: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All such files, by the folder or test that they are of: a path without ending, "data/secret/group1"."""

    tests: dict[str, TestSettings] = field(default_factory=dict)
    standard: dict[str, StandardGroup] = field(default_factory=dict)
    legacy: dict[str, LegacyGroup] = field(default_factory=dict)


def read_settings(folder: PackageFolder, package_format: PackageFormat, report: Report) -> Settings:
    """Read every such file below data/; what is wrong in one is reported."""
    settings = Settings()
    for path in folder.files_below("data"):
        parent, _, name = path.rpartition("/")
        if name == LEGACY_FILE and package_format is not PackageFormat.LEGACY:
            report.error(path, f"is the legacy format's name; rename it to {GROUP_FILE}")
        elif name == LEGACY_FILE:
            _read_legacy(folder, path, parent, settings, report)
        elif package_format is PackageFormat.LEGACY:
            if name == GROUP_FILE:
                report.error(path, f"is a name of the format 2025-09; write {LEGACY_FILE} instead")
        elif name == GROUP_FILE:
            _read_standard(folder, path, parent, settings, report)
        elif name.endswith(".yaml") and f"{path.removesuffix('.yaml')}.in" in folder.sizes:
            fields = _open(folder, path, report)
            if fields is not None:
                settings.tests[path.removesuffix(".yaml")] = _read_test(fields)
                fields.finish()
    return settings


def _read_standard(folder: PackageFolder, path: str, owner: str, settings: Settings, report: Report) -> None:
    fields = _open(folder, path, report)
    if fields is None:
        return
    settings.tests[owner] = _read_common(fields)
    is_max_given = fields.value("max_score") is not None
    has_static = fields.value("static_validation_score") is not None
    static_args = fields.list_of_texts("static_validator_args")
    if static_args and not has_static:
        fields.error("static_validator_args", "needs static_validation_score beside it; give that too")
    settings.standard[owner] = StandardGroup(
        fields=fields,
        is_max_given=is_max_given,
        max_score=_read_points(fields, "max_score", word=_UNBOUNDED),
        aggregation=_read_aggregation(fields),
        require_pass=fields.texts("require_pass") or (),
        has_static=has_static,
        static_score=_read_points(fields, "static_validation_score", word=_PASS_FAIL),
        static_args=static_args or (),
    )
    fields.finish()


def _read_points(fields: Fields, name: str, *, word: str) -> int | None:
    """A whole number of points; None for the word, and where there is none."""
    given = fields.value(name)
    if given is None or given.text == word:
        return None
    points = fields.integer(name, at_least=0, at_most=SCORE_MAX) if _is_number(given) else None
    if not _is_number(given):
        fields.error(name, f"must be a whole number or {word}, not {(given.text or 'a list')[:40]!r}")
    return points


def _is_number(value: Value) -> bool:
    return isinstance(value.data, int | float) and not isinstance(value.data, bool)


def _read_aggregation(fields: Fields) -> Aggregation | None:
    text = fields.text("score_aggregation")
    known = {str(each): each for each in (Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN)}
    if text is not None and text not in known:
        fields.error("score_aggregation", f"must be {', '.join(known)}, not {text[:40]!r}")
    return known.get(text or "")


def _read_test(fields: Fields) -> TestSettings:
    common = _read_common(fields)
    return TestSettings(
        args=common.args,
        validator_args=common.validator_args,
        input_args=common.input_args,
        full_feedback=common.full_feedback,
        hint=fields.text("hint") or "",
        description=fields.text("description") or "",
    )


def _read_common(fields: Fields) -> TestSettings:
    for visualizer in _VISUALIZERS:
        fields.list_of_texts(visualizer)
    values = fields.list_of_texts("output_validator_args")
    return TestSettings(
        args=fields.list_of_texts("args"),
        validator_args=None if values is None else _given(fields, "output_validator_args", values),
        input_args=_read_input_args(fields),
        full_feedback=fields.boolean("full_feedback"),
    )


def _read_input_args(fields: Fields) -> InputArguments | None:
    """Arguments for every input validator, or a mapping of their names to each one's own."""
    given = fields.value("input_validator_args")
    if given is None:
        return None
    if not isinstance(given.data, dict):
        return InputArguments(for_all=fields.list_of_texts("input_validator_args") or ())
    named = fields.fields("input_validator_args")
    if named is None:
        return None
    return InputArguments(by_name={name: named.list_of_texts(name) or () for name in named.names()})


def _read_legacy(folder: PackageFolder, path: str, owner: str, settings: Settings, report: Report) -> None:
    fields = _open(folder, path, report)
    if fields is None:
        return
    on_reject = fields.text("on_reject")
    if on_reject not in (None, "break", "continue"):
        fields.error("on_reject", f"must be break or continue, not {on_reject!r}")
    grading = fields.text("grading")
    if grading not in (None, "default", "custom"):
        fields.error("grading", f"must be default or custom, not {grading!r}")
    flags = fields.text("grader_flags")
    settings.legacy[owner] = LegacyGroup(
        fields=fields,
        stops_at_rejection=None if on_reject is None else on_reject != "continue",
        is_custom=None if grading is None else grading == "custom",
        flags=None if flags is None else tuple(flags.split()),
        accept_score=fields.number("accept_score", at_least=-SCORE_MAX, at_most=SCORE_MAX),
        reject_score=fields.number("reject_score", at_least=-SCORE_MAX, at_most=SCORE_MAX),
        range=_read_range(fields),
    )
    checker, validator_args = _read_output_flags(fields)
    settings.tests[owner] = TestSettings(
        validator_args=validator_args, checker=checker, input_args=_read_input_flags(fields)
    )
    fields.finish()


def _read_range(fields: Fields) -> tuple[float, float] | None:
    text = fields.text("range")
    if text is None:
        return None
    try:
        lowest, highest = (float(part) for part in text.split())
    except ValueError:
        lowest, highest = 0.0, -1.0
    if not lowest <= highest:  # also not a number
        fields.error("range", f"must be two numbers, the lower first, such as '0 100', not {text[:40]!r}")
        return None
    return lowest, highest


def _read_output_flags(fields: Fields) -> tuple[str | None, GivenArguments | None]:
    """A string of flags, or a mapping of the validator's name and its flags.

    The specification calls the string the validator's name; all tools take it for flags.
    """
    field = "output_validator_flags"
    given = fields.value(field)
    if given is None:
        return None, None
    if given.text is not None:
        return None, _given(fields, field, tuple(given.text.split()))
    name, flags = _read_named_flags(fields, field)
    return name, _given(fields, field, flags)


def _read_input_flags(fields: Fields) -> InputArguments | None:
    field = "input_validator_flags"
    given = fields.value(field)
    if given is None:
        return None
    if given.text is not None:
        return InputArguments(for_all=tuple(given.text.split()))
    name, flags = _read_named_flags(fields, field)
    return InputArguments(by_name={name or "": flags})


def _read_named_flags(fields: Fields, field: str) -> tuple[str | None, tuple[str, ...]]:
    named = fields.fields(field)
    if named is None:
        return None, ()
    name = named.text("name")
    if not name:
        fields.error(field, "has no name; name the validator, or give the flags as a string")
    flags = tuple((named.text("flags") or "").split())
    named.finish()
    return name, flags


def effective(settings: Mapping[str, TestSettings], path: str) -> TestSettings:
    """What holds for a test: what its own file says and, of all else, what the nearest folder above says."""
    found = settings.get(path, TestSettings())
    while path := path.rpartition("/")[0]:
        around = settings.get(path)
        if around is not None:
            found = _filled(found, around)
    return found


def _filled(inner: TestSettings, outer: TestSettings) -> TestSettings:
    is_given = inner.validator_args is not None
    return replace(
        inner,
        args=outer.args if inner.args is None else inner.args,
        validator_args=inner.validator_args if is_given else outer.validator_args,
        checker=inner.checker if is_given else outer.checker,
        input_args=inner.input_args or outer.input_args,
        full_feedback=outer.full_feedback if inner.full_feedback is None else inner.full_feedback,
    )


def _given(fields: Fields, field: str, values: tuple[str, ...]) -> GivenArguments:
    return GivenArguments(path=fields.path, field=field, line=fields.line(field), values=values)


def _open(folder: PackageFolder, path: str, report: Report) -> Fields | None:
    text = folder.read_text(path, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(path, text, report)
    return None if document is None else Fields(path, document, report)
