"""`assay submit PROBLEM FILE`: hand a source or answers to a server, wait for the verdict if asked to."""

from collections.abc import Mapping, Sequence
import io
import json
from pathlib import Path
import sys
from typing import Annotated, Any
import zipfile

import typer

from assay.cli.answers import read_answers
from assay.cli.client import ServerClient, connect
from assay.cli.options import DEFAULT_SERVER, Json, Server
from assay.domain.answers import ANSWERS
from assay.domain.submission import SourceFile
from assay.errors import UsageError
from assay.languages import load_catalogue

EXIT_NOT_ACCEPTED = 1
EXIT_FAULT_OF_OURS = 3


def submit(
    problem: Annotated[str, typer.Argument(help="The problem's id.")],
    file: Annotated[Path, typer.Argument(help="The source file; a folder or zip of answers.")],
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            help="Default: by the file's ending and content. 'answers' where the problem takes these.",
        ),
    ] = None,
    user: Annotated[str | None, typer.Option("--user", help="Recorded as the submission's user_id.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Follow the judging; exit 0 only if accepted.")
    ] = False,
    all_tests: Annotated[
        bool, typer.Option("--all-tests", help="Run all tests, also those that decide nothing any more.")
    ] = False,
    server: Server = DEFAULT_SERVER,
    as_json: Json = False,
) -> None:
    """Submit a source file, or answers, to a server."""
    fields = {"problem_id": problem}
    if user is not None:
        fields["user_id"] = user
    if all_tests:
        fields["judging"] = "all-tests"
    with connect(server) as client:
        if language == ANSWERS:
            accepted = client.submit_answers(packed(read_answers(file)), fields)
        else:
            accepted = client.submit(fields | program_of(file, language))
        answer = follow(client, accepted["id"], quiet=as_json) if wait else accepted
    if as_json:
        print(json.dumps(answer))
    elif wait:
        print(
            f"{answer['verdict']}{in_points(answer)}  {answer.get('cpu_time_ms')} ms  "
            f"{server}/submissions/{answer['id']}"
        )
    else:
        print(f"{answer['id']}  {answer['status']}  {server}/submissions/{answer['id']}")
    if wait and answer["verdict"] != "AC":
        raise typer.Exit(EXIT_FAULT_OF_OURS if answer["verdict"] == "JE" else EXIT_NOT_ACCEPTED)


def program_of(file: Path, language: str | None) -> dict[str, Any]:
    """What the submission of a program says besides. Raises `UsageError`."""
    text = read_source_text(file)
    return {
        "language": language or language_of(file, text),
        "files": [{"name": file.name, "content": text}],
    }


def packed(files: Sequence[SourceFile]) -> bytes:
    """The files as a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.content)
    return content.getvalue()


def in_points(answer: Mapping[str, Any]) -> str:
    """The score, if there is one."""
    if answer.get("score") is None:
        return ""
    best = answer.get("max_score")
    return f"  {answer['score']:g} points" if best is None else f"  {answer['score']:g} of {best:g} points"


def follow(client: ServerClient, submission_id: str, *, quiet: bool) -> dict[str, Any]:
    """Watch a submission until it is decided; progress goes to standard error."""
    for event in client.events(submission_id):
        if not quiet:
            place = f" {event['test_case']}/{event['total']}" if event.get("test_case") else ""
            print(f"{event['status']}{place}", file=sys.stderr)
    return client.get(f"/api/v1/submissions/{submission_id}")


def language_of(file: Path, text: str) -> str:
    """The language that the file's name and text say. Raises `UsageError` when they say none."""
    language = load_catalogue().for_files([SourceFile(name=file.name, content=text.encode())])
    if language is None:
        raise UsageError(
            f"{file}: no language has this ending; name one with --language (see 'assay languages')"
        )
    return language.id


def read_source_text(file: Path) -> str:
    """The file as text. Raises `UsageError` naming the file when it cannot be read or is not UTF-8."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file}: not UTF-8 text (byte {error.start}); sources are submitted as text"
        ) from error
