"""The `limits` of problem.yaml, and the places outside it where legacy packages keep the time limit.

Values that the package leaves open are the specification's "typical system default"s, but for one: a missing
time limit is DEFAULT_CPU_TIME_MS, unless whoever reads the package can measure the jury's submissions, from
whose running times the specification derives it.
"""

from dataclasses import dataclass
from math import gcd
import re

from assay.domain.jury import ValidationLimits
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND, Limits
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.package import MeasuredTimeLimit, PackageFormat, Report

DEFAULT_CPU_TIME_MS = 5_000
DEFAULT_MEMORY_MIB = 2048
DEFAULT_OUTPUT_MIB = 8
DEFAULT_CODE_KIB = 128
DEFAULT_COMPILATION_TIME_S = 60
DEFAULT_COMPILATION_MEMORY_MIB = 2048
DEFAULT_VALIDATION_TIME_S = 60
DEFAULT_VALIDATION_MEMORY_MIB = 2048
DEFAULT_VALIDATION_OUTPUT_MIB = 8
DEFAULT_PASSES = 2
_BYTES_PER_KIB = 1024

# Beyond these a limit is a slip of the pen, and no judge could honour it.
TIME_MAX_S = 600
MEMORY_MAX_MIB = 64 * 1024
OUTPUT_MAX_MIB = 1024
CODE_MAX_KIB = 1024
PASSES_MAX = 1000
_FACTOR_MAX = 1000
_FINEST_S = 1 / MILLISECONDS_PER_SECOND  # what runs are measured in

_TIMELIMIT_FILE = ".timelimit"
_DOMJUDGE_FILE = "domjudge-problem.ini"
_SMALL_FILE_BYTES_MAX = 64 * 1024
_INI_LINE = re.compile(r"\s*([\w-]+)\s*=\s*(['\"]?)(.*?)\2\s*")
_SECONDS = re.compile(r"\d+(\.\d*)?|\.\d+")


@dataclass(frozen=True, kw_only=True)
class ProblemLimits:
    """`measured` says how the time limit is to be computed; None: it is that of `run`.

    `timing` has the package's factors also where there is a limit. `passes_max` is None where the package
    does not speak of passes.
    """

    run: Limits
    validation: ValidationLimits
    passes_max: int | None
    measured: MeasuredTimeLimit | None
    timing: MeasuredTimeLimit


def read_limits(
    metadata: Fields,
    folder: PackageFolder,
    package_format: PackageFormat,
    report: Report,
    *,
    can_measure: bool,
) -> ProblemLimits:
    """The problem's limits; what is wrong with them is reported."""
    fields = metadata.fields("limits") or Fields(metadata.path, {}, report, "limits.")
    time_s = fields.number("time_limit", above=True, at_most=TIME_MAX_S)
    passes_max = None
    match package_format:
        case PackageFormat.LEGACY:
            timing = _legacy_timing(fields)
            if "multi-pass" in (metadata.text("validation") or "").split():  # DOMjudge's addition
                passes_max = fields.integer("validation_passes", at_least=2, at_most=PASSES_MAX)
            if time_s is not None:
                fields.warn("time_limit", "honoured, though the legacy format has no such field")
            time_s = time_s or _time_limit_beside(folder, report)
        case _:
            timing = _timing(fields, time_s)
            passes_max = fields.integer("validation_passes", at_least=2, at_most=PASSES_MAX)
    if time_s is None and not can_measure:
        default_s = DEFAULT_CPU_TIME_MS / MILLISECONDS_PER_SECOND
        metadata.warn("limits.time_limit", f"no time limit is given; {default_s:g} s of CPU time are used")
    limits = Limits(
        cpu_time_ms=DEFAULT_CPU_TIME_MS
        if time_s is None
        else max(1, round(time_s * MILLISECONDS_PER_SECOND)),
        memory_bytes=_mebibytes(fields, "memory", DEFAULT_MEMORY_MIB, MEMORY_MAX_MIB),
        output_bytes=_mebibytes(fields, "output", DEFAULT_OUTPUT_MIB, OUTPUT_MAX_MIB),
        source_bytes=_whole(fields, "code", DEFAULT_CODE_KIB, CODE_MAX_KIB) * _BYTES_PER_KIB,
        compile_time_ms=_milliseconds(fields, "compilation_time", DEFAULT_COMPILATION_TIME_S),
        compile_memory_bytes=_mebibytes(
            fields, "compilation_memory", DEFAULT_COMPILATION_MEMORY_MIB, MEMORY_MAX_MIB
        ),
    )
    validation = ValidationLimits(
        cpu_time_ms=_milliseconds(fields, "validation_time", DEFAULT_VALIDATION_TIME_S),
        memory_bytes=_mebibytes(fields, "validation_memory", DEFAULT_VALIDATION_MEMORY_MIB, MEMORY_MAX_MIB),
        output_bytes=_mebibytes(fields, "validation_output", DEFAULT_VALIDATION_OUTPUT_MIB, OUTPUT_MAX_MIB),
    )
    fields.finish(what="limit")
    is_measured = time_s is None and can_measure
    return ProblemLimits(
        run=limits,
        validation=validation,
        passes_max=passes_max,
        measured=timing if is_measured else None,
        timing=timing,
    )


def _whole(fields: Fields, field: str, default: int, at_most: int) -> int:
    return fields.integer(field, at_least=1, at_most=at_most) or default


def _mebibytes(fields: Fields, field: str, default_mib: int, at_most_mib: int) -> int:
    return _whole(fields, field, default_mib, at_most_mib) * BYTES_PER_MIB


def _milliseconds(fields: Fields, field: str, default_s: int) -> int:
    return _whole(fields, field, default_s, TIME_MAX_S) * MILLISECONDS_PER_SECOND


def _legacy_timing(fields: Fields) -> MeasuredTimeLimit:
    """Legacy, "Limits": factors without a rule; problemtools takes whole seconds, rounded up."""
    return MeasuredTimeLimit(
        accepted_factor=fields.number("time_multiplier", above=True, at_most=_FACTOR_MAX) or 5.0,
        too_slow_factor=fields.number("time_safety_margin", above=True, at_most=_FACTOR_MAX) or 2.0,
        resolution_ms=MILLISECONDS_PER_SECOND,
    )


def _timing(fields: Fields, time_s: float | None) -> MeasuredTimeLimit:
    """Specification: "Problem timing"."""
    multipliers = fields.fields("time_multipliers")
    accepted, too_slow = 2.0, 1.5
    if multipliers is not None:
        accepted = multipliers.number("ac_to_time_limit", at_least=1, at_most=_FACTOR_MAX) or accepted
        too_slow = multipliers.number("time_limit_to_tle", at_least=1, at_most=_FACTOR_MAX) or too_slow
        multipliers.finish(what="multiplier")
    resolution_s = fields.number("time_resolution", above=True, at_most=TIME_MAX_S) or 1.0
    if not _is_multiple(resolution_s, _FINEST_S):
        fields.error("time_resolution", f"must be in whole milliseconds, not {resolution_s:g} s")
    elif time_s is not None and not _is_multiple(time_s, _FINEST_S):
        fields.error("time_limit", f"must be in whole milliseconds, not {time_s:g} s")
    elif time_s is not None and not _is_multiple(time_s, resolution_s):
        time_ms = round(time_s * MILLISECONDS_PER_SECOND)
        finer_s = gcd(time_ms, MILLISECONDS_PER_SECOND) / MILLISECONDS_PER_SECOND
        fields.error(
            "time_limit",
            f"{time_s:g} s is not a multiple of time_resolution ({resolution_s:g} s); "
            f"'time_resolution: {finer_s:g}' would allow it",
        )
    return MeasuredTimeLimit(
        accepted_factor=accepted,
        too_slow_factor=too_slow,
        resolution_ms=max(1, round(resolution_s * MILLISECONDS_PER_SECOND)),
    )


def _is_multiple(number: float, of: float) -> bool:
    """But for what the binary form of decimal fractions adds."""
    times = number / of
    return round(times) > 0 and abs(times - round(times)) < 1e-9 * max(1.0, times)


def _time_limit_beside(folder: PackageFolder, report: Report) -> float | None:
    """The time limit in .timelimit (problemtools, DOMjudge) or domjudge-problem.ini, in seconds."""
    if _TIMELIMIT_FILE in folder.sizes:
        text = folder.read_text(_TIMELIMIT_FILE, bytes_max=_SMALL_FILE_BYTES_MAX)
        return None if text is None else _seconds(text.strip(), _TIMELIMIT_FILE, None, report)
    if _DOMJUDGE_FILE not in folder.sizes:
        return None
    time_s = None
    text = folder.read_text(_DOMJUDGE_FILE, bytes_max=_SMALL_FILE_BYTES_MAX) or ""
    for number, line in enumerate(text.splitlines(), start=1):
        setting = _INI_LINE.fullmatch(line)
        if setting is None:
            continue
        if setting[1] == "timelimit":
            time_s = _seconds(setting[3], _DOMJUDGE_FILE, number, report)
        elif setting[1] in ("special_run", "special_compare", "special_compare_args") and setting[3]:
            report.error(
                _DOMJUDGE_FILE,
                "is of a program that only its DOMjudge server has; put the program into output_validators/ "
                "and say 'validation: custom' and 'validator_flags' in problem.yaml",
                field=setting[1],
                line=number,
            )
    return time_s


def _seconds(text: str, path: str, line: int | None, report: Report) -> float | None:
    if not _SECONDS.fullmatch(text) or not 0 < float(text) <= TIME_MAX_S:
        message = f"must be a number of seconds, more than 0 and at most {TIME_MAX_S}, not {text[:40]!r}"
        report.error(path, message, field="timelimit", line=line)
        return None
    return float(text)
