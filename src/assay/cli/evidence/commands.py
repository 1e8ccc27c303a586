"""`assay evidence …`, put together."""

import typer

from assay.cli.evidence import keys, log, people, replay, unscored, verify

app = typer.Typer(
    help="What scores rest on: signed, in a log that only grows, verified offline by anybody.",
    no_args_is_help=True,
)
app.command("verify")(verify.verify)
app.command("replay")(replay.replay)
app.command("export")(log.export)
app.command("log")(log.log)
app.command("key")(keys.key)
app.command("erase")(people.erase)
app.command("unscored")(unscored.unscored)
app.command("retry")(unscored.retry)
