"""`assay evidence replay FILE --problem DIR`: judge and score again what a file is evidence of."""

from collections.abc import Mapping
import json
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Annotated, Any

from rich.table import Table
import typer

from assay.cli.evidence.verify import File, PublicKey
from assay.cli.local import open_console, run_to_end
from assay.cli.options import Json
from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.assessments.evidence.assessment import Assessment
    from assay.assessments.evidence.replay import Replay
    from assay.domain.evidence import Part
    from assay.domain.rubric import Rubric
    from assay.domain.trace import ExecutionTrace
    from assay.sandbox import Cell

EXIT_CHANGED = 1
CHARACTERS_SHOWN = 60


def replay(
    file: File,
    problem: Annotated[Path, typer.Option("--problem", help="The problem package's folder.")],
    public_key: PublicKey = None,
    rubric: Annotated[
        str | None,
        typer.Option("--rubric", metavar="NAME|FILE", help="Score by this one instead of the recorded one."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge and score again, by the recorded rubric, and say "same" or what changed. 1 when a result did.

    The file is verified first. Conditions that differ (another compiler, another machine) are told, and are
    no change by themselves. Times are measured anew, and never decide.
    """
    from assay.cli.house import check_present

    check_present([file, problem])
    content, keys = _read(file, public_key)
    other_rubric = None
    if rubric is not None:
        from assay.cli.rubric_choice import choose_rubric

        other_rubric = choose_rubric(rubric)
    found = run_to_end(_replay(content, keys, problem, other_rubric))
    if as_json:
        document = [{**vars(change), "kind": change.kind.value} for change in found.changes]
        print(json.dumps({"file": str(file), "same": found.is_same, "changes": document}))
    else:
        _tell(found)
    if not found.is_same:
        raise typer.Exit(EXIT_CHANGED)


def _read(file: Path, public_key: Path | None) -> tuple[bytes, dict[str, bytes] | None]:
    """As whoever types the command; nothing of it is looked at yet. Raises `UsageError`."""
    from assay.cli.evidence.reading import opened_as_we_are

    with opened_as_we_are([file] if public_key is None else [file, public_key]) as files:
        return files.content(file), None if public_key is None else files.keys(public_key)


async def _replay(
    content: bytes, keys: Mapping[str, bytes] | None, folder: Path, rubric: "Rubric | None"
) -> "Replay":
    from dataclasses import replace

    from assay.assessments.evidence.assessment import assessment_of, parts_of, rescored
    from assay.assessments.evidence.replay import compare
    from assay.cli.house import local_sandbox, plain_path
    from assay.domain.evidence import Candidate, Part

    folder = plain_path(folder)
    async with local_sandbox(slots=1, readable=[folder]) as sandbox:
        parts = _verified(content, keys)
        rescored(parts)  # what is not ours is refused before anything of it is run
        recorded = assessment_of(parts)
        now = await _again(recorded, folder, sandbox)
        now = now if rubric is None else replace(now, rubric=rubric)
        said = parts[Part.CANDIDATE]
        candidate = Candidate(
            tenant=said["tenant"], user_id=said["user_id"], submission_id=said["submission_id"]
        )
        return compare(parts, parts_of(now, now.scored(), job=said["job"], candidate=candidate))


def _verified(content: bytes, keys: Mapping[str, bytes] | None) -> "dict[Part, Any]":
    """The parts of a file whose every link holds. Raises `EvidenceUnreadable` and `UsageError`."""
    from assay.assessments.evidence.file import read_file
    from assay.assessments.evidence.verify import verify

    read = read_file(content)
    broken = verify(read, keys).broken
    if broken is not None:
        raise UsageError(f"broken at the {broken.name}: {broken.fault}; what was changed is not replayed")
    return {part: shown.content for part, shown in read.parts.items() if not shown.is_withheld}


async def _again(recorded: "Assessment", folder: Path, sandbox: "Cell") -> "Assessment":
    """The same source, judged, traced and looked at now, as a server does it."""
    import asyncio
    from dataclasses import replace

    from assay.analysis import Analyser
    from assay.assessments.looking import look_at
    from assay.assessments.tracing import look_at_inputs, trace_of_runs
    from assay.cli.house import local_languages
    from assay.cli.submitted import keep_quiet, tell_nobody
    from assay.cli.workshop import complete_package, workshop_in
    from assay.domain.answers import ANSWERS
    from assay.judging.judge import judge

    catalogue = local_languages()
    language = None if recorded.language_id == ANSWERS else catalogue.get(recorded.language_id)
    workshop = await workshop_in(sandbox, catalogue, seats=1)
    async with complete_package(folder, workshop, catalogue, keep_quiet, measures=False) as package:
        problem = package.problem
        if problem.id != recorded.problem_id:
            print(
                f"assay: the evidence is of the problem {recorded.problem_id}, and this is {problem.id}",
                file=sys.stderr,
            )
        decision = await judge(
            recorded.files,
            problem,
            language,
            sandbox=sandbox,
            data=package.files,
            toolchain=workshop.toolchain,
            host=workshop.host,
            tell=tell_nobody,
            jury=workshop.jury,
            all_tests=recorded.all_tests,
        )
        inputs = await asyncio.to_thread(look_at_inputs, problem, package.files)
    with Analyser() as analyser:
        analysis = await look_at(recorded.files, recorded.language_id, analyser)
    return replace(
        recorded,
        problem_id=problem.id,
        decision=decision,
        analysis=analysis,
        trace=_compared_as_recorded(trace_of_runs(decision.runs, inputs), recorded.trace),
    )


def _compared_as_recorded(now: "ExecutionTrace", recorded: "ExecutionTrace") -> "ExecutionTrace":
    """No reference is run again: ratios are of one machine in one minute, and the recorded ones decide."""
    from dataclasses import replace

    from assay.domain.trace import Aspect

    name = Aspect.REFERENCES.value
    others = {aspect: why for aspect, why in now.not_assessed.items() if aspect != name}
    if name in recorded.not_assessed:
        others[name] = recorded.not_assessed[name]
    return replace(now, references=recorded.references, not_assessed=others)


def _tell(found: "Replay") -> None:
    results = sum(change.kind.value == "result" for change in found.changes)
    print("same" if found.is_same else f"changed: {results} results")
    if not found.changes:
        return
    table = Table("", "what", "recorded", "now", box=None)
    for change in found.changes:
        table.add_row(change.kind.value, change.what, _short(change.recorded), _short(change.now))
    open_console().print(table)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= CHARACTERS_SHOWN else f"{text[: CHARACTERS_SHOWN - 1]}…"
