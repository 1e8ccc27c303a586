"""The `assay` command. Exit codes: 0 fine, 1 not as wished, 2 usage, 3 a fault of ours, 130 Ctrl-C."""

import json
import os
import sys
from typing import Any

import typer

from assay import __version__
from assay.cli import demo, doctor, judge, languages, problem, run, serve, submit, verify
from assay.errors import AssayError, InvalidInput, PackageInvalid

EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="assay",
    help="A self-hosted judge for code.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(judge.judge)
app.command()(verify.verify)
app.command()(serve.serve)
app.command()(submit.submit)
app.command()(languages.languages)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.add_typer(problem.app, name="problem")


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if show:
        print(f"assay {__version__}")
        raise typer.Exit


def main() -> None:
    """The process's edge: expected refusals become one clear line (or JSON) and their exit code."""
    try:
        app()
    except AssayError as error:
        report(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`assay … | head`): not an error worth words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_INTERRUPTED)


def report(error: AssayError, *, as_json: bool) -> None:
    """Say what was refused: on standard error in words, or on standard output as JSON."""
    if as_json:
        print(json.dumps({"error": describe(error)}))
        return
    if isinstance(error, PackageInvalid):
        print(f"assay: {error.package} is not a valid problem package:", file=sys.stderr)
        for finding in error.findings:
            print(f"  {finding}", file=sys.stderr)
        return
    print(f"assay: {error.message}", file=sys.stderr)


def describe(error: AssayError) -> dict[str, Any]:
    """The refusal as JSON: code, message, and where it applies the field or the findings."""
    description: dict[str, Any] = {"code": error.code, "message": error.message}
    if isinstance(error, InvalidInput):
        description["field"] = error.field
    if isinstance(error, PackageInvalid):
        description["findings"] = [vars(finding) for finding in error.findings]
    return description
