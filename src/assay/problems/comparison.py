"""The default output validator's arguments, as an OutputComparison. Pure.

Specification: "Default output validator specification". 2025-09 forbids giving a tolerance twice; in legacy
packages the later one counts, because a group's flags follow the problem's.
"""

from collections.abc import Sequence
import re

from assay.domain.problem import OutputComparison

_FLOAT = re.compile(r"[+-]?(\d*\.\d+|\d+\.|\d+)([eE][+-]?\d+)?")  # specification: general requirements


class ArgumentsInvalid(ValueError):
    """The arguments are not such as the default output validator takes. The message says which and why."""


def parse_arguments(arguments: Sequence[str], *, strict: bool) -> OutputComparison:
    """The comparison that these arguments ask for. `strict`: a repeated tolerance is an error."""
    flags = {"case_sensitive": False, "space_change_sensitive": False}
    tolerances: dict[str, float] = {}
    rest = iter(arguments)
    for argument in rest:
        match argument:
            case "case_sensitive" | "space_change_sensitive":
                flags[argument] = True
            case "float_absolute_tolerance" | "float_relative_tolerance" | "float_tolerance":
                both = argument == "float_tolerance"
                targets = ("float_absolute_tolerance", "float_relative_tolerance") if both else (argument,)
                if strict and not tolerances.keys().isdisjoint(targets):
                    raise ArgumentsInvalid(f"{argument} repeats a tolerance that was given before")
                tolerances |= dict.fromkeys(targets, _parse_tolerance(argument, next(rest, None)))
            case _:
                raise ArgumentsInvalid(
                    f"{argument!r} is no argument of the default output validator; it knows case_sensitive, "
                    "space_change_sensitive, float_tolerance, float_absolute_tolerance and "
                    "float_relative_tolerance"
                )
    return OutputComparison(
        case_sensitive=flags["case_sensitive"],
        space_change_sensitive=flags["space_change_sensitive"],
        float_absolute_tolerance=tolerances.get("float_absolute_tolerance"),
        float_relative_tolerance=tolerances.get("float_relative_tolerance"),
    )


def _parse_tolerance(argument: str, text: str | None) -> float:
    if text is None:
        raise ArgumentsInvalid(f"{argument} needs a number after it")
    if not _FLOAT.fullmatch(text) or not 0 <= float(text) < float("inf"):
        raise ArgumentsInvalid(f"{argument} needs a non-negative number, not {text!r}")
    return float(text)
