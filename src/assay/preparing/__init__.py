"""What a setter does with a package before anybody submits: have its parts made, and have it examined.

    workshop.py     what a package is prepared with: sandbox, languages, how much at once
    making.py       the verb: everything of a package that is still to be made, in the sandbox
    generating.py   inputs that a generator prints, answers that the model solution prints
    timing.py       the time limit, from the running times of the jury's submissions
    made_files.py   where made files are, beside those of the package
    regenerating.py the tests made again, as generators.yaml says
    validating.py   the verb: tests, validators, outputs and statements, without judging a submission
    time_limits.py  the verb: repeated runs, and which time limit keeps submissions apart
    fuzzing.py      the verb: mutants of submissions and of inputs, and what tests notice

Judging and packages are stages of their own that know nothing of each other; this one stands on both.
"""

from assay.preparing.making import make
from assay.preparing.workshop import Skipped, Workshop, at_once

__all__ = ["Skipped", "Workshop", "at_once", "make"]
