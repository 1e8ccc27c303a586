"""The languages that this installation knows, from data/<id>.toml, checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
import re

from assay.domain.language import CompileStep, Language, RunStep, SelfTest
from assay.errors import UnknownLanguage
from assay.languages.tables import Table
from assay.languages.toolchain import base_environment, newest_match
from assay.languages.views import data_folder, load_views

_ID = re.compile(r"[a-z][a-z0-9]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_POLICIES = frozenset({"native", "managed", "shell"})  # as in assay.sandbox.Policy; compilers have their own
_COMPILE_PLACEHOLDERS = frozenset({"sources", "main", "memory_mib"})
_RUN_PLACEHOLDERS = frozenset({"main", "main_class", "memory_mib", "heap_mib"})


class LanguageCatalogue:
    """The languages, by id and by a file's ending. Immutable."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self._by_id = {language.id: language for language in languages}
        self._by_extension: dict[str, Language] = {}
        for language in self._by_id.values():
            for extension in language.extensions:
                other = self._by_extension.setdefault(extension, language)
                if other is not language:
                    raise ValueError(f"{language.id} and {other.id} both claim .{extension}")

    def get(self, language_id: str) -> Language:
        """The language with this id. Raises UnknownLanguage, which names those that are known."""
        try:
            return self._by_id[language_id]
        except KeyError:
            known = ", ".join(self._by_id)
            message = f"there is no language {language_id[:50]!r}; known are: {known}"
            raise UnknownLanguage(message, field="language") from None

    def all(self) -> tuple[Language, ...]:
        """Every language, ordered by id."""
        return tuple(self._by_id.values())

    def for_file_name(self, name: str) -> Language | None:
        """The language that a file's ending says; as written first (.C is C++), then in lower case (.PY)."""
        stem, dot, extension = name.rpartition("/")[2].rpartition(".")
        if not dot or not stem:
            return None
        return self._by_extension.get(extension) or self._by_extension.get(extension.lower())


def load_catalogue(folder: Path | None = None) -> LanguageCatalogue:
    """Read and check every language. Raises DataFileError naming file and field.

    A program's path may be a glob, which is resolved here, so that a language's command lines are concrete.
    """
    folder = folder or data_folder()
    views = load_views(folder / "views.toml")
    paths = sorted(path for path in folder.glob("*.toml") if path.name != "views.toml")
    return LanguageCatalogue(
        sorted((_read_language(path, views) for path in paths), key=lambda each: each.id)
    )


def _read_language(path: Path, views: Mapping[str, tuple[str, ...]]) -> Language:
    root = Table.load(path)
    language_id = root.string("id")
    if language_id != path.stem or not _ID.fullmatch(language_id):
        raise root.error("id", f"must be the file's name, lower-case letters and digits, not {language_id!r}")
    compile_table = root.optional_table("compile")
    language = Language(
        id=language_id,
        name=root.string("name"),
        extensions=root.strings("extensions"),
        source_name=root.string("source_name"),
        version_argv=_argv(root, "version_argv", frozenset()),
        apt_packages=root.strings("apt_packages"),
        required_paths=root.strings("required_paths"),
        compile=None if compile_table is None else _read_compile(compile_table, views),
        run=_read_run(root.table("run"), views),
        cpu_time_multiplier=root.positive_number("cpu_time_multiplier"),
        self_test=_read_self_test(root.table("self_test")),
    )
    root.finish()
    if not any(language.source_name.endswith(f".{extension}") for extension in language.extensions):
        raise root.error("source_name", "must have one of the language's extensions")
    for required in language.required_paths:
        if not required.startswith("/"):
            raise root.error("required_paths", f"{required!r} must be absolute")
    return language


def _read_compile(table: Table, views: Mapping[str, tuple[str, ...]]) -> CompileStep:
    step = CompileStep(
        argv=_argv(table, "argv", _COMPILE_PLACEHOLDERS),
        env=base_environment() | table.string_map("env"),
        view=_view(table, views),
    )
    table.finish()
    return step


def _read_run(table: Table, views: Mapping[str, tuple[str, ...]]) -> RunStep:
    step = RunStep(
        argv=_argv(table, "argv", _RUN_PLACEHOLDERS),
        env=base_environment() | table.string_map("env"),
        view=_view(table, views),
        policy=_policy(table),
        processes=table.positive_integer("processes"),
    )
    table.finish()
    return step


def _read_self_test(table: Table) -> SelfTest:
    test = SelfTest(source=table.string("source"), stdin=table.string("stdin"), stdout=table.string("stdout"))
    table.finish()
    return test


def _argv(table: Table, field: str, placeholders: frozenset[str]) -> tuple[str, ...]:
    argv = table.strings(field)
    if not argv[0].startswith("/"):
        raise table.error(field, f"the program {argv[0]!r} must be an absolute path")
    for argument in argv:
        for name in _PLACEHOLDER.findall(argument):
            if name not in placeholders:
                raise table.error(field, f"unknown placeholder {{{name}}} in {argument!r}")
    return (newest_match(argv[0]), *argv[1:])


def _policy(table: Table) -> str:
    name = table.string("policy")
    if name not in _POLICIES:
        raise table.error("policy", f"{name!r} is not one of {', '.join(sorted(_POLICIES))}")
    return name


def _view(table: Table, views: Mapping[str, tuple[str, ...]]) -> str:
    name = table.string("view")
    if name not in views:
        raise table.error("view", f"{name!r} is not in views.toml")
    return name
