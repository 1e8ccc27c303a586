"""Rubrics: read from YAML or refused with line and remedy, written as a document, hashed; those that ship."""

from assay.assessments.rubrics.document import rubric_digest, rubric_document
from assay.assessments.rubrics.reading import RUBRIC_BYTES_MAX, parse_rubric
from assay.assessments.rubrics.shipped import DEFAULT_RUBRIC, shipped_names, shipped_rubric

__all__ = [
    "DEFAULT_RUBRIC",
    "RUBRIC_BYTES_MAX",
    "parse_rubric",
    "rubric_digest",
    "rubric_document",
    "shipped_names",
    "shipped_rubric",
]
