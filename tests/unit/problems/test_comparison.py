"""The default output validator's arguments."""

import pytest

from assay.domain.problem import OutputComparison
from assay.problems.comparison import ArgumentsInvalid, parse_arguments


@pytest.mark.parametrize(
    ("arguments", "comparison"),
    [
        ("", OutputComparison()),
        ("case_sensitive", OutputComparison(case_sensitive=True)),
        ("space_change_sensitive", OutputComparison(space_change_sensitive=True)),
        ("float_absolute_tolerance 1e-6", OutputComparison(float_absolute_tolerance=1e-6)),
        ("float_relative_tolerance .5", OutputComparison(float_relative_tolerance=0.5)),
        (
            "float_tolerance 5.E-2 case_sensitive",
            OutputComparison(
                case_sensitive=True, float_absolute_tolerance=0.05, float_relative_tolerance=0.05
            ),
        ),
        (
            "float_absolute_tolerance 0 float_relative_tolerance 1",
            OutputComparison(float_absolute_tolerance=0, float_relative_tolerance=1),
        ),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_arguments(arguments: str, comparison: OutputComparison, strict: bool) -> None:
    assert parse_arguments(arguments.split(), strict=strict) == comparison


@pytest.mark.parametrize(
    "arguments",
    [
        "fuzzy",
        "CASE_SENSITIVE",
        "float_tolerance",
        "float_tolerance x",
        "float_tolerance -1",
        "float_tolerance nan",
        "float_tolerance inf",
        "float_tolerance 1e999",
        "float_tolerance 0x1",
        "float_tolerance case_sensitive",
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_wrong_arguments(arguments: str, strict: bool) -> None:
    with pytest.raises(ArgumentsInvalid):
        parse_arguments(arguments.split(), strict=strict)


@pytest.mark.parametrize(
    "arguments",
    [
        "float_tolerance 1 float_tolerance 2",
        "float_tolerance 1 float_absolute_tolerance 2",
        "float_relative_tolerance 1 float_tolerance 2",
        "float_absolute_tolerance 1 float_absolute_tolerance 2",
    ],
)
def test_a_repeated_tolerance_is_an_error_or_the_last_counts(arguments: str) -> None:
    with pytest.raises(ArgumentsInvalid, match="repeats"):
        parse_arguments(arguments.split(), strict=True)
    last = parse_arguments(arguments.split(), strict=False)
    assert 2 in (last.float_absolute_tolerance, last.float_relative_tolerance)
