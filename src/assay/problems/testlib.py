"""What a program that uses testlib means by its exit codes, read from the testlib.h that it is built with.

testlib.h says it in macros (`OK_EXIT_CODE`, …), which the original sets to 0, 1, 2, …, and variants for the
package format to 42 and 43; a source may set them before it includes the header; some depend on others. So
they are worked out as a preprocessor does (macros.py), and what cannot be told is not guessed.
"""

from collections.abc import Mapping
import re

from assay.domain.jury import Dialect
from assay.problems.macros import Preprocessor

TESTLIB = "testlib.h"
_INCLUDES_TESTLIB = re.compile(
    rb"^[ \t]*#[ \t]*include[ \t]*[\"<](?:[^\">\n]*/)?testlib\.h[\">]", re.MULTILINE
)
_CODES = ("OK_EXIT_CODE", "WA_EXIT_CODE", "PE_EXIT_CODE")
_ORIGINAL, _OF_FORMAT = (0, 1, 2), (42, 43)


class DialectUnknown(ValueError):
    """The exit codes cannot be told, or are nobody's. The message says which, and what to do."""


def uses_testlib(content: bytes) -> bool:
    """Whether a source includes testlib.h."""
    return _INCLUDES_TESTLIB.search(content) is not None


def dialect_of(sources: Mapping[str, bytes], *, is_validator: bool = False) -> Dialect:
    """How the program is called and answers. `sources` are its files by name, testlib.h among them.

    `is_validator`: of inputs; it only accepts. Raises DialectUnknown.
    """
    found = {
        codes
        for name, content in sources.items()
        if name.rpartition("/")[2] != TESTLIB and uses_testlib(content)
        for codes in (_codes_in(name, sources),)
    }
    if len(found) != 1:
        raise DialectUnknown("its sources give testlib.h different exit codes; let them agree")
    codes = found.pop()
    accepted, wrong, _ = codes
    if accepted is None or (wrong is None and not is_validator):
        raise DialectUnknown(
            "its testlib.h does not say by which exit codes it accepts and refuses (OK_EXIT_CODE, "
            "WA_EXIT_CODE); define them before it is included, to 42 and 43"
        )
    if codes == _ORIGINAL or (is_validator and accepted == _ORIGINAL[0]):
        return Dialect.TESTLIB
    if (accepted, wrong) == _OF_FORMAT or (is_validator and accepted == _OF_FORMAT[0]):
        return Dialect.ICPC
    shown = "/".join("?" if code is None else str(code) for code in codes)
    raise DialectUnknown(
        f"its testlib.h accepts, refuses and finds the format wrong by exit codes {shown}, which are neither "
        "testlib's own (0/1/2) nor the package format's (42/43); take a testlib.h with either"
    )


def _codes_in(name: str, sources: Mapping[str, bytes]) -> tuple[int | None, int | None, int | None]:
    preprocessor = Preprocessor(sources=sources, header=TESTLIB, wanted=_CODES)
    preprocessor.read(name, depth=0, active=True)
    ok, wrong, presentation = (preprocessor.at_end.get(code) for code in _CODES)
    return ok, wrong, presentation
