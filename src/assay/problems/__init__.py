"""Problem packages: a folder or an archive becomes a Problem and its jury's submissions, and a package again.

    reading.py      the verb: read a package, or raise PackageInvalid with everything that is wrong with it
    package.py      what that yields: the problem, the jury's submissions, what is still to be made
    folder.py       the only access to the package's files: bounded, never outside (links.py)
    documents.py    YAML, strictly; fields.py reads it field by field
    metadata.py     problem.yaml: limits.py, constants.py, credits.py; legacy.py, standard.py: the dialects
    testdata.py     data/: tests, how each output is compared (comparison.py), what is shown (shown.py)
    group_settings.py  testdata.yaml, test_group.yaml; standard_groups.py, legacy_groups.py: what they mean
    validators.py   the programs that judge, and those that check tests: programs.py, testlib.py (macros.py)
    included.py     include/ and attachments/
    submissions.py  submissions/: submission_rules.py, verdict_words.py; expectations.py: what does not fit
    statements.py   the texts, in each language
    codec.py        Problem as JSON, and the digest that is its version
    importing.py    the verb: from a package into the store

The above is for the ICPC/Kattis format. Others are converted to the same on reading:

    sources.py      the verb: a folder or an archive of any format
    archives.py     zip and tar, hostile by assumption: unpacking.py, zips.py, tars.py
    conversion.py   what the readers of other formats share; trees.py: names for tests
    polygon/        Polygon: problem.xml
    dmoj/           DMOJ: init.yml; harness/ is what its Python checkers and graders find when they run
    plain.py        nothing but pairs of files
    export/         the verb: write any package in the ICPC/Kattis format

Specification: https://www.kattis.com/problem-package-format/spec/ (2025-09 and legacy).
"""

from assay.problems.importing import import_package
from assay.problems.package import Package, PackageFormat, PackageSubmission
from assay.problems.reading import read_package

__all__ = ["Package", "PackageFormat", "PackageSubmission", "import_package", "read_package"]
