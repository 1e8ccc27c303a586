"""Problems of DMOJ: a folder with an init.yml.

    reading.py      the verb
    config.py       init.yml's nodes: what one does not say, the one around it does
    data.py         files, in the folder or in its archive
    cases.py        test cases and batches (patterns.py: by the names in the archive)
    grading.py      the tree of groups
    checkers.py     standard ones, bridged ones, Python files
    programs.py     the setter's programs
    harnessing.py   Python checkers and graders as programs; harness/: what they are run with
    submissions.py  the jury's submissions, tests/*/test.yml
    words.toml      languages and result codes, in our own words

Source: DMOJ's documentation of the problem format, of checkers, graders and generators; where that is silent,
what its judge does.
"""

from assay.problems.dmoj.config import INIT_FILE
from assay.problems.dmoj.reading import read_dmoj

__all__ = ["INIT_FILE", "read_dmoj"]
