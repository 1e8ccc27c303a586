"""`assay rubric validate | explain | simulate | compare`: what a rubric says, and what it would come to."""

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.local import open_console
from assay.cli.options import Json
from assay.cli.rubric_choice import DEFAULT_RUBRIC, RoleOption, choose_role, choose_rubric, read_rubric_file
from assay.cli.source import read_source
from assay.cli.workshop import Bar
from assay.errors import InvalidInput, UsageError

if TYPE_CHECKING:  # it loads what computes intervals, which --help has no use for
    from assay.assessments.scoring import Claim

CANDIDATES, CANDIDATES_MAX = 300, 20_000
TESTS, TESTS_MAX = 12, 1_000
SCORE_BYTES_MAX = 64 * 1024 * 1024  # with the trace of the largest problem

app = typer.Typer(help="Rubrics: how evidence about a program becomes a score.", no_args_is_help=True)

Chosen = Annotated[str, typer.Argument(metavar="[NAME|FILE]", help="One that ships, or a file of your own.")]


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A rubric in YAML.")],
    as_json: Json = False,
) -> None:
    """Check a rubric. What is wrong is told with its line and the remedy, and exits with 2."""
    from assay.assessments.rubrics import rubric_digest

    rubric = read_rubric_file(file)
    if as_json:
        print(json.dumps({"valid": True, "rubric": rubric.name, "digest": rubric_digest(rubric)}))
        return
    print(
        f"{file}: {rubric.name} is valid: {len(rubric.signals)} signals, {len(rubric.competencies)} "
        f"competencies, {len(rubric.roles)} roles\n{rubric_digest(rubric)}"
    )


@app.command()
def explain(
    name: Chosen = DEFAULT_RUBRIC,
    role: RoleOption = None,
    as_json: Json = False,
) -> None:
    """What each signal of a rubric can cost, for a role, in points of a correct program's total."""
    from assay.assessments.scoring.explaining import classic_words, stakes
    from assay.cli.rubric_words import explained, show_rubric

    rubric = choose_rubric(name)
    chosen = next(each for each in rubric.roles if each.id == choose_role(rubric, role))
    found = stakes(rubric, chosen)
    terms = () if rubric.classic is None else classic_words(rubric.classic)
    if as_json:
        print(json.dumps(explained(rubric, chosen, found, terms)))
    else:
        show_rubric(open_console(), rubric, chosen, found, terms)


@app.command()
def simulate(
    name: Chosen = DEFAULT_RUBRIC,
    role: RoleOption = None,
    candidates: Annotated[
        int, typer.Option("--candidates", min=2, max=CANDIDATES_MAX, help="How many to make up.")
    ] = CANDIDATES,
    tests: Annotated[
        int, typer.Option("--tests", min=1, max=TESTS_MAX, help="How many tests the problem has.")
    ] = TESTS,
    seed: Annotated[int, typer.Option("--seed", help="Another one, other candidates.")] = 1,
    as_json: Json = False,
) -> None:
    """Score made-up candidates: how they spread, whether better is ever worth less, who can be told apart.

    Exits with 1 where a rubric that has to be monotone is not.
    """
    from assay.assessments.scoring.simulating import simulate as simulate_candidates
    from assay.cli.rubric_words import show_simulation

    rubric = choose_rubric(name)
    chosen = choose_role(rubric, role)
    with Bar() as bar:
        result = simulate_candidates(
            rubric,
            chosen,
            candidates=candidates,
            tests=tests,
            random=Random(seed),  # noqa: S311  chance that comes again, and no secret
            step=lambda done: bar.step("scoring", done, candidates),
        )
    is_exempt = rubric.classic is not None
    if as_json:
        described = {"rubric": rubric.name, "role": chosen, "seed": seed, "exempt": is_exempt, **vars(result)}
        print(json.dumps(described))
    else:
        show_simulation(open_console(), rubric, chosen, result)
    if not is_exempt and (result.violations or result.correct_violations):
        raise typer.Exit(1)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="What 'assay score --json' printed.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="The same of somebody else.")],
    as_json: Json = False,
) -> None:
    """Say which of two scores is above the other, or that they are not distinguishable."""
    from assay.assessments.scoring import Standing
    from assay.assessments.scoring import compare as compare_claims

    result = compare_claims(_read_claim(first), _read_claim(second))
    if as_json:
        print(json.dumps({"standing": result.standing.value, "reason": result.reason}))
    elif result.standing is Standing.NOT_DISTINGUISHABLE:
        print(f"{first} and {second}: {result.reason}")
    else:
        print(f"{first} is {result.standing.value} {second}: {result.reason}")


def _read_claim(path: Path) -> "Claim":
    """Raises `UsageError` naming the file."""
    from assay.assessments.scoring.comparing import read_claim

    try:
        return read_claim(json.loads(read_source(path, SCORE_BYTES_MAX)))
    except InvalidInput as error:
        raise UsageError(f"{path}: {error.message}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON: {error}") from error
