"""`assay queue`: what waits, what is stuck, and what an operator may do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
import json
import os
from pathlib import Path
from typing import Annotated, Any, TypeVar

from rich.table import Table
import typer

from assay.cli.ages import age, rfc3339
from assay.cli.house import settle_in
from assay.cli.local import open_console, run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json, QueueUrl
from assay.cli.queue_broker import broker_line, look_at_broker
from assay.domain.lane import Lane
from assay.errors import UsageError
from assay.operate.history.ports import Break
from assay.queue.desk import Fault, Job, JobState, LaneCounts, QueueDesk, Selection
from assay.settings import Settings, read_settings
from assay.wiring.house import Office, open_office

T = TypeVar("T")
PAGE_JOBS = 500
CAUSE_CHARACTERS_MAX = 100  # in a table; --json has all of it

app = typer.Typer(
    help="The queue: its lanes, its jobs, its dead letters. On the server's database: no server need run.",
    no_args_is_help=True,
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Submissions.")]
All = Annotated[bool, typer.Option("--all", help="All that the other options leave.")]
OfLane = Annotated[Lane | None, typer.Option("--lane", help="Of this lane alone.")]
OfState = Annotated[JobState | None, typer.Option("--state", help="Of those that stand there alone.")]
OfTenant = Annotated[str | None, typer.Option("--tenant", help="Of this tenant alone.")]
OfUser = Annotated[str | None, typer.Option("--user", help="Of this user alone.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Show at most this many.")]


@app.command()
def stats(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    queue_url: QueueUrl = None,
    as_json: Json = False,
) -> None:
    """How many jobs wait in each lane, are held, being judged, or dead, and for how long the oldest waits."""
    settings = _settings(data_dir, database_url, queue_url)

    async def look(office: Office) -> tuple[list[LaneCounts], list[Break], dict[str, Any] | None]:
        return await office.desk.counts(), await office.history.breaks(), await look_at_broker(settings)

    counts, breaks, broker = _in_office(look, settings)
    if as_json:
        lanes = [_counts_document(each) for each in counts]
        told = {"lanes": lanes, "breaks": [_break_document(each) for each in breaks], "broker": broker}
        print(json.dumps(told))
        return
    table = Table("lane", "pending", "held", "processing", "dead", "oldest waits", box=None)
    for each in counts:
        waits = "" if each.oldest_pending_at is None else age(each.oldest_pending_at, datetime.now(UTC))
        table.add_row(
            each.lane.value, str(each.pending), str(each.held), str(each.processing), str(each.dead), waits
        )
    open_console().print(table)
    if broker is not None:
        print(broker_line(broker))
    for found in breaks:
        print(found.words)


@app.command("list")
def list_(
    ids: Ids = None,
    state: OfState = None,
    lane: OfLane = None,
    tenant: OfTenant = None,
    user: OfUser = None,
    limit: Limit = 100,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """The jobs that are not done, by submission."""
    wanted = Selection(submission_ids=ids or None, state=state, lane=lane, tenant=tenant, user_id=user)
    jobs = _at_desk(lambda desk: _jobs(desk, wanted, limit), _settings(data_dir, database_url))
    if as_json:
        print(json.dumps({"items": [_job_document(job) for job in jobs]}))
        return
    if not jobs:
        print("no such jobs")
        return
    table = Table("submission", "lane", "state", "user", "language", "try", "age", "cause", box=None)
    for job in jobs:
        table.add_row(
            job.submission_id,
            job.lane.value,
            job.state.value,
            job.user_id or "",
            job.language_id,
            str(job.attempt),
            age(job.created_at, datetime.now(UTC)),
            _shown(job.cause),
        )
    open_console().print(table)


@app.command()
def dead(
    ids: Ids = None,
    lane: OfLane = None,
    tenant: OfTenant = None,
    user: OfUser = None,
    limit: Limit = 100,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """The dead letters: jobs that we gave up on, each with all that went wrong."""
    wanted = Selection(
        submission_ids=ids or None, state=JobState.DEAD, lane=lane, tenant=tenant, user_id=user
    )

    async def read(desk: QueueDesk) -> list[tuple[Job, list[Fault]]]:
        jobs = await _jobs(desk, wanted, limit)
        return [(job, await desk.faults(job.submission_id)) for job in jobs]

    letters = _at_desk(read, _settings(data_dir, database_url))
    if as_json:
        items = [
            {**_job_document(job), "faults": [_fault_document(fault) for fault in faults]}
            for job, faults in letters
        ]
        print(json.dumps({"items": items}))
        return
    if not letters:
        print("no dead letters")
        return
    for job, faults in letters:
        print(f"{job.submission_id}  {job.lane.value}  {job.language_id}  user {job.user_id or '-'}")
        for fault in faults:
            print(f"  {fault.at:%Y-%m-%d %H:%M:%S}  try {fault.attempt} by {fault.worker_id}: {fault.cause}")
    print("'assay queue retry' has them judged again; 'assay queue purge' forgets them")


def _add_change(
    name: str, done: str, change: Callable[[QueueDesk, Selection], Awaitable[int]], words: str
) -> None:
    """A command that does one thing to the jobs that its options select."""

    @app.command(name, help=words)
    def command(
        ids: Ids = None,
        every: All = False,
        lane: OfLane = None,
        tenant: OfTenant = None,
        user: OfUser = None,
        data_dir: DataDir = None,
        database_url: DatabaseUrl = None,
        as_json: Json = False,
    ) -> None:
        wanted = _selection(ids, every, lane=lane, tenant=tenant, user=user)
        settings = _settings(data_dir, database_url)
        _change(done, lambda desk: change(desk, wanted), settings, as_json=as_json)


_add_change(
    "retry", "retried", lambda desk, wanted: desk.retry(wanted),
    "Have dead letters judged again, with all their tries.",
)  # fmt: skip
_add_change(
    "purge", "purged", lambda desk, wanted: desk.purge(wanted),
    "Forget dead letters. Their submissions stay failed, and cannot be tried again.",
)  # fmt: skip
_add_change(
    "hold", "held", lambda desk, wanted: desk.hold(wanted),
    "Keep waiting jobs from being judged until they are released. What is being judged goes on.",
)  # fmt: skip
_add_change(
    "release", "released", lambda desk, wanted: desk.release(wanted),
    "Let held jobs wait as before.",
)  # fmt: skip


@app.command()
def move(
    to: Annotated[Lane, typer.Argument(metavar="LANE", help="Where they are to wait.")],
    ids: Ids = None,
    every: All = False,
    lane: OfLane = None,
    tenant: OfTenant = None,
    user: OfUser = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Let waiting jobs wait in another lane."""
    wanted = _selection(ids, every, lane=lane, tenant=tenant, user=user)
    _change(
        "moved", lambda desk: desk.move(wanted, lane=to), _settings(data_dir, database_url), as_json=as_json
    )


def _selection(
    ids: list[str] | None, every: bool, *, lane: Lane | None, tenant: str | None, user: str | None
) -> Selection:
    """Raises `UsageError` when nothing says which jobs: a slip should not concern them all."""
    if not ids and not every and lane is None and tenant is None and user is None:
        raise UsageError("name submissions, or a --lane, --tenant or --user, or say --all")
    return Selection(submission_ids=ids or None, lane=lane, tenant=tenant, user_id=user)


def _change(
    done: str, action: Callable[[QueueDesk], Awaitable[int]], settings: Settings, *, as_json: bool
) -> None:
    count = _at_desk(action, settings)
    print(json.dumps({done: count}) if as_json else f"{done} {count} job{'' if count == 1 else 's'}")


async def _jobs(desk: QueueDesk, wanted: Selection, limit: int) -> list[Job]:
    jobs: list[Job] = []
    while len(jobs) < limit:
        after = jobs[-1].submission_id if jobs else None
        page = await desk.jobs(wanted, after=after, limit=min(PAGE_JOBS, limit - len(jobs)))
        jobs += page
        if not page:
            break
    return jobs


def _settings(data_dir: Path | None, database_url: str | None, queue_url: str | None = None) -> Settings:
    urls = {} if queue_url is None else {"ASSAY_QUEUE_URL": queue_url}
    return read_settings(os.environ, data_dir=data_dir, database_url=database_url, urls=urls)


def _at_desk(action: Callable[[QueueDesk], Awaitable[T]], settings: Settings) -> T:
    return _in_office(lambda office: action(office.desk), settings)


def _in_office(action: Callable[[Office], Awaitable[T]], settings: Settings) -> T:
    settle_in(settings, readable=[], keeps_data=True)

    async def act() -> T:
        async with open_office(settings) as office:
            return await action(office)

    return run_to_end(act())


def _counts_document(counts: LaneCounts) -> dict[str, Any]:
    return {**asdict(counts), "oldest_pending_at": rfc3339(counts.oldest_pending_at)}


def _break_document(found: Break) -> dict[str, Any]:
    return {
        "timeline": found.timeline,
        "began_at": rfc3339(found.began_at),
        "cause": found.cause.value,
        "newest_kept_at": None if found.kept is None else rfc3339(found.kept.at),
        "newest_missing_at": None if found.missing is None else rfc3339(found.missing.at),
    }


def _job_document(job: Job) -> dict[str, Any]:
    return {**asdict(job), "created_at": rfc3339(job.created_at), "not_before": rfc3339(job.not_before)}


def _fault_document(fault: Fault) -> dict[str, Any]:
    return {**asdict(fault), "at": rfc3339(fault.at)}


def _shown(cause: str) -> str:
    line = " ".join(cause.split())
    return line if len(line) <= CAUSE_CHARACTERS_MAX else f"{line[: CAUSE_CHARACTERS_MAX - 1]}…"
