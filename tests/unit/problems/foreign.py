"""Packages of other systems for tests, made of a mapping of paths to contents."""

from collections.abc import Callable
from pathlib import Path

from assay.errors import Finding, PackageInvalid
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.problems.conversion import Wishes
from assay.problems.package import Package
from tests.unit.problems.packages import Files

Reader = Callable[..., Package]
TESTLIB = "#define testlib_is_here 1\n"  # nothing is compiled in these tests
WISHES = Wishes(problem_id="double")


def languages() -> LanguageCatalogue:
    return load_catalogue()


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    folder.mkdir(exist_ok=True)
    return folder


def read(reader: Reader, root: Path, files: Files, wishes: Wishes = WISHES) -> Package:
    """The package of these files; what is made lies beside it."""
    workspace = root / "workspace"
    workspace.mkdir()
    return reader(write(root / "package", files), workspace=workspace, languages=languages(), wishes=wishes)


def findings(reader: Reader, root: Path, files: Files, wishes: Wishes = WISHES) -> tuple[Finding, ...]:
    """What is wrong with the package of these files; none if nothing is."""
    try:
        read(reader, root, files, wishes)
    except PackageInvalid as refusal:
        return refusal.findings
    return ()
