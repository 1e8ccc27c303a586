"""data/sample and data/secret: the tests, in the order in which they are run, samples first."""

from collections.abc import Iterable
from dataclasses import dataclass

from assay.domain.problem import DataRef, OutputComparison, TestCase
from assay.errors import Finding
from assay.problems import groups
from assay.problems.comparison import ArgumentsInvalid, parse_arguments
from assay.problems.folder import PackageFolder, path_order
from assay.problems.groups import GROUP_FILE, LEGACY_FILE, Settings, ValidatorArguments
from assay.problems.package import PackageFormat, Report

DATA_FILE_BYTES_MAX = 256 * 1024 * 1024  # the specification recommends 100 MiB at most
_SAMPLE = "data/sample"
_SECRET = "data/secret"  # noqa: S105 - the format's word for tests that are not shown
_UNUSED = ("invalid_input", "invalid_output", "valid_output", "invalid_inputs", "bad")
# Files that belong to a test, longest ending first. Only .in, .ans and .yaml matter to a judge.
_ENDINGS = (
    ".in.statement", ".ans.statement", ".in.download", ".ans.download", ".interaction",
    ".in", ".ans", ".out", ".yaml", ".hint", ".desc", ".png", ".jpg", ".jpeg", ".svg",
)  # fmt: skip


def read_tests(
    folder: PackageFolder, package_format: PackageFormat, base: ValidatorArguments, report: Report
) -> tuple[TestCase, ...]:
    """All tests. `base` are the output validator's arguments that hold for every test."""
    arguments = ArgumentsOfTests(
        settings=_read_settings(folder, package_format, report),
        format=package_format,
        base=base,
        report=report,
    )
    tests: list[TestCase] = []
    for top in (_SAMPLE, _SECRET):
        files = folder.files_below(top)
        _check_pairs(folder, files, report)
        stems = [path.removesuffix(".in") for path in files if path.endswith(".in")]
        for stem in sorted(stems, key=path_order):
            comparison = arguments.comparison_for(stem)
            if _is_complete(folder, stem, report) and comparison is not None:
                test = TestCase(
                    name=stem.removeprefix("data/"),
                    input=DataRef(f"{stem}.in"),
                    answer=DataRef(f"{stem}.ans"),
                    is_sample=top == _SAMPLE,
                    comparison=comparison,
                )
                tests.append(test)
        if top == _SECRET and not stems:
            report.error(_SECRET, "has no tests; add at least one pair of files <name>.in and <name>.ans")
    _check_folders(folder, {test.name for test in tests}, report)
    return tuple(tests)


def _is_complete(folder: PackageFolder, stem: str, report: Report) -> bool:
    given, answer = f"{stem}.in", f"{stem}.ans"
    if answer not in folder.sizes:
        report.error(given, f"has no answer file; add {answer}")
        return False
    for path in (given, answer):
        if folder.sizes[path] > DATA_FILE_BYTES_MAX:
            report.error(path, f"is larger than {DATA_FILE_BYTES_MAX} bytes")
    return True


@dataclass(frozen=True, kw_only=True)
class ArgumentsOfTests:
    """The output validator's arguments for each test, and what they mean."""

    settings: Settings
    format: PackageFormat
    base: ValidatorArguments
    report: Report

    def comparison_for(self, stem: str) -> OutputComparison | None:
        """How a test's output is compared. None, reported, when the arguments are wrong."""
        own = groups.nearest(self.settings, stem)
        values = self.base.values if own is None else (*self.base.values, *own.values)
        given = own or self.base
        try:
            return parse_arguments(values, strict=self.format is not PackageFormat.LEGACY)
        except ArgumentsInvalid as error:
            finding = Finding(path=given.path, field=given.field, line=given.line, message=str(error))
            if finding not in self.report.errors:  # once, not for each test below
                self.report.errors.append(finding)
            return None


def _read_settings(folder: PackageFolder, package_format: PackageFormat, report: Report) -> Settings:
    settings: Settings = {}
    files = [*folder.files_below(_SAMPLE), *folder.files_below(_SECRET)]
    roots = [path for path in (f"data/{LEGACY_FILE}", f"data/{GROUP_FILE}") if path in folder.sizes]
    for path in [*roots, *files]:
        parent, _, name = path.rpartition("/")
        found = None
        match package_format:
            case PackageFormat.LEGACY if name == LEGACY_FILE:
                found = groups.read_legacy_group(folder, path, report)
                owner = parent
            case PackageFormat.STANDARD_2025_09 if name == GROUP_FILE:
                found = groups.read_group(folder, path, report)
                owner = parent
            case PackageFormat.STANDARD_2025_09 if name == LEGACY_FILE:
                report.error(path, f"is the legacy format's name; rename it to {GROUP_FILE}")
                continue
            case PackageFormat.STANDARD_2025_09 if name.endswith(".yaml"):
                owner = path.removesuffix(".yaml")
                if f"{owner}.in" in folder.sizes:
                    found = groups.read_test(folder, path, report)
            case _:
                continue
        if found is not None:
            settings[owner] = found
    if package_format is PackageFormat.STANDARD_2025_09:
        _check_groups(folder, files, report)
    return settings


def _check_groups(folder: PackageFolder, files: Iterable[str], report: Report) -> None:
    """2025-09: groups are direct folders of data/secret, all of them or none; data/sample has none."""
    group_files = [path for path in files if path.endswith(f"/{GROUP_FILE}")]
    owners = {path.rpartition("/")[0] for path in group_files} - {_SAMPLE, _SECRET}
    for owner in sorted(owners):
        if owner.rpartition("/")[0] != _SECRET:
            report.error(f"{owner}/{GROUP_FILE}", "test groups may only be folders directly in data/secret")
    if not any(owner.rpartition("/")[0] == _SECRET for owner in owners):
        return
    for name in folder.names_in(_SECRET):
        path = f"{_SECRET}/{name}"
        if path in folder.folders and path not in owners:
            report.error(path, f"is beside test groups and must be one too; add {GROUP_FILE}")
        elif name.endswith(".in"):
            report.error(path, "is beside test groups; move it into one of them")


def _check_pairs(folder: PackageFolder, files: Iterable[str], report: Report) -> None:
    """Report the files that belong to a test which is not there."""
    for path in files:
        ending = next((each for each in _ENDINGS if path.endswith(each)), None)
        name = path.rpartition("/")[2]
        if ending in (None, ".in") or name in (LEGACY_FILE, GROUP_FILE):
            continue
        stem = path.removesuffix(ending or "")
        if f"{stem}.in" in folder.sizes:
            continue
        if ending == ".ans":
            report.error(path, f"has no input file; add {stem}.in")
        elif ending != ".interaction":  # legacy: may stand alone
            report.warn(path, f"ignored, because there is no {stem}.in")


def _check_folders(folder: PackageFolder, test_names: set[str], report: Report) -> None:
    for path in sorted(folder.folders):
        if not path.startswith("data/"):
            continue
        below = path.removeprefix("data/")
        if path.endswith(".files") and below.removesuffix(".files") in test_names:
            report.error(path, "input files beside standard input are not supported yet")
        elif below in test_names:
            report.error(path, f"has the name of the test {path}.in; rename one of them")
        elif "/" not in below and path not in (_SAMPLE, _SECRET) and below not in _UNUSED:
            report.warn(path, "ignored: tests are in data/sample and data/secret")
