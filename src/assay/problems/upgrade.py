"""The verb: a legacy package becomes one of 2025-09.

What the format knows is exported as from any other source (export/). This adds what nobody but the package's
author needs, factors of a time limit that is measured, and what the legacy format means by the names of
submissions' folders; and it says what stays behind.
"""

from collections.abc import Iterator
from dataclasses import replace
import hashlib
import os
from pathlib import Path

import yaml

from assay.domain.jury import DataRef
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.digests import digest_of
from assay.problems.expectations import FORMAT_VERDICTS, Rule
from assay.problems.export import Loss, export_package
from assay.problems.export.losses import Losses
from assay.problems.export.target import Target
from assay.problems.folder import PackageFolder, open_package
from assay.problems.package import MeasuredTimeLimit, Package, PackageFormat, Report
from assay.problems.submission_rules import RULES_FILE
from assay.problems.verdict_words import DEFAULT_RULES, LEGACY_RULES, plain_word

_PROBLEM_FILE = "problem.yaml"
_REPLACED = (_PROBLEM_FILE, ".timelimit", "domjudge-problem.ini")
_REPLACED_ENDINGS = ("/testdata.yaml", ".hint", ".desc")
_IMAGES = (".png", ".jpg", ".jpeg", ".svg")
_RENAMED = {"problem_statement": "statement", "input_format_validators": "input_validators"}
# What the export writes, and so knows better than a copy.
_EXPORTED = (
    "data",
    "submissions",
    "output_validators",
    "output_validator",
    "graders",
    "include",
    "attachments",
)


def upgrade_package(package: Package, into: Path, *, languages: LanguageCatalogue) -> tuple[Loss, ...]:
    """Write the package into the empty folder `into`, which has its name. Blocking.

    A time limit that is to be measured stays one. Returns what could not be carried as it is. Raises
    ValueError for a package that is not legacy, and OSError when a file cannot be read or written.
    """
    if package.format is not PackageFormat.LEGACY:
        raise ValueError("only a legacy package can be upgraded")
    problem = package.problem
    found = export_package(
        replace(package, unmade=(), problem=replace(problem, version="legacy")),  # nobody looks at that
        into,
        dialect=PackageFormat.STANDARD_2025_09,
        languages=languages,
    )
    losses = Losses()
    for loss in found:
        losses.note(loss.what, loss.why)
    measured = [making for making in package.unmade if isinstance(making, MeasuredTimeLimit)]
    if measured:
        _measure_again(into, measured[0])
    _keep_meanings(package, into)
    with open_package(package.path, Report()) as folder:
        target = Target(into, package.files)
        for old, new in _extras(folder, into):
            target.copy(DataRef(old), new, executable=old in folder.executables)
        _note_left_behind(package, folder, into, losses)
    return losses.all()


def _measure_again(into: Path, rule: MeasuredTimeLimit) -> None:
    """In place of the limit that was exported: the factors that it is measured by."""
    document = yaml.safe_load((into / _PROBLEM_FILE).read_text(encoding="utf-8"))
    limits = document["limits"]
    del limits["time_limit"]
    limits.pop("time_resolution", None)
    document["limits"] = {
        "time_multipliers": {
            "ac_to_time_limit": rule.accepted_factor,
            "time_limit_to_tle": rule.too_slow_factor,
        },
        **limits,
    }
    _dump(into / _PROBLEM_FILE, document)


def _keep_meanings(package: Package, into: Path) -> None:
    """Folders of submissions that mean something else in 2025-09 get what they meant, in submissions.yaml."""
    file = into / RULES_FILE
    document = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    folders = dict.fromkeys(each.path.split("/")[1] for each in package.submissions)
    meanings: dict[str, object] = {}
    for name in folders:
        legacy, default = LEGACY_RULES.get(plain_word(name)), DEFAULT_RULES.get(plain_word(name))
        if legacy is not None and default is not None and legacy != default and name not in document:
            meaning = _meaning(legacy, default)
            if meaning:
                meanings[name] = meaning
    if meanings:
        _dump(file, {**meanings, **document})


def _meaning(legacy: Rule, default: Rule) -> dict[str, object]:
    """The keys that make the default rule what it was."""
    if legacy.permitted == default.permitted and legacy.required == default.required:
        return {} if legacy.time_use is default.time_use else {"use_for_time_limit": False}
    if legacy.permitted == legacy.required == FORMAT_VERDICTS:
        return {}  # accepted as a whole: 2025-09 says it test by test, which comes to the same
    return {
        "permitted": [str(each) for each in sorted(legacy.permitted)],
        "required": [str(each) for each in sorted(legacy.required)],
    }


def _extras(folder: PackageFolder, into: Path) -> Iterator[tuple[str, str]]:
    """Files that no judge reads, and where they go."""
    for path in sorted(folder.sizes):
        top, _, rest = path.partition("/")
        new = f"{_RENAMED[top]}/{rest}" if rest and top in _RENAMED else path
        if path in _REPLACED or path.endswith(_REPLACED_ENDINGS) or (into / new).exists():
            continue
        if top == "data":
            if path.lower().endswith(_IMAGES) and (into / f"{path.rpartition('.')[0]}.in").exists():
                yield path, new
        elif top == "problem_statement" and rest.startswith("problem.") and "/" not in rest:
            continue  # a statement in a language that has a better one
        elif top not in _EXPORTED and top not in ("input_validators", "input_format_validators"):
            yield path, new


def _note_left_behind(package: Package, folder: PackageFolder, into: Path, losses: Losses) -> None:
    """Whatever content of the package is nowhere in the new one."""
    there = {_digest(path.read_bytes()) for path in into.rglob("*") if path.is_file()}
    for path in sorted(folder.sizes):
        if path in _REPLACED or path.endswith(_REPLACED_ENDINGS) or path == RULES_FILE:
            continue
        if digest_of(package.files, DataRef(path)) not in there:
            losses.note(path, "has no place in the new package, and was left out")
    text = _text_of(package, _PROBLEM_FILE)
    if any(line.lstrip().startswith("#") for line in text.splitlines()):
        losses.note(_PROBLEM_FILE, "its remarks are not kept")


def _text_of(package: Package, path: str) -> str:
    with os.fdopen(package.files.open(DataRef(path)), "rb") as file:
        return file.read().decode(errors="replace")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _dump(path: Path, document: object) -> None:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
