"""`assay score FILE --problem DIR`: what a program is worth by a rubric, and why."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import json
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.house import check_present, local_languages
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.local import open_console, run_to_end
from assay.cli.options import Json
from assay.cli.rubric_choice import RoleOption, RubricOption, choose_role, choose_rubric
from assay.cli.submitted import check_language_name
from assay.errors import UsageError


def score(
    file: Annotated[Path, typer.Argument(help="The source file.")],
    problem: Annotated[Path, typer.Option("--problem", help="The problem package's folder.")],
    rubric: RubricOption = "default@1",
    role: RoleOption = None,
    language: Annotated[str | None, typer.Option("--language", help="Default: by the file's ending.")] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="F", help="Also write it as one page that needs no other."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score a source file: judged, measured and looked at, each point with its reason."""
    chosen = choose_rubric(rubric)
    chosen_role = choose_role(chosen, role)
    catalogue = local_languages()
    check_present([file, problem])
    check_language_name(file, language, catalogue)
    # Past all that can be refused at once: these load what computes intervals and reads programs.
    from assay.assessments.scoring import describe_score
    from assay.assessments.tracing import as_json as describe_trace
    from assay.cli.score_words import show_score
    from assay.cli.scoring import score_file

    with _page(html) as page:
        scored = run_to_end(
            score_file(
                file, problem, language_id=language, catalogue=catalogue, rubric=chosen, role=chosen_role
            )
        )
        if page is not None and html is not None:
            from assay.assessments.report import Report, html_report

            report = Report(
                problem=scored.problem.name,
                file_name=file.name,
                source=scored.files[0].content,
                verdict=scored.decision.verdict,
                score=scored.score,
                rubric=chosen,
                trace=scored.trace,
            )
            page.put(html.name, html_report(report).encode(), replaces=True)
    if as_json:
        document = {
            "problem": scored.problem.id,
            "verdict": scored.decision.verdict.value,
            **describe_score(scored.score),
            "parsed": scored.analysis.parsed,
            "metrics": dict(scored.analysis.metrics),
            "trace": describe_trace(scored.trace),
        }
        print(json.dumps(document))
        return
    show_score(open_console(), scored.score, scored.decision)
    if html is not None:
        print(f"written: {html}")


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
