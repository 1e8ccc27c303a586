"""What running a submission shows beside its verdict: costs, counts, how they grow (docs/how-to/traces.md).

taking.py     the verbs: count, run, compare; or from what a judgement recorded
watching.py   a sandbox that notes the facts of the runs that pass through it, or has them counted
measuring.py  facts → costs of a test
sizes.py      what the size of an input is
growth.py     costs over sizes → a class, or why there is none
fitting.py    least squares for one class, and how the classes compare
comparing.py  costs beside those of accepted submissions, and which of these to take (references.py)
describing.py a trace as JSON, and back
"""

from assay.assessments.tracing.describing import as_json, from_json
from assay.assessments.tracing.measuring import look_at_inputs
from assay.assessments.tracing.ports import NOT_ASKED_FOR, CallCounter, NotCounting
from assay.assessments.tracing.references import choose_references
from assay.assessments.tracing.taking import (
    NO_REFERENCES,
    Place,
    Program,
    References,
    Traced,
    trace,
    trace_of_runs,
)

__all__ = [
    "NOT_ASKED_FOR",
    "NO_REFERENCES",
    "CallCounter",
    "NotCounting",
    "Place",
    "Program",
    "References",
    "Traced",
    "as_json",
    "choose_references",
    "from_json",
    "look_at_inputs",
    "trace",
    "trace_of_runs",
]
