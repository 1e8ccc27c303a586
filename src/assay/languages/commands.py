"""Command lines: the placeholders of a language's argument lists filled in for one submission. Pure.

`{sources}` becomes one argument for each source file, `{main}` the main one's path, both below /box;
`{main_class}`, `{scala_object}`, `{groovy_class}`, `{erlang_module}` and `{prolog_goal}` what to begin with.
These and `{sources}` are whole arguments. `{stem}` becomes the main file's path below /box without its
ending, `{memory_mib}` the memory limit;
`{heap_mib}` an eighth more, for a runtime that would else give up by itself just before the sandbox ends it;
`{stack_mib}` and `{stack_kib}` the memory limit again, but no more than runtimes take, for those that do not
ask the kernel how large their stack may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
import re

from assay.domain.language import Language
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.submission import SourceFile
from assay.languages.entry import (
    find_erlang_module,
    find_groovy_class,
    find_prolog_goal,
    find_scala_object,
)
from assay.languages.java import find_main_class, find_public_type

HEAP_EXCESS_DIVISOR = 8  # the JVM gives up within a fortieth of its bound
STACK_MIB_MAX = 1024  # the JVM refuses more ("at most 1048576k")
KIB_PER_MIB = 1024
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
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


def run_env(env: Mapping[str, str], memory_bytes: int) -> dict[str, str]:
    """A run's environment, with the sizes that its values ask for."""
    return {name: _sized(value, memory_bytes) for name, value in env.items()}


def source_files(language: Language, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The files that the compiler is given: those with an ending of the language; without any, all."""
    extensions = {extension.lower() for extension in language.extensions}
    return tuple(file for file in files if _extension(file.name) in extensions) or tuple(files)


def named_as_required(language: Language, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The files under names that the toolchain takes. Doing it twice changes nothing more.

    A source that came alone, and so perhaps without a name of its author's choosing, is named after its
    public class in Java, after its module in Erlang. A main file whose name the language cannot do with
    (`file_stems`) gets the language's usual one, unless another file has that. All others keep their names.
    """
    main = main_file(language, files)
    name = _required_name(language, main, is_alone=len(files) == 1)
    if any(file.name == name or file.name.startswith(f"{name}/") for file in files):
        return tuple(files)
    return tuple(replace(file, name=name) if file is main else file for file in files)


def _required_name(language: Language, main: SourceFile, *, is_alone: bool) -> str:
    folder, slash, _ = main.name.rpartition("/")
    ending = _extension(main.name)
    is_known = ending in language.extensions
    wanted = _wanted_stem(language, main) if is_alone and is_known else None
    if wanted is not None:
        name = f"{folder}{slash}{wanted}.{ending}"
        return name if len(name.encode()) <= NAME_BYTES_MAX else main.name
    if re.fullmatch(language.file_stems, _stem(main.name.rpartition("/")[2])):
        return main.name
    usual, _, usual_ending = language.source_name.rpartition(".")
    name = f"{usual}.{ending if is_known else usual_ending}"
    return name if is_alone else f"{folder}{slash}{name}"


def _wanted_stem(language: Language, file: SourceFile) -> str | None:
    if "{main_class}" in language.run.argv:
        return find_public_type(file.content)
    if "{erlang_module}" in language.run.argv:
        return find_erlang_module(file)
    return None


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
    files = named_as_required(language, files)
    filled: list[str] = []
    for argument in argv:
        match argument:
            case "{sources}":
                filled.extend(f"{BOX}/{file.name}" for file in source_files(language, files))
            case "{main_class}":
                filled.append(find_main_class([file.content for file in source_files(language, files)]))
            case "{scala_object}":
                filled.append(find_scala_object(source_files(language, files)))
            case "{groovy_class}":
                filled.append(find_groovy_class(source_files(language, files), main_file(language, files)))
            case "{erlang_module}":
                main = main_file(language, files)
                filled.append(find_erlang_module(main) or _stem(main.name).rpartition("/")[2])
            case "{prolog_goal}":
                filled.append(find_prolog_goal(source_files(language, files)))
            case _:
                filled.append(_sized(argument, memory_bytes, main_file(language, files).name))
    return tuple(filled)


def _sized(text: str, memory_bytes: int, main_name: str = "") -> str:
    """`text` with its placeholders filled in, in one pass: what a file's name has of braces stays."""
    memory_mib = max(1, memory_bytes // BYTES_PER_MIB)
    stack_mib = min(memory_mib, STACK_MIB_MAX)
    fillings = {
        "memory_mib": str(memory_mib),
        "heap_mib": str(memory_mib + memory_mib // HEAP_EXCESS_DIVISOR),
        "stack_mib": str(stack_mib),
        "stack_kib": str(stack_mib * KIB_PER_MIB),
        "main": f"{BOX}/{main_name}",
        "stem": _stem(main_name),
    }
    return _PLACEHOLDER.sub(lambda found: fillings.get(found[1], found[0]), text)


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return stem if dot else name


def _extension(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].lower()
