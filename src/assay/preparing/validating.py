"""The verb: everything of a package that can be checked without judging a submission.

    input_checks.py    inputs by the input validators, and answers by the answer validators
    output_checks.py   answers and shown outputs by the output validator, and what it must refuse
    text_checks.py     line ends, strange characters, tests that are there twice

Source: package format, "Validation test data", "Validation of shared test case files", "Input validators".
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from assay.errors import Finding
from assay.preparing.input_checks import check_inputs
from assay.preparing.output_checks import check_outputs
from assay.preparing.text_checks import check_texts
from assay.preparing.validation import Check, Checked, Notes
from assay.preparing.workshop import Step, Workshop
from assay.problems import Package
from assay.problems.showing import source_of
from assay.statements.source import Drawing, Source

STATEMENTS = "statements"
Draw = Callable[[Source], Awaitable[Drawing]]


@dataclass(frozen=True, kw_only=True)
class Validated:
    """What was checked, and what is wrong. `warnings` are no reason to refuse the package."""

    checks: tuple[Check, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


async def validate(package: Package, workshop: Workshop, draw: Draw, step: Step) -> Validated:
    """Check a package of which nothing is left to make but a time limit.

    `draw` draws its statements, `step` hears of each file that was checked.

    Raises `SandboxError` and `OSError` for failures of ours.
    """
    parts = [
        await check_texts(package),
        await _check_statements(package, draw),
        await check_inputs(package, workshop, step),
        await check_outputs(package, workshop, step),
    ]
    return Validated(
        checks=tuple(check for part in parts for check in part.checks),
        errors=tuple(finding for part in parts for finding in part.notes.errors),
        warnings=(*package.warnings, *(finding for part in parts for finding in part.notes.warnings)),
    )


async def _check_statements(package: Package, draw: Draw) -> Checked:
    """Draw each, and pass on what was not understood."""
    notes = Notes()
    count = failed = 0
    for statement in package.problem.statements:
        source = source_of(package.problem, statement)
        if source is None:
            continue
        drawing = await draw(source)
        place = f"statement in {statement.language}"
        if drawing.trouble:
            failed += 1
            notes.error(place, f"cannot be drawn, and is shown as its source: {drawing.trouble}")
        for remark in drawing.remarks:
            notes.warn(place, remark)
        count += 1
    return Checked(checks=(Check(name=STATEMENTS, count=count, failed=failed),) if count else (), notes=notes)
