"""What people see of a test instead of its input and answer.

Specification 2025-09, "Displaying test cases" and "Downloading test cases". Legacy packages have .interaction
files alone, which may also stand without a test.
"""

from assay.domain.jury import DataRef
from assay.domain.problem import ShownSample
from assay.problems.folder import PackageFolder
from assay.problems.package import PackageFormat, Report

_INTERACTION = ".interaction"
_INPUT, _OUTPUT = (".in.statement", _INTERACTION), (".out", ".ans.statement", _INTERACTION)
_OUTPUT_DOWNLOAD = (".out", ".ans.download")
LINES_BYTES_MAX = 1024 * 1024  # of an interaction log: people are to read it


def read_shown(
    folder: PackageFolder, stem: str, package_format: PackageFormat, report: Report, *, is_secret_talk: bool
) -> ShownSample | None:
    """The files that replace texts of the test; None when there are none. What does not fit is reported.

    `is_secret_talk`: the test's own files are not for people to see (legacy, "Interactive problems"), whether
    a conversation stands in their place or not.
    """
    interaction = _ref(folder, stem, _INTERACTION)
    if interaction is not None:
        _check_interaction(folder, interaction, report)
    if package_format is PackageFormat.LEGACY:
        return ShownSample(interaction=interaction) if interaction is not None or is_secret_talk else None
    _check_together(folder, stem, report)
    shown = ShownSample(
        input=_ref(folder, stem, ".in.statement"),
        output=_ref(folder, stem, ".out") or _ref(folder, stem, ".ans.statement"),
        interaction=interaction,
        input_download=_ref(folder, stem, ".in.download"),
        output_download=_ref(folder, stem, ".out") or _ref(folder, stem, ".ans.download"),
    )
    return None if shown == ShownSample() else shown


def read_lone_interactions(folder: PackageFolder, place: str, report: Report) -> tuple[ShownSample, ...]:
    """The interactions that belong to no test (legacy, "Interactive problems"; in use in 2025-09, too)."""
    found = []
    for path in folder.files_below(place):
        if path.endswith(_INTERACTION) and f"{path.removesuffix(_INTERACTION)}.in" not in folder.sizes:
            _check_interaction(folder, DataRef(path), report)
            found.append(ShownSample(interaction=DataRef(path)))
    return tuple(found)


def _check_together(folder: PackageFolder, stem: str, report: Report) -> None:
    def has(*endings: str) -> list[str]:
        return [ending for ending in endings if stem + ending in folder.sizes]

    for endings in (_INPUT, _OUTPUT, _OUTPUT_DOWNLOAD):
        given = has(*endings)
        if len(given) > 1:
            report.error(
                stem + given[-1], f"must not be beside {given[0]}, which says the same; keep one of them"
            )
    needs = [
        (has(*_INPUT), has(".in.download"), ".in.download"),
        (has(*_OUTPUT), has(*_OUTPUT_DOWNLOAD), ".ans.download"),
        (has(".in.download"), has(*_INPUT), ".in.statement"),
        (has(*_OUTPUT_DOWNLOAD), has(*_OUTPUT), ".ans.statement"),
    ]
    for given, needed, missing in needs:
        if given and not needed:
            message = f"what is shown and what is downloaded go together; add {stem}{missing}"
            report.error(stem + given[0], message)


def _check_interaction(folder: PackageFolder, ref: DataRef, report: Report) -> None:
    text = folder.read_text(ref, bytes_max=LINES_BYTES_MAX)
    for number, line in enumerate((text or "").splitlines(), start=1):
        if line[:1] not in ("<", ">") and line.rstrip() not in ("---", ""):
            message = "each line must begin with '<' (from the judge) or '>' (from the program), or be '---'"
            report.error(ref, message, line=number)
            return


def _ref(folder: PackageFolder, stem: str, ending: str) -> DataRef | None:
    path = f"{stem}{ending}"
    return DataRef(path) if path in folder.sizes else None
