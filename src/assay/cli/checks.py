"""One finding of 'assay doctor'."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that judging needs. `remedy` is what to type or do, empty when all is well. With `ok` it is a
    warning: judging goes well without."""

    name: str
    ok: bool
    found: str
    remedy: str
