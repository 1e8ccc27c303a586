"""What programs that use testlib mean by their exit codes, and where their testlib.h comes from."""

from pathlib import Path

import pytest

from assay.domain.jury import Dialect
from assay.problems.package import Package
from assay.problems.reading import read_package
from assay.problems.testlib import DialectUnknown, dialect_of
from tests.unit.problems.packages import LEGACY, STANDARD, Files, findings_of, make, read, yaml_with

# The shape of testlib's own header: guarded, and each code only where nobody has set it before.
ORIGINAL = b"""\
#ifndef _TESTLIB_H_
#define _TESTLIB_H_
/* #define OK_EXIT_CODE 99 */
#ifndef OK_EXIT_CODE
#   ifdef CONTESTER
#       define OK_EXIT_CODE 0xAC
#   else
#       define OK_EXIT_CODE 0
#   endif
#endif
#ifndef WA_EXIT_CODE
#   ifdef EJUDGE
#       define WA_EXIT_CODE 5
#   elif defined(CONTESTER)
#       define WA_EXIT_CODE 0xAB
#   else
#       define WA_EXIT_CODE 1
#   endif
#endif
#ifndef PE_EXIT_CODE
#   define PE_EXIT_CODE 2
#endif
inline const char* text() { return "#define OK_EXIT_CODE 5"; }
#endif
"""
OF_FORMAT = ORIGINAL.replace(b"OK_EXIT_CODE 0\n", b"OK_EXIT_CODE 42\n").replace(
    b"WA_EXIT_CODE 1\n", b"WA_EXIT_CODE 43\n"
)
WRONG_43 = b"#define WA_EXIT_CODE 43\n"
SOURCE = b'#include <cstdio>\n#include "testlib.h"\nint main() {}\n'


def dialect(before: bytes = b"", header: bytes = ORIGINAL, **more: bytes) -> Dialect:
    headers = {name.replace("_h", ".h"): content for name, content in more.items()}
    return dialect_of({"check.cpp": before + SOURCE, "testlib.h": header, **headers})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (ORIGINAL, Dialect.TESTLIB),
        (OF_FORMAT, Dialect.ICPC),
        (OF_FORMAT.replace(b"\n", b"\r\n"), Dialect.ICPC),
        (b"#define OK_EXIT_CODE 0\n#define WA_EXIT_CODE 1\n#define PE_EXIT_CODE 2\n", Dialect.TESTLIB),
        (b"#define ACCEPTED (42)\n#define OK_EXIT_CODE ACCEPTED\n#define WA_EXIT_CODE 0x2b\n", Dialect.ICPC),
        (b"#define OK_EXIT_CODE \\\n 42\n#define WA_EXIT_CODE 43 // wrong\n", Dialect.ICPC),
    ],
)
def test_the_header_says_which_dialect_it_is(header: bytes, expected: Dialect) -> None:
    assert dialect(header=header) is expected


@pytest.mark.parametrize(
    "before",
    [
        b"#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n",
        b"#define OK_EXIT_CODE 42 /* so\n much */\n#  define  WA_EXIT_CODE 43u\n",
        b'#include "codes.h"\n',
        b"#if 1 && !defined(NOTHING)\n#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n#else\n#endif\n",
        b"#define F 2\n#if F > 2\n#elif (F == 2) || X\n#define OK_EXIT_CODE 42\n#endif\n" + WRONG_43,
        b"#ifdef __GNUC__\n#pragma once\n#endif\n#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n",
    ],
)
def test_a_source_may_set_the_codes_before_it_includes_the_header(before: bytes) -> None:
    codes = b"#pragma once\n#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n"
    assert dialect(before, codes_h=codes) is Dialect.ICPC


def test_a_header_that_wraps_testlib() -> None:
    wrapper = b'#undef OK_EXIT_CODE\n#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n#include "testlib.h"\n'
    sources = {"check.cpp": b'#include "wrapper.h"\n', "wrapper.h": wrapper, "testlib.h": ORIGINAL}
    assert dialect_of(sources) is Dialect.ICPC


@pytest.mark.parametrize(
    "before",
    [
        b"// #define OK_EXIT_CODE 42\n",
        b"/*\n#define OK_EXIT_CODE 42\n*/\n",
        b"#if 0\n#define OK_EXIT_CODE 42\n#endif\n",
        b"#ifdef ICPC\n#define OK_EXIT_CODE 42\n#endif\n",
        b"#define OK_EXIT_CODE 42\n#undef OK_EXIT_CODE\n",
        b"#if defined ICPC && __GNUC__ > 3\n#define OK_EXIT_CODE 42\n#endif\n",
    ],
)
def test_what_is_not_compiled_says_nothing(before: bytes) -> None:
    assert dialect(before) is Dialect.TESTLIB


@pytest.mark.parametrize(
    ("before", "header", "message"),
    [
        (b"", b"", "does not say by which exit codes"),
        (
            b"#ifdef __linux__\n#define OK_EXIT_CODE 42\n#endif\n",
            ORIGINAL,
            "does not say by which exit codes",
        ),
        (b"#if X(3)\n#define WA_EXIT_CODE 43\n#endif\n", ORIGINAL, "does not say by which exit codes"),
        (b"#if (\n#define WA_EXIT_CODE 43\n#endif\n", ORIGINAL, "does not say by which exit codes"),
        (b"#define OK_EXIT_CODE code()\n", ORIGINAL, "does not say by which exit codes"),
        (b"#define CONTESTER\n", ORIGINAL, "by exit codes 172/171/2, which are neither"),
        (b"#define EJUDGE 1\n", ORIGINAL, "by exit codes 0/5/2, which are neither"),
        (b"#define PE_EXIT_CODE 4\n", ORIGINAL, "by exit codes 0/1/4, which are neither"),
        (b"#define OK_EXIT_CODE 42\n", ORIGINAL, "by exit codes 42/1/2, which are neither"),
    ],
)
def test_codes_that_cannot_be_told_or_are_nobodys_are_refused(
    before: bytes, header: bytes, message: str
) -> None:
    with pytest.raises(DialectUnknown, match=message):
        dialect(before, header)


def test_sources_that_do_not_agree_are_refused() -> None:
    other = b"#define OK_EXIT_CODE 42\n#define WA_EXIT_CODE 43\n" + SOURCE
    with pytest.raises(DialectUnknown, match="different exit codes"):
        dialect_of({"a.cpp": SOURCE, "b.cpp": other, "testlib.h": ORIGINAL})


def test_headers_in_a_circle_come_to_an_end() -> None:
    sources = {"check.cpp": b'#include "check.cpp"\n' * 3 + SOURCE, "testlib.h": ORIGINAL}
    assert dialect_of(sources) is Dialect.TESTLIB


def test_a_validator_of_inputs_only_accepts() -> None:
    sources = {"v.cpp": b"#define WA_EXIT_CODE 9\n" + SOURCE, "testlib.h": ORIGINAL}
    assert dialect_of(sources, is_validator=True) is Dialect.TESTLIB


CHECKER: Files = {"output_validator/check.cpp": SOURCE}


def checker_files(package: Package) -> dict[str, bytes]:
    validation = package.problem.validation
    assert validation is not None
    found = {}
    for file in validation.checkers[0].files:
        with open(package.files.open(file.content), "rb") as content:  # noqa: PTH123  a descriptor
            found[file.name] = content.read()
    return found


@pytest.mark.parametrize(
    "place", ["output_validator", ".", "include/cpp", "generators", "files", "input_validators/v", "solution"]
)
def test_a_header_from_anywhere_in_the_package_will_do(tmp_path: Path, place: str) -> None:
    package = read(tmp_path, STANDARD, {**CHECKER, f"{place}/testlib.h": OF_FORMAT})
    assert checker_files(package) == {"check.cpp": SOURCE, "testlib.h": OF_FORMAT}
    (program,) = package.problem.judged_by
    assert program.dialect is Dialect.ICPC


def test_the_operators_header_is_for_packages_without_one(tmp_path: Path) -> None:
    operators = tmp_path / "their testlib.h"
    operators.write_bytes(ORIGINAL)
    package = read_package(make(tmp_path, STANDARD, CHECKER), testlib=operators)
    assert checker_files(package) == {"check.cpp": SOURCE, "testlib.h": ORIGINAL}
    (program,) = package.problem.judged_by
    assert (program.dialect, program.language_id, program.main) == (Dialect.TESTLIB, "cpp", "check.cpp")
    before = package.problem.version
    operators.write_bytes(ORIGINAL + b"// another\n")
    assert read_package(package.path, testlib=operators).problem.version != before


def test_without_any_header_the_setting_is_named(tmp_path: Path) -> None:
    (finding,) = findings_of(make(tmp_path, STANDARD, CHECKER))
    assert finding.path == "output_validator/check.cpp"
    assert "includes testlib.h, which is nowhere in the package" in finding.message
    assert "set ASSAY_TESTLIB" in finding.message


def test_a_header_of_the_operators_that_cannot_be_read(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, CHECKER)
    (finding,) = findings_of(package, testlib=tmp_path / "gone.h")
    assert "the operator's own (ASSAY_TESTLIB) cannot be read: No such file" in finding.message


def test_an_interactor_and_a_validator_of_inputs(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom interactive"),
        "output_validators/talk/talk.cpp": SOURCE,
        "output_validators/talk/testlib.h": ORIGINAL,
        "input_validators/check.cc": SOURCE,
    }
    package = read(tmp_path, LEGACY, changes)
    validation = package.problem.validation
    assert validation is not None
    assert validation.interactor is not None
    assert (validation.interactor.dialect, validation.checkers) == (Dialect.TESTLIB, ())
    programs = {each.name: each.program for each in package.input_validators}
    assert programs["check.cc"] is not None
    assert programs["check.cc"].dialect is Dialect.TESTLIB
    assert programs["validate.py"] is not None
    assert programs["validate.py"].dialect is Dialect.ICPC


def test_a_validator_of_inputs_without_a_header_is_a_warning(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, {"input_validators/check.cc": SOURCE})
    assert [each.name for each in package.input_validators] == ["validate.py"]
    assert [warning.path for warning in package.warnings] == ["input_validators/check.cc"]


def test_a_program_that_builds_itself_speaks_for_itself(tmp_path: Path) -> None:
    changes = {**CHECKER, "output_validator/build": "#!/bin/sh\nc++ -DOK_EXIT_CODE=42 check.cpp -o run\n"}
    package = read(tmp_path, STANDARD, changes)
    (program,) = package.problem.judged_by
    assert (program.dialect, program.language_id) == (Dialect.ICPC, None)
