"""Problem packages: a folder in the ICPC/Kattis format becomes a Problem and its jury's submissions.

    reading.py      the verb: read a package, or raise PackageInvalid with everything that is wrong with it
    folder.py       the only access to the package's files: bounded, never through a link
    documents.py    YAML, strictly; fields.py reads it field by field
    metadata.py     problem.yaml, legacy.py / standard.py: the two dialects
    testdata.py     data/: tests, their order, how each output is compared (groups.py, comparison.py)
    submissions.py  submissions/: files, languages; expectations.py: which verdicts are as expected
    statements.py   the text
    codec.py        Problem as JSON, and the digest that is its version
    importing.py    the verb: from a package into the store

Specification: https://www.kattis.com/problem-package-format/spec/ (2025-09 and legacy).
"""

from assay.problems.importing import import_package
from assay.problems.package import Package, PackageFormat, PackageSubmission
from assay.problems.reading import read_package

__all__ = ["Package", "PackageFormat", "PackageSubmission", "import_package", "read_package"]
