"""Test data as text: line ends, strange characters, tests that are there twice. Warnings only: a problem may
want any of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.domain.jury import DataRef
from assay.domain.problem import TestCase
from assay.judging.capture import closing_fd
from assay.judging.checking import finish_in_thread
from assay.preparing.validation import Check, Checked, Notes
from assay.problems import Package
from assay.problems.data_text import TextFacts, look_at
from assay.problems.package import CaseKind, PackageFiles

TEXTS = "test data as text"


async def check_texts(package: Package) -> Checked:
    """Look at all files of all tests."""
    notes = Notes()
    texts = _Texts(files=package.files, seen={})
    cases = [case for case in package.validation_cases if case.kind is not CaseKind.INVALID_INPUT]
    refs = dict.fromkeys(
        ref
        for test in (*package.problem.tests, *(case.test for case in cases))
        for ref in (test.input, test.answer)
    )
    refs |= dict.fromkeys(case.output for case in cases if case.output is not None)
    for ref in refs:
        for line, message in _oddities(await texts.facts(ref)):
            notes.warn(ref, message, line=line)
    await _find_twins(package.problem.tests, texts, notes)
    odd = {finding.path for finding in notes.warnings}
    return Checked(checks=(Check(name=TEXTS, count=len(refs), failed=len(odd)),), notes=notes)


@dataclass(frozen=True, kw_only=True)
class _Texts:
    """Looks at each file once."""

    files: PackageFiles
    seen: dict[DataRef, TextFacts]

    async def facts(self, ref: DataRef) -> TextFacts:
        if ref not in self.seen:
            with closing_fd(self.files.open(ref)) as fd:
                self.seen[ref] = await finish_in_thread(lambda: look_at(fd))
        return self.seen[ref]


def _oddities(facts: TextFacts) -> list[tuple[int | None, str]]:
    found: list[tuple[int | None, str]] = []
    if facts.carriage_return_line is not None:
        found.append((facts.carriage_return_line, "has a carriage return; lines end with a newline alone"))
    if facts.nul_line is not None:
        found.append((facts.nul_line, "has a NUL byte, which no text has"))
    if facts.non_ascii_line is not None:
        found.append((facts.non_ascii_line, "has characters beyond ASCII, which some languages cannot read"))
    if facts.ends_open and facts.size_bytes:
        found.append((None, "does not end with a newline, as the last line of a text must"))
    return found


async def _find_twins(tests: Sequence[TestCase], texts: _Texts, notes: Notes) -> None:
    """Specification, "Test cases": the same input, files and arguments are the same test."""
    first: dict[object, TestCase] = {}
    for test in tests:
        files = tuple([(file.name, (await texts.facts(file.content)).sha256) for file in test.files])
        key = ((await texts.facts(test.input)).sha256, files, test.args)
        twin = first.setdefault(key, test)
        if twin is not test:
            notes.warn(test.input, f"is the same input as {twin.input}; one of them will do")
