"""The rubric and the role that a command line names: one that ships, or a file of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from assay.assessments.rubrics import DEFAULT_RUBRIC, RUBRIC_BYTES_MAX, parse_rubric, shipped_rubric
from assay.cli.source import read_source
from assay.domain.rubric import Rubric
from assay.errors import UnknownRubric, UsageError

DEFAULT_ROLE = "generalist"

RubricOption = Annotated[
    str, typer.Option("--rubric", metavar="NAME|FILE", help="One that ships, or a file of your own.")
]
RoleOption = Annotated[
    str | None,
    typer.Option("--role", help=f"For which work. Default: {DEFAULT_ROLE}, if the rubric has it."),
]

_FILE_ENDINGS = frozenset({".yaml", ".yml", ".json"})


def choose_rubric(name: str) -> Rubric:
    """The rubric in the file, or the one of this name. Raises `UsageError` and `RubricInvalid`."""
    path = Path(name)
    if path.suffix.lower() in _FILE_ENDINGS or "/" in name or path.is_file():
        return read_rubric_file(path)
    try:
        return shipped_rubric(name)
    except UnknownRubric as error:
        raise UsageError(f"--rubric: {error.message}") from error


def read_rubric_file(path: Path) -> Rubric:
    """Raises `UsageError` for what is no text, and `RubricInvalid`."""
    return parse_rubric(read_source(path, RUBRIC_BYTES_MAX).decode(), path=str(path))


def choose_role(rubric: Rubric, role: str | None) -> str:
    """The role's id. Without a word it is the default one, or the only one there is. Raises `UsageError`."""
    ids = [each.id for each in rubric.roles]
    wanted = role or (DEFAULT_ROLE if DEFAULT_ROLE in ids else ids[0] if len(ids) == 1 else None)
    if wanted is None or wanted not in ids:
        said = "name one" if wanted is None else f"there is no role {wanted[:50]!r}"
        raise UsageError(f"--role: {said}; {rubric.name} has {', '.join(ids)}")
    return wanted


__all__ = [
    "DEFAULT_RUBRIC",
    "RoleOption",
    "RubricOption",
    "choose_role",
    "choose_rubric",
    "read_rubric_file",
]
