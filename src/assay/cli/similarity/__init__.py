"""`assay similarity run | show`: which submissions share parts, and the parts side by side."""

import typer

from assay.cli.similarity.comparing import run
from assay.cli.similarity.showing import show

app = typer.Typer(
    help="Which submissions share parts: something for a person to look at, and never a verdict.",
    no_args_is_help=True,
)
app.command()(run)
app.command()(show)
