"""`assay evidence export | log`: files out of the log, and the log itself."""

from collections.abc import Mapping
import json
import os
from pathlib import Path
import sys
from typing import Annotated, Any

import typer

from assay.cli.evidence.verify import PublicKey
from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.errors import UsageError
from assay.settings import Settings, read_settings

EXIT_BROKEN = 1

Head = Annotated[
    Path | None,
    typer.Option(
        "--since",
        metavar="FILE",
        help="A tree head or an evidence file from before: is what the log had then still as it was?",
    ),
]


def export(
    submission: Annotated[str, typer.Argument(metavar="SUBMISSION", help="The submission's id.")],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The new file; default: standard output.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Write the evidence file of a scored submission, with the proof that it is in the log as of now."""
    from assay.cli.backup.landing import landing
    from assay.cli.house import settle_in

    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    if file is None:
        settle_in(settings, readable=[], keeps_data=True)
        sys.stdout.write(run_to_end(_export(settings, submission)).decode())
        return
    with landing(file) as landed:
        settle_in(settings, readable=[], keeps_data=True)
        content = run_to_end(_export(settings, submission))
        with os.fdopen(os.dup(landed.fd), "wb") as target:
            target.write(content)
        landed.finish()
    if as_json:
        print(json.dumps({"path": str(file), "bytes": len(content)}))
    else:
        print(f"{file}: {len(content)} bytes; 'assay evidence verify' checks it")


def log(
    since: Head = None,
    public_key: PublicKey = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Compute the whole tree again, from every entry, and look at what is kept of each.",
        ),
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """The log of evidence: its size and its newest signed head, as JSON a file for --since.

    Exits with 1 when the log is not what it was, or not what its own entries make. Without --public-key the
    keys in the database are believed: who could change the database could have put theirs there.
    """
    from assay.cli.evidence.reading import opened

    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    if public_key is not None and since is None and not check:
        raise UsageError("--public-key goes with --check or --since, which look at signatures")
    with opened([each for each in (since, public_key) if each is not None], settings) as files:
        kept = None if since is None else files.content(since)
        trusted = None if public_key is None else files.keys(public_key)
        found = {**run_to_end(_look(settings, kept, trusted, check=check)), "since": since and str(since)}
    if as_json:
        print(json.dumps(found))
    else:
        _tell(found)
    if found["faults"]:
        raise typer.Exit(EXIT_BROKEN)


async def _export(settings: Settings, submission: str) -> bytes:
    from assay.assessments.evidence.sealing import export as export_file
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        return await export_file(submission, registry.log)


async def _look(
    settings: Settings, kept: bytes | None, trusted: Mapping[str, bytes] | None, *, check: bool
) -> dict[str, Any]:
    from assay.assessments.evidence.audit import audit, compare
    from assay.assessments.evidence.file import read_head, signed_head_document
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        head = await registry.log.head()
        if head is None:
            if kept is not None:
                raise UsageError("--since: the log is empty, and never had this head")
            return {"tree_size": 0, "trusted": trusted is not None, "faults": []}
        faults = []
        if kept is not None:
            faults += await compare(read_head(kept), registry.log, trusted)
        if check:
            faults += await audit(registry.log, trusted)
        return {
            "tree_size": head.head.tree_size,
            **signed_head_document(head),
            "checked": check,
            "trusted": trusted is not None,
            "faults": faults,
        }


def _tell(found: dict[str, Any]) -> None:
    if not found["tree_size"]:
        print("the log is empty: nothing has been scored yet")
        return
    head = found["tree_head"]
    print(f"log {head['log']}, timeline {head['timeline']}: {head['tree_size']} entries as of {head['at']}")
    print(f"  root {head['root_hash']}, signed by the key {found['head_signature']['key_id']}")
    for fault in found["faults"]:
        print(f"  broken: {fault}")
    if not found["faults"]:
        if found["since"]:
            print(f"  it goes on from {found['since']}")
        if found["checked"]:
            print("  every entry, node, head and part is what it has to be")
        if (found["since"] or found["checked"]) and not found["trusted"]:
            print("  by the database's own keys: --public-key says whose they are")
