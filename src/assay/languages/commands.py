"""Command lines: the placeholders of a language's argument lists filled in for one submission. Pure.

`{sources}` becomes one argument for each source file, `{main}` the main one's path, both below /box;
`{main_class}` the Java class that has the entry point; `{memory_mib}` the memory limit;
`{heap_mib}` an eighth more, for a runtime that would else give up by itself just before the sandbox ends it.
"""

from collections.abc import Sequence
from dataclasses import replace

from assay.domain.language import Language
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.submission import SourceFile
from assay.languages.java import find_main_class, find_public_type

HEAP_EXCESS_DIVISOR = 8  # the JVM gives up within a fortieth of its bound
BOX = "/box"
NAME_BYTES_MAX = 255  # what a source's name may have; beyond it, javac has the word


def compile_argv(language: Language, files: Sequence[SourceFile], memory_bytes: int) -> tuple[str, ...]:
    """The compiler's command line. `memory_bytes` is the compilation's limit. ValueError: no such step."""
    if language.compile is None:
        raise ValueError(f"{language.id} has no compile step")
    return _fill(language.compile.argv, language, files, memory_bytes)


def run_argv(language: Language, files: Sequence[SourceFile], memory_bytes: int) -> tuple[str, ...]:
    """The program's command line. `memory_bytes` is the run's limit."""
    return _fill(language.run.argv, language, files, memory_bytes)


def source_files(language: Language, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The files that the compiler is given: those with an ending of the language; without any, all."""
    extensions = {extension.lower() for extension in language.extensions}
    return tuple(file for file in files if _extension(file.name) in extensions) or tuple(files)


def named_as_required(language: Language, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The files under names that the compiler accepts: a Java source that came alone, and so perhaps without
    a name of its author's choosing, is named after its public class."""
    if len(files) == 1 and "{main_class}" in language.run.argv:
        public_type = find_public_type(files[0].content)
        if public_type is not None:
            folder, slash, name = files[0].name.rpartition("/")
            ending = _extension(name)
            wanted = f"{folder}{slash}{public_type}.{ending}"
            if ending in language.extensions and len(wanted.encode()) <= NAME_BYTES_MAX:
                return (replace(files[0], name=wanted),)
    return tuple(files)


def main_file(language: Language, files: Sequence[SourceFile]) -> SourceFile:
    """The file that an interpreter is given: Python's __main__.py, one with the usual name, or the first.

    The usual names are those of the package format's table of languages ("default entry point").
    """
    sources = source_files(language, files)
    stem = language.source_name.rpartition(".")[0]
    for wanted in ("__main__", stem):
        for file in sources:
            if file.name.rpartition(".")[0] == wanted:
                return file
    return sources[0]


def _fill(
    argv: Sequence[str], language: Language, files: Sequence[SourceFile], memory_bytes: int
) -> tuple[str, ...]:
    filled: list[str] = []
    for argument in argv:
        match argument:
            case "{sources}":
                filled.extend(f"{BOX}/{file.name}" for file in source_files(language, files))
            case "{main}":
                filled.append(f"{BOX}/{main_file(language, files).name}")
            case "{main_class}":
                filled.append(find_main_class([file.content for file in source_files(language, files)]))
            case _:
                memory_mib = max(1, memory_bytes // BYTES_PER_MIB)
                heap_mib = memory_mib + memory_mib // HEAP_EXCESS_DIVISOR
                sized = argument.replace("{memory_mib}", str(memory_mib))
                filled.append(sized.replace("{heap_mib}", str(heap_mib)))
    return tuple(filled)


def _extension(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].lower()
