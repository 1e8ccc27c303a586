"""Packages for tests, made of a mapping of paths to contents."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from assay.errors import Finding, PackageInvalid
from assay.problems.package import Package
from assay.problems.reading import read_package

Files: TypeAlias = Mapping[str, str | bytes | None]

STANDARD: Files = MappingProxyType(
    {
        "problem.yaml": (
            "problem_format_version: 2025-09\n"
            "name: A Problem\n"
            "uuid: 3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11\n"
            "license: cc0\n"
            "rights_owner: us\n"
            "limits:\n"
            "  time_limit: 2.0\n"
        ),
        "statement/problem.en.md": "Double it.\n",
        "data/sample/1.in": "1\n",
        "data/sample/1.ans": "2\n",
        "data/secret/01.in": "5\n",
        "data/secret/01.ans": "10\n",
        "input_validators/validate.py": "exit(42)\n",
        "submissions/accepted/good.py": "print(int(input()) * 2)\n",
    }
)

LEGACY: Files = MappingProxyType(
    {
        "problem.yaml": "name: A Problem\nlicense: cc0\nrights_owner: us\n",
        ".timelimit": "2\n",
        "problem_statement/problem.en.tex": "\\problemname{Other}\nDouble it.\n",
        "data/sample/1.in": "1\n",
        "data/sample/1.ans": "2\n",
        "data/secret/01.in": "5\n",
        "data/secret/01.ans": "10\n",
        "input_validators/validate.py": "exit(42)\n",
        "submissions/accepted/good.py": "print(int(input()) * 2)\n",
    }
)


def make(root: Path, files: Files, changes: Files | None = None) -> Path:
    """Write a package to root/double; a change of None removes a file."""
    package = root / "double"
    for name, content in {**files, **(changes or {})}.items():
        if content is None:
            continue
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    package.mkdir(exist_ok=True)
    return package


def yaml_with(files: Files, line: str, *, instead_of: str | None = None) -> Files:
    """A change of problem.yaml: one more line, or one in place of another."""
    text = files["problem.yaml"]
    assert isinstance(text, str)
    if instead_of is None:
        return {"problem.yaml": f"{text}{line}\n"}
    assert instead_of in text
    return {"problem.yaml": text.replace(instead_of, line)}


def read(root: Path, files: Files, changes: Files | None = None) -> Package:
    return read_package(make(root, files, changes))


def findings_of(package: Path, *, testlib: Path | None = None) -> tuple[Finding, ...]:
    """What is wrong with a package; none if nothing is."""
    try:
        read_package(package, testlib=testlib)
    except PackageInvalid as refusal:
        return refusal.findings
    return ()
