"""`assay languages test`: the languages' own programs judged, as nouns, as JSON and as a table."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.cli.house import local_languages, local_sandbox
from assay.domain.language import Language
from assay.judging.classify import cpu_time_ms, wall_time_ms
from assay.judging.language_cases import CaseOutcome, judge_case
from assay.judging.ports import Sandbox
from assay.languages.cases import Case, Trial, load_cases
from assay.languages.toolchain import is_available
from assay.sandbox import Facts

SHOWN_LINES = 6  # of what a failed case wrote


@dataclass(frozen=True, kw_only=True)
class LanguageReport:
    """A language's outcomes; none when its toolchain is not there. `impossible` cannot be written in it."""

    language: Language
    outcomes: tuple[CaseOutcome, ...]
    impossible: tuple[Case, ...]


async def judge_languages(language_ids: Sequence[str], *, quiet: bool) -> list[LanguageReport]:
    """Every case of the languages named, else of all; as many at once as there are cores. Unless `quiet`,
    each language is told on standard error when it is through. Raises `UnknownLanguage`, `Unavailable`.
    """
    catalogue = local_languages()
    languages = [catalogue.get(each) for each in dict.fromkeys(language_ids)] or list(catalogue.all())
    cores = len(os.sched_getaffinity(0))
    at_once = asyncio.Semaphore(cores)
    async with local_sandbox(slots=cores, readable=[]) as sandbox:

        async def report_on(language: Language) -> LanguageReport:
            async with at_once:
                report = await judge_language(language, sandbox=sandbox)
            if not quiet:
                print(_progress(report), file=sys.stderr)
            return report

        return list(await asyncio.gather(*map(report_on, languages)))


async def judge_language(language: Language, *, sandbox: Sandbox) -> LanguageReport:
    """One case after the other."""
    if not is_available(language):
        return LanguageReport(language=language, outcomes=(), impossible=())
    cases = load_cases(language)
    outcomes = [
        await judge_case(case, language, sandbox=sandbox) for case in cases if case.source is not None
    ]
    impossible = tuple(case for case in cases if case.source is None)
    return LanguageReport(language=language, outcomes=tuple(outcomes), impossible=impossible)


def is_as_expected(reports: Sequence[LanguageReport]) -> bool:
    """Whether every verdict is as expected, and there is one at all."""
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    return bool(outcomes) and all(outcome.as_expected for outcome in outcomes)


def describe(reports: Sequence[LanguageReport]) -> dict[str, Any]:
    """Everything as JSON. Times in ms; null for a step that was not taken."""
    return {
        "ok": is_as_expected(reports),
        "items": [
            {
                "id": report.language.id,
                "available": bool(report.outcomes),
                "cases": [_describe_outcome(outcome) for outcome in report.outcomes],
                "impossible": [
                    {"case": case.trial.value, "reason": case.reason} for case in report.impossible
                ],
            }
            for report in reports
        ],
    }


def _describe_outcome(outcome: CaseOutcome) -> dict[str, Any]:
    run = outcome.run_facts
    return {
        "case": outcome.case.trial.value,
        "expected": sorted(verdict.value for verdict in outcome.case.verdicts),
        "verdict": outcome.verdict.value,
        "as_expected": outcome.as_expected,
        "compile_time_ms": _wall_time_ms(outcome.compile_facts),
        "cpu_time_ms": None if run is None else cpu_time_ms(run),
        "wall_time_ms": _wall_time_ms(run),
        "memory_bytes": None if run is None else run.memory_bytes,
        "message": outcome.message,
        "reason": outcome.case.reason,
    }


def _wall_time_ms(facts: Facts | None) -> int | None:
    return None if facts is None else wall_time_ms(facts)


def show(console: Console, reports: Sequence[LanguageReport]) -> None:
    """A row a language, a column a case; then what is not as expected, and what was skipped."""
    table = Table(
        "language", *(trial.value.replace("_", "\n") for trial in Trial), "compile", "run", box=None
    )
    tested = [report for report in reports if report.outcomes]
    for report in tested:
        table.add_row(report.language.id, *_verdicts(report), *_hello_times(report))
    if tested:
        console.print(table)
    failed = [(report, each) for report in tested for each in report.outcomes if not each.as_expected]
    for report, outcome in failed:
        console.print(_failure(report, outcome), soft_wrap=True)
    skipped = [report.language.id for report in reports if not report.outcomes]
    if skipped:
        console.print(f"skipped, not installed: {' '.join(skipped)}", soft_wrap=True)
    count = sum(len(report.outcomes) for report in tested)
    console.print(f"{len(tested)} languages, {count - len(failed)} of {count} cases as expected")


def _progress(report: LanguageReport) -> str:
    wrong = [each.case.trial.value for each in report.outcomes if not each.as_expected]
    if not report.outcomes:
        return f"{report.language.id}: not installed"
    return f"{report.language.id}: {'not as expected: ' + ', '.join(wrong) if wrong else 'as expected'}"


def _verdicts(report: LanguageReport) -> list[Text]:
    by_trial = {outcome.case.trial: outcome for outcome in report.outcomes}
    cells = []
    for trial in Trial:
        outcome = by_trial.get(trial)
        if outcome is None:
            cells.append(Text("-", style="dim"))
        else:
            cells.append(Text(outcome.verdict.value, style="green" if outcome.as_expected else "bold red"))
    return cells


def _hello_times(report: LanguageReport) -> list[str]:
    """How long the hello world took: elapsed time of its compilation and of its run."""
    hello = report.outcomes[0]
    times = (_wall_time_ms(hello.compile_facts), _wall_time_ms(hello.run_facts))
    return ["" if time is None else f"{time} ms" for time in times]


def _failure(report: LanguageReport, outcome: CaseOutcome) -> Text:
    expected = " or ".join(sorted(verdict.value for verdict in outcome.case.verdicts))
    words = f"{report.language.id} {outcome.case.trial.value}: {outcome.verdict.value}, not {expected}"
    lines = [f"{words}: {outcome.message}" if outcome.message else words]
    lines += [f"    {line}" for line in outcome.shown.splitlines()[:SHOWN_LINES]]
    return Text("\n".join(lines))
