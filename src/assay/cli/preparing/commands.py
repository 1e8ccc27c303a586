"""The setters' commands, to be added to `assay problem`."""

import typer

from assay.cli.preparing.fuzz import fuzz
from assay.cli.preparing.generate import generate
from assay.cli.preparing.new import new
from assay.cli.preparing.time_limit import time_limit
from assay.cli.preparing.trying import try_submissions
from assay.cli.preparing.upgrade import upgrade
from assay.cli.preparing.validate import validate
from assay.cli.verify import verify


def add_commands(app: typer.Typer) -> None:
    """Add all of them."""
    app.command()(new)
    app.command(help="The same as 'assay verify'.")(verify)
    app.command()(validate)
    app.command("test")(try_submissions)
    app.command("time-limit")(time_limit)
    app.command()(fuzz)
    app.command()(generate)
    app.command()(upgrade)
