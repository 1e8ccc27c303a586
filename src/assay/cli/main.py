"""The `assay` command. Exit codes: 0 fine, 1 not as wished, 2 usage, 3 a fault of ours, 130 Ctrl-C."""

import os
import sys

import typer

from assay import __version__
from assay.cli import (
    analyse,
    archive,
    demo,
    doctor,
    erase,
    judge,
    languages,
    migrate,
    problem,
    queue,
    rubric,
    run,
    score,
    serve,
    submit,
    verify,
    warm,
    workers,
)
from assay.cli.backup import commands as backup
from assay.cli.ending import end_by_sigterm
from assay.cli.evidence import commands as evidence
from assay.cli.logs import log_beside_answers
from assay.cli.preparing import add_commands
from assay.cli.refusals import DISK_FULL, no_space, report
from assay.cli.similarity import app as similarity_app
from assay.errors import AssayError, UsageError

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
app.command()(score.score)
app.command()(verify.verify)
app.command()(analyse.analyse)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(migrate.migrate)
app.command()(submit.submit)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.command()(erase.erase)
app.command()(warm.warm)
app.add_typer(archive.app, name="archive")
app.add_typer(backup.app, name="backup")
app.add_typer(evidence.app, name="evidence")
app.add_typer(languages.app, name="languages")
app.add_typer(problem.app, name="problem")
app.add_typer(queue.app, name="queue")
app.add_typer(rubric.app, name="rubric")
app.add_typer(similarity_app, name="similarity")
app.add_typer(workers.app, name="workers")
add_commands(problem.app)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if show:
        print(f"assay {__version__}")
        raise typer.Exit


def main() -> None:
    """The process's edge: expected refusals become one clear line (or JSON) and their exit code."""
    _open_closed_streams()
    end_by_sigterm()
    log_beside_answers()
    as_json = "--json" in sys.argv
    try:
        sys.exit(_run_for_programs() if as_json else app())
    except AssayError as error:
        report(error, as_json=as_json)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`assay … | head`): not an error worth words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        refusal = no_space(error)
        report(refusal, as_json=as_json)
        sys.exit(refusal.exit_code)


def _open_closed_streams() -> None:
    """Else the first files that we open, the database say, would be in the place of a standard stream."""
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
            setattr(sys, name, os.fdopen(fd, "r" if name == "stdin" else "w"))


def _run_for_programs() -> int:
    """The command's exit code. What Typer has to say about the command line is a refusal like any other."""
    try:
        return app(standalone_mode=False) or 0
    except typer.TyperException as error:
        raise UsageError(error.format_message()) from None
