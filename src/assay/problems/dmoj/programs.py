"""The setter's programs in a DMOJ package: files named in init.yml, with a language and compiler flags."""

from collections.abc import Sequence
import re

from assay.domain.jury import Dialect, JuryFile, JuryProgram, ValidationLimits
from assay.domain.limits import MILLISECONDS_PER_SECOND
from assay.problems.conversion import TESTLIB, TESTLIB_REMEDY, VALIDATION_LIMITS, Conversion
from assay.problems.dmoj.config import Node
from assay.problems.dmoj.words import language_id_of
from assay.problems.testlib import uses_testlib

DIALECTS = {
    "default": Dialect.DMOJ,
    "testlib": Dialect.TESTLIB,
    "coci": Dialect.COCI,
    "peg": Dialect.PEG,
}
# args_format_string: what a program of each type is given when it is not said.
_CHECKER_ARGUMENTS = "{input_file} {output_file} {answer_file}"
_INTERACTOR_ARGUMENTS = "{input_file} {answer_file}"
_DEFINE = re.compile(r"-D([A-Za-z_]\w*)(?:=(.*))?", re.ASCII)
_HARMLESS_FLAG = re.compile(r"-(O[0-3sz]?|Ofast|std=.*|W.*|g\d?|pipe|march=native|lm|static|s)")
_C_LANGUAGES = ("c", "cpp")
_KIB = 1024
_SECONDS_MAX = 600.0
_KIB_MAX = 64 << 20


def read_dialect(node: Node) -> Dialect:
    """How a bridged program is called, by its `type`."""
    word = node.text("type") or "default"
    if word not in DIALECTS:
        node.error("type", f"{word[:40]!r} is none of: {', '.join(DIALECTS)}")
    return DIALECTS.get(word, Dialect.DMOJ)


def check_arguments(node: Node, dialect: Dialect, *, is_interactor: bool) -> None:
    """Refuse arguments in an order of the setter's own: programs here are called by their dialect."""
    given = node.text("args_format_string")
    usual = _CHECKER_ARGUMENTS
    if is_interactor and dialect is not Dialect.TESTLIB:
        usual = _INTERACTOR_ARGUMENTS
    if given is not None and " ".join(given.split()) != usual:
        node.error("args_format_string", f"must be {usual!r}, or be left out")


def read_program(
    conversion: Conversion,
    node: Node,
    names: Sequence[str],
    what: str,
    *,
    language_key: str,
    dialect: Dialect = Dialect.DMOJ,
) -> JuryProgram | None:
    """A program of these files, of which the first is the main one. None, reported, if it cannot be used."""
    if not names:
        node.error(what, "names no file")
        return None
    contents = {name: conversion.source(name) for name in names}
    if any(content is None for content in contents.values()):
        return None
    language_id = _language(conversion, node, names, language_key)
    if language_id is None:
        return None
    files = [conversion.jury_file(name) for name in names]
    defines = _defines(node, language_id)
    if defines:
        main = contents[names[0]] or b""
        content = f"{defines}#line 1\n".encode() + main
        files[0] = JuryFile(
            name=files[0].name, content=conversion.workspace.put(f"programs/{what}/{files[0].name}", content)
        )
    has_testlib = any(file.name == TESTLIB for file in files)
    if not has_testlib and any(uses_testlib(content or b"") for content in contents.values()):
        testlib = conversion.testlib([TESTLIB])
        if testlib is None:
            conversion.report.error(names[0], f"includes testlib.h; {TESTLIB_REMEDY}")
        else:
            files.append(testlib)
    return JuryProgram(
        name=names[0], files=tuple(files), language_id=language_id, main=files[0].name, dialect=dialect
    )


def read_limits(node: Node) -> ValidationLimits:
    """What a program's node allows it, else the usual."""
    seconds = node.number("time_limit", at_least=0.001, at_most=_SECONDS_MAX)
    kib = node.number("memory_limit", at_least=1, at_most=_KIB_MAX)
    usual = VALIDATION_LIMITS
    return ValidationLimits(
        cpu_time_ms=usual.cpu_time_ms if seconds is None else round(seconds * MILLISECONDS_PER_SECOND) or 1,
        memory_bytes=usual.memory_bytes if kib is None else int(kib * _KIB),
        output_bytes=usual.output_bytes,
    )


def loosest(limits: Sequence[ValidationLimits]) -> ValidationLimits:
    """What allows all that any of these does."""
    return ValidationLimits(
        cpu_time_ms=max(each.cpu_time_ms for each in limits),
        memory_bytes=max(each.memory_bytes for each in limits),
        output_bytes=max(each.output_bytes for each in limits),
    )


def _language(conversion: Conversion, node: Node, names: Sequence[str], key: str) -> str | None:
    """As the node says, else by the files' endings: C++ and C first, as DMOJ does."""
    given = node.text(key)
    if given is not None:
        language_id = language_id_of(given, conversion.languages)
        if language_id is None:
            node.error(key, f"there is no language here for {given[:40]!r}")
        return language_id
    found = {
        language.id for name in names if (language := conversion.languages.for_file_name(name)) is not None
    }
    for preferred in ("cpp", "c"):
        if preferred in found:
            return preferred
    if len(found) != 1:
        node.error(key, f"is needed: the files {', '.join(names)[:100]} do not tell it")
        return None
    return found.pop()


def _defines(node: Node, language_id: str) -> str:
    """Compiler flags as lines of source. Those that change no program's meaning are passed over."""
    lines = []
    for flag in node.texts("flags"):
        found = _DEFINE.fullmatch(flag)
        if found is not None and language_id in _C_LANGUAGES and "\n" not in flag:
            lines.append(f"#define {found[1]} {found[2] if found[2] is not None else 1}\n")
        elif not _HARMLESS_FLAG.fullmatch(flag):
            node.error(
                "flags", f"the flag {flag[:40]!r} cannot be honoured; put what it does into the source"
            )
    return "".join(lines)
