"""include/: files that are added to submissions; attachments/: files that people may download.

Specification: "Included files", "Attachments", "Code templates"; legacy: "Included code".
"""

from dataclasses import dataclass

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import Included
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.folder import PackageFolder
from assay.problems.package import PackageFormat, Report
from assay.problems.standard import with_variants

INCLUDE, ATTACHMENTS = "include", "attachments"
_DEFAULT = "default"
_TEMPLATES = f"{ATTACHMENTS}/templates"


@dataclass(frozen=True, kw_only=True)
class IncludeReading:
    """`allowed` are the ids of the languages that may be used, None for all."""

    folder: PackageFolder
    format: PackageFormat
    languages: LanguageCatalogue
    allowed: tuple[str, ...] | None
    report: Report


def read_included(reading: IncludeReading) -> tuple[Included, ...]:
    """The files of each language, and those of all languages, last."""
    folder, report = reading.folder, reading.report
    found: dict[str | None, Included] = {}
    for name in folder.names_in(INCLUDE):
        path = f"{INCLUDE}/{name}"
        if path in folder.sizes:
            report.error(path, f"is beside the folders of languages; move it into {INCLUDE}/{_DEFAULT}/")
            continue
        files = _files_below(folder, path)
        if not files:
            report.warn(path, "is an empty folder; the format does not allow one here")
        elif name == _DEFAULT:
            if reading.format is PackageFormat.LEGACY:
                report.warn(path, "honoured for all languages, though not of the legacy format")
            found[None] = Included(language_id=None, files=files)
        else:
            for language_id in _languages_of(reading, name, path):
                found[language_id] = Included(language_id=language_id, files=files)
    return tuple(found[key] for key in sorted(found, key=lambda each: (each is None, each or "")))


def read_attachments(reading: IncludeReading) -> tuple[JuryFile, ...]:
    """The files, by their names below attachments/: "tool.py", "templates/cpp/main.cpp"."""
    folder, report = reading.folder, reading.report
    if reading.format is not PackageFormat.LEGACY:
        for name in folder.names_in(ATTACHMENTS):
            path = f"{ATTACHMENTS}/{name}"
            if path in folder.folders and path != _TEMPLATES:
                report.error(path, "is a folder, which the format forbids here; attach it as a zip file")
        _check_templates(reading)
    return _files_below(folder, ATTACHMENTS)


def _check_templates(reading: IncludeReading) -> None:
    folder, report = reading.folder, reading.report
    for name in folder.names_in(_TEMPLATES):
        path = f"{_TEMPLATES}/{name}"
        if path in folder.sizes:
            report.error(path, f"is beside the folders of languages; move it into {_TEMPLATES}/{_DEFAULT}/")
        elif not folder.files_below(path):
            report.warn(path, "is an empty folder; the format does not allow one here")
        elif name != _DEFAULT and not with_variants(reading.languages, name):
            report.warn(path, f"is a template for {name!r}, which is no language of this judge")


def _languages_of(reading: IncludeReading, code: str, path: str) -> tuple[str, ...]:
    """The ids that a folder's name stands for; none, reported, when that is no language to be used here."""
    languages = with_variants(reading.languages, code)
    if not languages:
        reading.report.warn(path, f"ignored: {code!r} is no language of this judge")
        return ()
    ids = tuple(language.id for language in languages)
    if reading.allowed is not None and not set(ids) & set(reading.allowed):
        message = (
            f"is for {code}, which is none of the languages of problem.yaml; add it there or remove this"
        )
        reading.report.error(path, message)
        return ()
    return ids


def _files_below(folder: PackageFolder, place: str) -> tuple[JuryFile, ...]:
    return tuple(
        JuryFile(
            name=path.removeprefix(f"{place}/"), content=DataRef(path), executable=path in folder.executables
        )
        for path in folder.files_below(place)
    )
