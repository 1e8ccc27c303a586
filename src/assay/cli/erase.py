"""`assay erase`: a person out of an installation, as far as they can be told from what they sent."""

from dataclasses import asdict
import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.domain.evidence import Candidate
from assay.errors import Unavailable, UsageError
from assay.settings import Settings, read_settings

if TYPE_CHECKING:
    from assay.assessments.erasure import Erased, Found

EXIT_INCOMPLETE = 1


def erase(
    user: Annotated[str | None, typer.Option("--user", help="The person's user id.")] = None,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Their tenant, if they have one.")] = None,
    submission: Annotated[
        str | None, typer.Option("--submission", help="Of a person without a user id: the submission.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what there is, and change nothing.")
    ] = False,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="Have the database let go of old pages at once (see the guide).")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking: there is no way back.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Erase a person: texts, outputs and user id of their submissions, their scores and evidence, for good.

    Verdicts, points and costs stay, of nobody; the log of evidence stays valid and says what was erased.
    Done again, it does nothing. Exits with 1 while submissions of theirs are not judged yet: these stay as
    they are. Backups, archives and exported files are not touched.
    """
    from assay.cli.house import settle_in

    if (user is None) is (submission is None):
        raise UsageError("give --user, or --submission for a person without a user id")
    if submission is not None and tenant is not None:
        raise UsageError("--tenant goes with --user")
    candidate = Candidate(tenant=tenant, user_id=user, submission_id=submission or "")
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    if not dry_run and not yes:
        typer.confirm("What is erased cannot be brought back. Go on?", abort=True, err=True)
    settle_in(settings, readable=[], keeps_data=True)
    if dry_run:
        tell_found(run_to_end(_find(settings, candidate)), as_json=as_json)
        return
    erased = run_to_end(_erase(settings, candidate, is_vacuumed=vacuum))
    compilations = _clear_compilations(settings)
    tell_erased(erased, compilations, as_json=as_json)
    if not erased.is_complete:
        raise typer.Exit(EXIT_INCOMPLETE)


def tell_found(found: "Found", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"dry_run": True, **asdict(found)}))
        return
    print(
        f"would erase: {found.submissions} submissions ({found.source_bytes} bytes of source), "
        f"{found.entries} entries of evidence"
    )
    if found.unfinished:
        print(f"{found.unfinished} more are not judged yet, and would stay until they are")


def tell_erased(erased: "Erased", compilations: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"dry_run": False, **asdict(erased), "compilations": compilations}))
        return
    if not (erased.submissions or erased.log_entries or erased.unfinished):
        print("nothing is known of this person")
    else:
        print(f"erased: {len(erased.submissions)} submissions, {len(erased.entries)} entries of evidence")
    if compilations:
        print(f"{compilations} kept compilations on this host are gone, whosever they were")
    if erased.unfinished:
        print(f"{erased.unfinished} are as they were, not judged until now: run this again once they are")


async def _find(settings: Settings, candidate: Candidate) -> "Found":
    from assay.wiring.erasure import open_personal_rows
    from assay.wiring.evidence import open_registry

    async with open_registry(settings), open_personal_rows(settings) as rows:
        return await rows.find(candidate)


async def _erase(settings: Settings, candidate: Candidate, *, is_vacuumed: bool) -> "Erased":
    from assay.assessments.erasure import erase_person
    from assay.wiring.erasure import open_personal_rows, vacuum
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry, open_personal_rows(settings) as rows:
        erased = await erase_person(candidate, rows=rows, desk=registry.desk())
    if is_vacuumed:
        await vacuum(settings)
    return erased


def _clear_compilations(settings: Settings) -> int:
    from assay.wiring.erasure import clear_compilations

    try:
        return clear_compilations(settings)
    except OSError as error:
        raise Unavailable(
            f"all else is erased, but kept compilations cannot be removed: {error}; remove "
            f"{settings.data_dir / 'compiled'} yourself"
        ) from error
