"""`assay evidence erase`: what is kept of a person in evidence and scores, destroyed."""

import json
import os
from typing import Annotated

import typer

from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.domain.evidence import Candidate, Entry
from assay.errors import NotFound, UsageError
from assay.settings import Settings, read_settings


def erase(
    user: Annotated[str | None, typer.Option("--user", help="The candidate's user id.")] = None,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Their tenant, if they have one.")] = None,
    submission: Annotated[
        str | None, typer.Option("--submission", help="Of a candidate without a user id: the submission.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking: there is no way back.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Destroy a person's salts, sources and scores in the log of evidence, for good.

    The log stays valid: it keeps hashes that tell nothing any more, and gets an entry that says what was
    erased. Submissions, and files that were exported before, are not touched.
    """
    from assay.cli.house import settle_in

    if (user is None) is (submission is None):
        raise UsageError("give --user, or --submission for a candidate without a user id")
    if submission is not None and tenant is not None:
        raise UsageError("--tenant goes with --user")
    if not yes:
        typer.confirm("What is erased cannot be brought back. Go on?", abort=True, err=True)
    candidate = Candidate(tenant=tenant, user_id=user, submission_id=submission or "")
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    settle_in(settings, readable=[], keeps_data=True)
    entry = run_to_end(_erase(settings, candidate))
    erased = json.loads(entry.statement)["entries"]
    if as_json:
        print(json.dumps({"entry": entry.id, "index": entry.index, "erased": erased}))
    else:
        print(f"{len(erased)} entries are erased; entry {entry.index} of the log says so")


async def _erase(settings: Settings, candidate: Candidate) -> Entry:
    from assay.assessments.evidence.sealing import erase as erase_person
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        entry = await erase_person(candidate, registry.desk())
    if entry is None:
        raise NotFound("nothing is known of this person: no score, and no evidence")
    return entry
