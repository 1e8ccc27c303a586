"""The languages that this installation knows, from data/<id>.toml, checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
import re

from assay.domain.language import CompileStep, Language, RunStep, SelfTest, WarmFiles
from assay.errors import UnknownLanguage
from assay.languages.tables import Table
from assay.languages.toolchain import base_environment, newest_match
from assay.languages.views import data_folder, load_views

_ID = re.compile(r"[a-z][a-z0-9]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_POLICIES = frozenset({"native", "managed", "shell"})  # as in assay.sandbox.Policy; compilers have their own
_COMPILE_PLACEHOLDERS = frozenset({"sources", "main", "memory_mib"})
_RUN_PLACEHOLDERS = frozenset({"main", "main_class", "memory_mib", "heap_mib"})
_WARM_PLACEHOLDERS = frozenset({"warm"})


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
    compile_table, warm_table = root.optional_table("compile"), root.optional_table("warm")
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
        toolchain_paths=root.optional_strings("toolchain_paths") or (),
        warm=None if warm_table is None else _read_warm(warm_table),
    )
    root.finish()
    if not any(language.source_name.endswith(f".{extension}") for extension in language.extensions):
        raise root.error("source_name", "must have one of the language's extensions")
    for field in ("required_paths", "toolchain_paths"):
        for path_of_it in getattr(language, field):
            if not path_of_it.startswith("/"):
                raise root.error(field, f"{path_of_it!r} must be absolute")
    if language.warm is not None and language.compile is None:
        raise root.error("warm", "has options for a compile step that is not there")
    is_kept = language.compile is not None and language.compile.artefacts is not None
    if not language.toolchain_paths and (is_kept or language.warm is not None):
        raise root.error("toolchain_paths", "is missing: what is kept must be given up with the toolchain")
    return language


def _read_compile(table: Table, views: Mapping[str, tuple[str, ...]]) -> CompileStep:
    step = CompileStep(
        argv=_argv(table, "argv", _COMPILE_PLACEHOLDERS),
        env=base_environment() | table.string_map("env"),
        view=_view(table, views),
        artefacts=table.optional_strings("artefacts", may_be_empty=True),
    )
    for name in step.artefacts or ():
        parts = name.removesuffix("/").split("/")
        if not all(parts) or {".", ".."} & set(parts):
            raise table.error("artefacts", f"{name!r} must be a path below /box")
    table.finish()
    return step


def _read_warm(table: Table) -> WarmFiles:
    files = WarmFiles(
        sources=table.string_map("sources"),
        steps=_steps(table),
        compile_options=table.optional_strings("compile_options") or (),
        compile_env=table.string_map("compile_env"),
    )
    _check_placeholders(table, "compile_options", files.compile_options, _WARM_PLACEHOLDERS)
    _check_placeholders(table, "compile_env", files.compile_env.values(), _WARM_PLACEHOLDERS)
    table.finish()
    if not files.compile_options and not files.compile_env:
        raise table.error("compile_options", "or compile_env must say how the files are used")
    return files


def _steps(table: Table) -> tuple[tuple[str, ...], ...]:
    """Command lines, as tables with an `argv` each."""
    steps = []
    for step in table.tables("steps"):
        steps.append(_argv(step, "argv", _WARM_PLACEHOLDERS))
        step.finish()
    return tuple(steps)


def _read_run(table: Table, views: Mapping[str, tuple[str, ...]]) -> RunStep:
    step = RunStep(
        argv=_argv(table, "argv", _RUN_PLACEHOLDERS),
        env=base_environment() | table.string_map("env"),
        view=_view(table, views),
        policy=_policy(table),
        start_ahead=table.flag("start_ahead"),
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
    _check_placeholders(table, field, argv, placeholders)
    return (newest_match(argv[0]), *argv[1:])


def _check_placeholders(
    table: Table, field: str, arguments: Iterable[str], placeholders: frozenset[str]
) -> None:
    for argument in arguments:
        for name in _PLACEHOLDER.findall(argument):
            if name not in placeholders:
                raise table.error(field, f"unknown placeholder {{{name}}} in {argument!r}")


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
