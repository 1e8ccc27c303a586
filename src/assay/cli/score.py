"""`assay score`: what a program is worth by a rubric, and why.

A program is a file, a folder of several, or a submission that a server has judged.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.house import check_present, local_languages, settle_in
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.local import open_console, run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.cli.rubric_choice import DEFAULT_RUBRIC, RoleOption, choose_role, choose_rubric
from assay.cli.submitted import check_language_name
from assay.errors import UsageError
from assay.settings import read_settings

if TYPE_CHECKING:
    from assay.assessments.report import Report
    from assay.cli.scoring import Scored
    from assay.domain.rubric import Rubric


def score(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The source file, or a folder with all of a program's files."),
    ] = None,
    problem: Annotated[
        Path | None, typer.Option("--problem", help="The problem package's folder; goes with FILE.")
    ] = None,
    submission: Annotated[
        str | None,
        typer.Option("--submission", metavar="ID", help="Instead of FILE: one that a server has judged."),
    ] = None,
    rubric: Annotated[
        str | None,
        typer.Option(
            "--rubric",
            metavar="NAME|FILE",
            help=f"One that ships, or a file of your own. Default: {DEFAULT_RUBRIC}; "
            "of a submission, the server's.",
        ),
    ] = None,
    role: RoleOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Default: by the endings of the files.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="F", help="Also write it as one page that needs no other."),
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Score a program: judged, measured and looked at, each point with its reason.

    With --submission nothing is run: what the server's judgement and its evidence say is scored.
    """
    chosen = None if rubric is None else choose_rubric(rubric)
    with _page(html) as page:
        if submission is not None:
            if file is not None or problem is not None or language is not None:
                raise UsageError("--submission: goes without FILE, --problem and --language")
            scored = _judged(submission, chosen, role, data_dir, database_url)
        elif file is None or problem is None:
            raise UsageError("give a FILE with --problem, or --submission")
        else:
            scored = _local(file, problem, language, chosen or choose_rubric(DEFAULT_RUBRIC), role)
        if page is not None and html is not None:
            from assay.assessments.report import html_report

            page.put(html.name, html_report(_report(scored)).encode(), replaces=True)
    if as_json:
        print(json.dumps(_document(scored)))
        return
    # Past all that can be refused at once: this loads what computes intervals.
    from assay.cli.score_words import show_score

    show_score(open_console(), scored.score, scored.decision)
    if html is not None:
        print(f"written: {html}")


def _local(file: Path, problem: Path, language: str | None, rubric: "Rubric", role: str | None) -> "Scored":
    chosen_role = choose_role(rubric, role)
    catalogue = local_languages()
    check_present([file, problem])
    check_language_name(file, language, catalogue)
    from assay.cli.scoring import score_file

    return run_to_end(
        score_file(file, problem, language_id=language, catalogue=catalogue, rubric=rubric, role=chosen_role)
    )


def _judged(
    submission: str,
    rubric: "Rubric | None",
    role: str | None,
    data_dir: Path | None,
    database_url: str | None,
) -> "Scored":
    if rubric is not None:
        choose_role(rubric, role)
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    settle_in(settings, readable=[], keeps_data=True)
    from assay.cli.scoring_judged import score_judged

    return run_to_end(score_judged(submission, settings, rubric=rubric, role=role))


def _report(scored: "Scored") -> "Report":
    from assay.assessments.report import Report

    main, *others = scored.files
    return Report(
        problem=scored.problem.name,
        file_name=scored.main_name,
        source=main.content,
        others=tuple(others),
        verdict=scored.decision.verdict,
        score=scored.score,
        rubric=scored.rubric,
        trace=scored.trace,
    )


def _document(scored: "Scored") -> dict[str, Any]:
    from assay.assessments.scoring import describe_score
    from assay.assessments.tracing import as_json

    return {
        "problem": scored.problem.id,
        "verdict": scored.decision.verdict.value,
        **describe_score(scored.score),
        "parsed": scored.analysis.parsed,
        "metrics": dict(scored.analysis.metrics),
        "trace": as_json(scored.trace),
    }


@contextmanager
def _page(html: Path | None) -> Iterator[FolderKeeper | None]:
    """Who writes the page, where one is wanted. Raises `UsageError` where none can be."""
    if html is None:
        yield None
        return
    if html.is_dir() or not html.name:
        raise UsageError(f"{html}: is a folder; name a file for the page")
    if not html.parent.is_dir():
        raise UsageError(f"{html.parent}: no such folder")
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(keeper_of(html.parent))
        except OSError as error:
            raise UsageError(f"{html.parent}: {(error.strerror or str(error)).lower()}") from error
        yield keeper
