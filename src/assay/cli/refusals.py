"""How every command says that it was refused: a line for people, or JSON for programs."""

import errno
import json
import sys
import tempfile
from typing import Any

from assay.errors import AssayError, InvalidInput, PackageInvalid, RubricInvalid, Unavailable

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def report(error: AssayError, *, as_json: bool) -> None:
    """Say what was refused: on standard error in words, or on standard output as JSON."""
    if as_json:
        print(json.dumps({"error": describe(error)}), flush=True)
        return
    if isinstance(error, PackageInvalid):
        print(f"assay: {error.package} is not a valid problem package:", file=sys.stderr)
        for finding in error.findings:
            print(f"  {finding}", file=sys.stderr)
        for warning in error.warnings:
            print(f"  warning: {warning}", file=sys.stderr)
        return
    if isinstance(error, RubricInvalid):
        print(f"assay: {error.rubric} is not a valid rubric:", file=sys.stderr)
        for finding in error.findings:
            print(f"  {finding}", file=sys.stderr)
        return
    print(f"assay: {error.message}", file=sys.stderr)


def no_space(error: OSError) -> Unavailable:
    """What to say when the disk was full in the midst of something. What was begun is removed by then."""
    place = "" if error.filename is None else f"{error.filename}: "
    reason = (error.strerror or "no space left").lower()
    return Unavailable(
        f"{place}{reason}; TMPDIR says where files for a while go, now {tempfile.gettempdir()}"
    )


def describe(error: AssayError) -> dict[str, Any]:
    """The refusal as JSON: code, message, and where it applies the field or the findings."""
    description: dict[str, Any] = {"code": error.code, "message": error.message}
    if isinstance(error, InvalidInput):
        description["field"] = error.field
    if isinstance(error, PackageInvalid):
        description["findings"] = [vars(finding) for finding in error.findings]
        description["warnings"] = [vars(warning) for warning in error.warnings]
    if isinstance(error, RubricInvalid):
        description["findings"] = [vars(finding) for finding in error.findings]
    return description
