"""`assay analyse FILE|DIR`: what programs show without running: findings of rules, and measures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
import json
import os
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
import typer

from assay import __version__
from assay.analysis import Analyser
from assay.analysis.admission import SOURCE_BYTES_MAX
from assay.analysis.folder import FILES_MAX, analyse_all, sources_in
from assay.analysis.languages import ANALYSED, language_id, language_of
from assay.cli.house import check_present, plain_path, settle_in
from assay.cli.local import open_console, run_to_end
from assay.cli.options import Json
from assay.cli.source import read_regular_file
from assay.cli.workshop import Bar
from assay.domain.finding import Analysis
from assay.domain.submission import SourceFile
from assay.errors import UnknownLanguage, UsageError
from assay.languages import load_catalogue
from assay.settings import read_settings, usable_cores

EXIT_NOT_PARSED = 1
_SHOWN_METRICS = ("code_lines", "functions", "cyclomatic_max", "function_lines_max", "duplicated_lines")


def analyse(
    source: Annotated[Path, typer.Argument(help="A source file, or a folder of them.")],
    language: Annotated[
        str | None, typer.Option("--language", help="Default: by the file's ending, or its first line.")
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option("--reference", help="A solution of the same task; the distance to the nearest is told."),
    ] = None,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print a SARIF 2.1.0 log.")] = False,
    as_json: Json = False,
) -> None:
    """Look at programs without running them. Exits with 0 if the file, or any of the folder, could be read.

    Findings change nothing of that. 1: nothing could be read, which is said. 2: usage.
    """
    references = reference or []
    check_present([source, *references])
    if source.is_dir() and references:
        raise UsageError("--reference: is for one file, and this is a folder")
    chosen = _checked(language)
    is_folder = source.is_dir()
    plain = plain_path(source)
    places = [plain, *(plain_path(each) for each in references)]
    settle_in(read_settings(os.environ), readable=places, keeps_data=False)
    if is_folder:
        analyses = _folder(plain, chosen, shown_as=source)
    else:
        analyses = {str(source): _file(places, chosen, shown_as=str(source))}
    if as_sarif:
        _print_sarif(analyses)
    elif as_json:
        print(json.dumps(_of_folder(analyses) if is_folder else _described(*analyses.values())))
    else:
        _show(open_console(), analyses)
    if not any(analysis.parsed for analysis in analyses.values()):
        raise typer.Exit(EXIT_NOT_PARSED)


def _checked(language: str | None) -> str | None:
    """The catalogue's id. Raises `UsageError` for a language that nobody knows; that there are no rules for
    one is told as a result."""
    if language is None:
        return None
    try:
        return load_catalogue().get(language_id(language)).id
    except UnknownLanguage as error:
        raise UsageError(f"--language: {error.message}") from error


def _file(places: Sequence[Path], language: str | None, *, shown_as: str) -> Analysis:
    file, *references = places
    content = read_regular_file(file, SOURCE_BYTES_MAX + 1)
    if language is None:
        language = language_of(file.name) or _by_content(file.name, content)
    with Analyser() as analyser:
        return analyser.analyse(
            content,
            language=language,
            path=shown_as,
            references=[read_regular_file(each, SOURCE_BYTES_MAX + 1) for each in references],
        )


def _by_content(name: str, content: bytes) -> str | None:
    found = load_catalogue().for_files([SourceFile(name=name, content=content)])
    return None if found is None else found.id


def _folder(folder: Path, language: str | None, *, shown_as: Path) -> dict[str, Analysis]:
    paths = list(sources_in(folder, language=language))
    if len(paths) > FILES_MAX:
        raise UsageError(f"{shown_as}: has more than {FILES_MAX} sources; name a folder within it")
    try:
        with Bar() as bar:
            found = run_to_end(analyse_all(paths, language=language, at_once=usable_cores(), tell=bar.step))
    except* OSError as errors:
        error = errors.exceptions[0]
        raise UsageError(f"{shown_as}: {error}") from error
    return {
        str(shown_as / path.relative_to(folder)): _named(
            found[str(path)], shown_as / path.relative_to(folder)
        )
        for path in paths
    }


def _named(analysis: Analysis, path: Path) -> Analysis:
    """The same with paths as they were asked for."""
    findings = tuple(replace(finding, path=str(path)) for finding in analysis.findings)
    return replace(analysis, findings=findings)


def _described(analysis: Analysis) -> dict[str, Any]:
    return asdict(analysis)


def _of_folder(analyses: Mapping[str, Analysis]) -> dict[str, Any]:
    """What a file's document has, of all files together, and each file's own."""
    parsed = [analysis for analysis in analyses.values() if analysis.parsed]
    languages = {analysis.language for analysis in parsed}
    return {
        "language": languages.pop() if len(languages) == 1 else None,
        "findings": [asdict(finding) for analysis in parsed for finding in analysis.findings],
        "metrics": _totals(parsed),
        "parsed": bool(parsed),
        "why_not": None if parsed else _no_sources(analyses),
        "versions": dict(sorted({name: at for each in parsed for name, at in each.versions.items()}.items())),
        "files": [{"path": path, **_described(analysis)} for path, analysis in analyses.items()],
    }


def _no_sources(analyses: Mapping[str, Analysis]) -> str:
    if analyses:
        return f"none of its {len(analyses)} sources could be read"
    return f"there are no sources in it; there are rules for {', '.join(ANALYSED)}"


def _totals(parsed: Sequence[Analysis]) -> dict[str, float]:
    """Sums; of a metric that is a largest value the largest; means are left out."""
    totals: dict[str, float] = {"files": float(len(parsed))}
    for name in sorted({name for analysis in parsed for name in analysis.metrics}):
        if name.endswith("_mean"):
            continue
        values = [analysis.metrics[name] for analysis in parsed if name in analysis.metrics]
        totals[name] = max(values) if name.endswith("_max") else sum(values)
    return totals


def _print_sarif(analyses: Mapping[str, Analysis]) -> None:
    from assay.analysis.rule_book import load_rules
    from assay.analysis.sarif import sarif_log

    print(json.dumps(sarif_log(analyses, book=load_rules(), version=__version__)))


def _show(console: Console, analyses: Mapping[str, Analysis]) -> None:
    for path, analysis in analyses.items():
        if not analysis.parsed:
            console.print(f"{path}: not analysed: {analysis.why_not}", markup=False, highlight=False)
        elif analysis.findings:
            console.print(path, markup=False, highlight=False, soft_wrap=True)
            console.print(_table(analysis))
    parsed = [analysis for analysis in analyses.values() if analysis.parsed]
    if not analyses:
        console.print(_no_sources(analyses), markup=False, highlight=False)
    elif parsed:
        totals = _totals(parsed)
        told = ", ".join(f"{name.replace('_', ' ')} {totals[name]:g}" for name in _SHOWN_METRICS)
        count = sum(len(analysis.findings) for analysis in parsed)
        words = f"{count} findings in {len(parsed)} of {len(analyses)} files: {told}"
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def _table(analysis: Analysis) -> Table:
    table = Table("lines", "severity", "rule", "what", box=None)
    for finding in analysis.findings:
        lines = str(finding.start_line)
        if finding.end_line > finding.start_line:
            lines += f"-{finding.end_line}"
        table.add_row(lines, finding.severity.value, finding.rule, Text(finding.message))
    return table
