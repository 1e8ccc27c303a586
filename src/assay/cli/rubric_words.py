"""Rubrics and simulations, for people at a terminal and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.assessments.rubrics import rubric_digest, rubric_document, shipped_names
from assay.assessments.scoring.explaining import Stake
from assay.assessments.scoring.simulating import Simulation
from assay.domain.finding import Severity
from assay.domain.rubric import POINTS_MAX, Role, Rubric

_BAR_WIDTH = 40


def explained(rubric: Rubric, role: Role, stakes: Sequence[Stake], terms: Sequence[str]) -> dict[str, Any]:
    """A rubric, and what hangs on its parts, as JSON."""
    return {
        "rubric": rubric.name,
        "digest": rubric_digest(rubric),
        "role": role.id,
        "roles": [each.id for each in rubric.roles],
        "stakes": [vars(stake) for stake in stakes],
        "terms": list(terms),
        "document": rubric_document(rubric),
    }


def show_rubric(
    console: Console, rubric: Rubric, role: Role, stakes: Sequence[Stake], terms: Sequence[str]
) -> None:
    """What it is about, then what each part can cost."""
    lines = [f"{rubric.name}: {rubric.title}", rubric_digest(rubric), "", rubric.about, ""]
    if rubric.classic is None:
        share = POINTS_MAX * rubric.correctness_share
        lines += [
            f"For the role {role.id} ({role.title}): {share:g} points are for correctness alone, the rest is",
            "for competencies. All of it is worth as much as the share of tests passed.",
        ]
    else:
        lines += [f"For the role {role.id} ({role.title}):", *(f"  {term}" for term in terms)]
    _print(console, lines)
    if stakes:
        console.print(_table_of(stakes))
    _print(
        console,
        [
            "",
            f"roles: {', '.join(each.id for each in rubric.roles)}",
            f"rubrics that ship: {', '.join(shipped_names())}",
        ],
    )


def _table_of(stakes: Sequence[Stake]) -> Table:
    table = Table("competency", "signal", box=None)
    for name in ("at most", *Severity, "one rule"):
        table.add_column(name, justify="right")
    table.add_column("when")
    before = ""
    for stake in stakes:
        table.add_row(
            "" if stake.competency == before else stake.competency,
            stake.signal,
            f"{stake.points_max:g}",
            *(f"{stake.occurrence[severity]:g}" if stake.occurrence else "" for severity in Severity),
            "" if stake.rule_max is None else f"{stake.rule_max:g}",
            Text(stake.condition),
        )
        before = stake.competency
    return table


def show_simulation(console: Console, rubric: Rubric, role: str, result: Simulation) -> None:
    """The distribution as bars, then what was checked."""
    largest = max(result.bins) or 1
    lines = [f"{result.candidates} made-up candidates by {rubric.name} for the role {role}"]
    for number, count in enumerate(result.bins):
        bar = "█" * round(_BAR_WIDTH * count / largest)
        lines.append(f"  {10 * number:3} to {10 * number + 10:3}  {bar} {count}")
    spread = ", ".join(f"{percent} %: {total:g}" for percent, total in result.quantiles.items())
    truth = f"{result.coverage:.0%} of those of correctness hold the truth"
    lines += [
        f"so many have no more than: {spread}",
        f"intervals are {result.mean_width:.1f} points wide on average",
        f"{truth} ({rubric.uncertainty.level:.0%} are to)",
        f"of {result.pairs} pairs {result.indistinguishable:.0%} are not distinguishable",
        f"upper and lower quarter, {result.quarters}",
        f"better in one thing: {result.checks} checks, {result.violations} score less for it",
        f"correct beside incorrect: {result.correct_checks} checks, {result.correct_violations} score less",
    ]
    if rubric.classic is not None:
        lines.append("this rubric is exempt from being monotone")
    _print(console, lines)


def _print(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
