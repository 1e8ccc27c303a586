"""`assay problem time-limit DIR`: how long submissions take, and which time limit keeps them apart."""

from contextlib import ExitStack
import json
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
import typer

from assay.cli.house import check_present, local_languages, local_sandbox, plain_path
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.local import EXIT_NOT_ACCEPTED, open_console, run_to_end
from assay.cli.options import Json
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.errors import UsageError
from assay.preparing.intervals import RUNS_MIN
from assay.preparing.time_limits import (
    LanguageTimes,
    Measured,
    TimeLimitReport,
    measure_time_limit,
)
from assay.problems.editing import NotEditable, with_time_limit
from assay.problems.expectations import TimeUse
from assay.problems.package import PackageFormat

RUNS_MAX = 1000
_LIMIT_FILE = ".timelimit"  # where tools of the legacy format have it


def time_limit(
    package: Annotated[Path, typer.Argument(metavar="DIR", help="The package.")],
    runs: Annotated[
        int,
        typer.Option("--runs", min=1, max=RUNS_MAX, help="Of each submission, on its slowest test."),
    ] = RUNS_MIN,
    slots: Annotated[
        int,
        typer.Option("--slots", min=1, max=1024, help="Run at once. One disturbs no other."),
    ] = 1,
    write: Annotated[bool, typer.Option("--write", help="Write the time limit into the package.")] = False,
    as_json: Json = False,
) -> None:
    """Measure the submissions that must be in time and those that must be too slow.

    Each is run again and again on its slowest test. Shown are the median, the interval in which it lies with
    a confidence of 95 % (from order statistics; six runs are the fewest that give it), the gap between the
    slowest that must be in time and the fastest that must not, for each language, and the time limit that
    the package's factors give. Exits with 1 when there is none that keeps them apart. 2: the package cannot
    be used. 3: a fault of ours.
    """
    check_present([package])
    with ExitStack() as stack:
        keeper = stack.enter_context(keeper_of(package)) if write and package.is_dir() else None
        if write and keeper is None:
            raise UsageError(f"{package}: only a folder can be written to; unpack it first")
        report, written = run_to_end(_measure(package, keeper, runs=runs, seats=slots))
    if as_json:
        print(json.dumps({**describe(report), "written": written}))
    else:
        show(open_console(), report)
        if written:
            print(f"written to {package / written}")
    if report.errors or report.chosen.cpu_time_ms is None:
        raise typer.Exit(EXIT_NOT_ACCEPTED)


async def _measure(
    path: Path, keeper: FolderKeeper | None, *, runs: int, seats: int
) -> tuple[TimeLimitReport, str | None]:
    """The report, and the file that was written."""
    catalogue = local_languages()
    place = plain_path(path)
    async with local_sandbox(slots=seats, readable=[place]) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar())
            async with complete_package(place, workshop, catalogue, bar.step, measures=False) as package:
                report = await measure_time_limit(package, workshop, bar.step, runs=runs)
                chosen = report.chosen.cpu_time_ms
                if keeper is None or chosen is None or report.errors:
                    return report, None
                return report, _write(keeper, place, package.format, chosen / 1000)


def _write(keeper: FolderKeeper, package: Path, package_format: PackageFormat, seconds: float) -> str:
    match package_format:
        case PackageFormat.LEGACY:
            keeper.put(_LIMIT_FILE, f"{seconds:g}\n".encode(), replaces=True)
            return _LIMIT_FILE
        case PackageFormat.STANDARD_2025_09:
            file = package / "problem.yaml"
            try:
                edited = with_time_limit(file.read_text(encoding="utf-8"), seconds)
            except NotEditable as error:
                raise UsageError(f"{file}: {error}") from error
            keeper.put(file.name, edited.encode(), replaces=True)
            return file.name
        case _:
            raise UsageError(
                f"{package}: a package in {package_format} keeps no time limit; import takes one"
            )


def describe(report: TimeLimitReport) -> dict[str, Any]:
    """Everything as JSON; times in milliseconds of CPU time."""
    return {
        "given_ms": report.given_ms,
        "time_limit_ms": report.chosen.cpu_time_ms,
        "factors": vars(report.rule),
        "languages": [
            {
                "language": each.language_id,
                "slowest_accepted": None if each.accepted is None else _describe(each.accepted),
                "fastest_too_slow": None if each.too_slow is None else _describe(each.too_slow),
                "gap_ms": each.gap_ms,
                "ratio": each.ratio,
                "multiplier": each.multiplier,
                "wanted_multiplier": each.wanted_multiplier,
                "limit_ms": each.limit_ms,
            }
            for each in report.languages
        ],
        "submissions": [_describe(each) for each in report.measured],
        "problems": [vars(finding) for finding in (*report.errors, *report.chosen.errors)],
        "warnings": [vars(finding) for finding in report.warnings],
    }


def _describe(measured: Measured) -> dict[str, Any]:
    return {
        "path": measured.path,
        "language": measured.language_id,
        "use": measured.use.value,
        "test": measured.test_name,
        "is_at_least": measured.is_at_least,
        **vars(measured.interval),
    }


def show(console: Console, report: TimeLimitReport) -> None:
    """The submissions, the languages, what is wrong, and the time limit."""
    for finding in (*report.errors, *report.chosen.errors):
        console.print(Text(str(finding), style="red"), soft_wrap=True)
    for finding in report.warnings:
        console.print(Text(f"warning: {finding}", style="yellow"), soft_wrap=True)
    if report.measured:
        console.print(_table_of_submissions(report))
        console.print(_table_of_languages(report))
    given = "" if report.given_ms is None else f"; the package has {report.given_ms / 1000:g} s"
    rule = report.rule
    if report.chosen.cpu_time_ms is not None:
        console.print(
            f"time limit: {report.chosen.cpu_time_ms / 1000:g} s, at least {rule.accepted_factor:g} times "
            f"the slowest that must be in time, in steps of {rule.resolution_ms / 1000:g} s{given}",
            soft_wrap=True,
        )
    else:
        console.print(f"no time limit keeps the submissions apart{given}")


def _table_of_submissions(report: TimeLimitReport) -> Table:
    table = Table(
        Column("submission", overflow="fold"), "must be", "slowest test", Column("median", justify="right"),
        Column("interval", justify="right"), Column("runs", justify="right"), box=None,
    )  # fmt: skip
    for each in report.measured:
        interval = each.interval
        is_sure = interval.count > 1 and not each.is_at_least
        table.add_row(
            Text(each.path.removeprefix("submissions/")),
            "in time" if each.use is TimeUse.LOWER else "too slow",
            Text(each.test_name),
            f"{'> ' if each.is_at_least else ''}{interval.median_ms:g} ms",
            f"{interval.low_ms:g} - {interval.high_ms:g} ms ({interval.confidence:.1%})" if is_sure else "",
            str(interval.count),
        )
    return table


def _table_of_languages(report: TimeLimitReport) -> Table:
    right = {"justify": "right"}
    table = Table(
        "language", *(Column(name, **right) for name in (  # type: ignore[arg-type]
            "slowest in time", "fastest too slow", "gap", "ratio", "limit alone", "multiplier", "wanted",
        )), box=None,
    )  # fmt: skip
    for each in report.languages:
        table.add_row(each.language_id, *_language_cells(each))
    return table


def _language_cells(times: LanguageTimes) -> list[str]:
    def time(measured: Measured | None) -> str:
        if measured is None:
            return "-"
        return f"{'> ' if measured.is_at_least else ''}{measured.interval.median_ms:g} ms"

    return [
        time(times.accepted),
        time(times.too_slow),
        "-" if times.gap_ms is None else f"{times.gap_ms:g} ms",
        "-" if times.ratio is None else f"{times.ratio:.3g}",
        "-" if times.limit_ms is None else f"{times.limit_ms / 1000:g} s",
        f"{times.multiplier:g}",
        "-" if times.wanted_multiplier is None else f"{times.wanted_multiplier:g}",
    ]
