"""Figures and states as people read them. Pure."""

from datetime import UTC, datetime
from typing import assert_never

from assay.domain.judgement import Run
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.verdicts.ports import SubmissionState

_NOTHING = "\N{EN DASH}"
_KIB = 1024
_MIB = 1024 * 1024
_GIB = 1024 * 1024 * 1024


def duration(milliseconds: int | None) -> str:
    """ "84 ms", "1.25 s"; a dash when there is none."""
    if milliseconds is None:
        return _NOTHING
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.3g} s"


def size(size_bytes: int | None) -> str:
    """ "640 KiB", "12.5 MiB"; a dash when there is none."""
    if size_bytes is None:
        return _NOTHING
    if size_bytes < _MIB:
        return f"{-(-size_bytes // _KIB)} KiB"
    if size_bytes < _GIB:
        return f"{size_bytes / _MIB:.3g} MiB" if size_bytes < 1000 * _MIB else f"{size_bytes // _MIB} MiB"
    return f"{size_bytes / _GIB:.3g} GiB"


def instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def progress(state: SubmissionState) -> str:
    match state.status:
        case SubmissionStatus.QUEUED:
            return "Waiting in the queue"
        case SubmissionStatus.COMPILING:
            return "Compiling"
        case SubmissionStatus.RUNNING:
            if state.test_case is None or state.total is None:
                return "Running"
            return f"Running test {state.test_case} of {state.total}"
        case SubmissionStatus.JUDGED | SubmissionStatus.FAILED:
            return (state.verdict or Verdict.JE).label
        case _ as unreachable:
            assert_never(unreachable)


def tone(verdict: Verdict | None) -> str:
    """How a verdict is coloured: good, bad, spent (a limit), or ours."""
    match verdict:
        case None:
            return "waiting"
        case Verdict.AC:
            return "good"
        case Verdict.TLE | Verdict.MLE | Verdict.OLE:
            return "spent"
        case Verdict.WA | Verdict.RTE | Verdict.CE | Verdict.PE | Verdict.SV:
            return "bad"
        case Verdict.JE:
            return "ours"
        case _ as unreachable:
            assert_never(unreachable)


def points(score: float | None) -> str:
    """ "37.5", "100", "33.33"; a dash when there is none."""
    if score is None:
        return _NOTHING
    text = f"{score:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shortened(text: str, characters_max: int) -> str:
    """The beginning of a long text, which says that it was cut."""
    return text if len(text) <= characters_max else f"{text[:characters_max]}\n… (cut)\n"


def ending(run: Run) -> str:
    """How the program ended, when that is worth saying."""
    if run.message:
        return run.message
    if run.signal is not None:
        return f"signal {run.signal}"
    return f"exit code {run.exit_code}" if run.exit_code else ""
