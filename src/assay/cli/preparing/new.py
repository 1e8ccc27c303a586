"""`assay problem new NAME`: a package that is right from the start."""

import json
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from assay.cli.options import Json
from assay.errors import UsageError
from assay.problems.new import NewProblem, ProblemType, new_package


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="NAME", help="The new folder; its name is the problem's id.")
    ],
    problem_type: Annotated[
        ProblemType, typer.Option("--type", help="What kind of problem it is.")
    ] = ProblemType.PASS_FAIL,
    title: Annotated[str | None, typer.Option("--title", help="The problem's name. Default: NAME.")] = None,
    language: Annotated[
        str, typer.Option("--language", help="The statement's languages, such as en,de or pt-BR.")
    ] = "en",
    as_json: Json = False,
) -> None:
    """Make a new problem package: statement, tests, validators and submissions of a small example.

    It verifies and validates as it is; put your own problem in its place, part by part.
    """
    name = folder.resolve().name
    try:
        problem = NewProblem(
            id=name,
            name=title or name.capitalize(),
            type=problem_type,
            languages=tuple(dict.fromkeys(tag.strip() for tag in language.split(","))),
            uuid=str(uuid4()),
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    files = new_package(problem)
    try:
        _write(folder, files)
    except OSError as error:
        raise UsageError(f"{folder}: {(error.strerror or str(error)).lower()}") from error
    if as_json:
        print(json.dumps({"path": str(folder), "files": sorted(files)}))
    else:
        _tell(folder, problem, files)


def _write(folder: Path, files: dict[str, str]) -> None:
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder}: is there already; name another folder, or remove this one")
    folder.mkdir(parents=True)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)


def _tell(folder: Path, problem: NewProblem, files: dict[str, str]) -> None:
    statements = " ".join(path for path in files if path.startswith("statement/"))
    judges = "output_validator/" if "output_validator/validate.py" in files else "the default validator"
    print(f"{folder}: a {problem.type} problem with {len(files)} files. Next:")
    steps = (
        (f"write {statements}", "and name, credits and license in problem.yaml"),
        ("write submissions/accepted/", "your solution, and wrong ones beside it"),
        ("write input_validators/", f"what the statement promises; outputs are judged by {judges}"),
        (f"assay problem generate {folder}", "tests from generators/generators.yaml, if you want that"),
        (f"assay problem validate {folder}", "everything but the submissions"),
        (f"assay problem verify {folder}", "every submission as expected?"),
        (f"assay problem time-limit {folder}", "which time limit keeps right and slow apart"),
        (f"assay problem fuzz {folder}", "what the tests do not notice"),
    )
    width = max(len(step) for step, _ in steps)
    for step, why in steps:
        print(f"  {step:<{width}}  {why}")
