"""Erasing a person: their submissions' texts and outputs, their scores and evidence, and that it was they."""

from assay.assessments.erasure.erase import Erased, erase_person
from assay.assessments.erasure.ports import Found, PersonalRows

__all__ = ["Erased", "Found", "PersonalRows", "erase_person"]
