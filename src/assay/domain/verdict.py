"""Verdicts, in the vocabulary of the CCS Contest API (judgement types)."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the judge says about a submission or about one run of it.

    The ids are the CCS specification's; `JE` is the only one that speaks of our own fault, and is never
    used for anything that the candidate's program did.
    """

    AC = "AC"
    WA = "WA"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    RTE = "RTE"
    CE = "CE"
    PE = "PE"
    SV = "SV"
    JE = "JE"

    @property
    def label(self) -> str:
        """The verdict in words, as shown to people."""
        return _TITLES[self]


_TITLES = {
    Verdict.AC: "Accepted",
    Verdict.WA: "Wrong answer",
    Verdict.TLE: "Time limit exceeded",
    Verdict.MLE: "Memory limit exceeded",
    Verdict.OLE: "Output limit exceeded",
    Verdict.RTE: "Run-time error",
    Verdict.CE: "Compile error",
    Verdict.PE: "Presentation error",
    Verdict.SV: "Security violation",
    Verdict.JE: "Judging error",
}
