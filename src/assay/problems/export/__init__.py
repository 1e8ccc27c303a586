"""Packages of any source, written in the problem package format.

writing.py      the verb; it reads back what it has written
folders.py      where each test goes
tests.py        data/: files and settings of tests (groups.py: of folders)
metadata.py     problem.yaml
programs.py     validators, graders, included files (shim.py: speaks for programs of other dialects)
submissions.py  submissions/, submissions.yaml
differences.py  in what the package read back differs
losses.py       what could not be carried
target.py       the folder that is written to
"""

from assay.problems.export.losses import Loss
from assay.problems.export.writing import export_package

__all__ = ["Loss", "export_package"]
