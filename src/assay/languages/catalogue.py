"""The languages that this installation knows, from data/<id>.toml and the operator's own, checked."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
import re
import signal

from assay.domain.language import CompileStep, Detection, Language, RunStep, SelfTest, WarmFiles
from assay.domain.submission import SourceFile
from assay.errors import UnknownLanguage
from assay.languages.detection import detect, extension_of
from assay.languages.tables import Table
from assay.languages.toolchain import base_environment, newest_match
from assay.languages.views import VIEWS_FILE, data_folders, load_views

_ID = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_POLICIES = frozenset({"native", "managed", "shell"})  # as in assay.sandbox.Policy; compilers have their own
_SIZES = frozenset({"memory_mib", "heap_mib", "stack_mib", "stack_kib"})
_COMPILE_PLACEHOLDERS = frozenset({"sources", "main", "memory_mib"})
_ENTRIES = frozenset({"main_class", "scala_object", "groovy_class", "erlang_module", "prolog_goal"})
_RUN_PLACEHOLDERS = _SIZES | _ENTRIES | {"main", "sources", "stem"}
_WARM_PLACEHOLDERS = frozenset({"warm"})


class LanguageCatalogue:
    """The languages, by id and by what their files look like. Immutable."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self._by_id = {language.id: language for language in languages}
        self._by_extension: dict[str, Language] = {}
        for language in self._by_id.values():
            if language.base is not None:
                continue
            for extension in language.extensions:
                if extension in language.detection.shared_extensions:
                    continue
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
        return self._owner_of(name)

    def for_files(self, files: Sequence[SourceFile]) -> Language | None:
        """The language that all of a program's files agree on, by endings and contents; None when there is
        none, or more than one (`all_for_files` says which)."""
        found = self.all_for_files(files)
        return found[0] if len(found) == 1 else None

    def all_for_files(self, files: Sequence[SourceFile]) -> tuple[Language, ...]:
        """Each language that some file is in, ordered by id. Headers and data files are in none.

        Other versions of a language are never found: they are chosen by their ids.
        """
        found = {self._for_file(file) for file in files} - {None}
        return tuple(self.get(language_id) for language_id in self._by_id if language_id in found)

    def _for_file(self, file: SourceFile) -> str | None:
        languages = [each for each in self._by_id.values() if each.base is None]
        language = detect(file, owner=self._owner_of(file.name), languages=languages)
        return None if language is None else language.id

    def _owner_of(self, name: str) -> Language | None:
        """As it is in the data: a catalogue that gives languages more looks at disks for it, and whoever asks
        for a file's language asks for thousands."""
        extension = extension_of(name)
        return self._by_extension.get(extension) or self._by_extension.get(extension.lower())


def load_catalogue(folder: Path | None = None) -> LanguageCatalogue:
    """Read and check every language: those of `folder`, else the shipped ones and the operator's own, which
    replace shipped ones of the same id. Raises DataFileError naming file and field.

    A program's path, and a variable that is one, may be a glob, which is resolved here, so that a language's
    command lines are concrete.
    """
    folders = data_folders() if folder is None else (folder,)
    views = load_views(*folders)
    paths = {path.stem: path for each in folders for path in each.glob("*.toml") if path.name != VIEWS_FILE}
    tables = {name: Table.load(path) for name, path in sorted(paths.items())}
    languages = [_read_language(name, table, tables, views) for name, table in tables.items()]
    return LanguageCatalogue(sorted(languages, key=lambda each: each.id))


def _read_language(
    file_stem: str, own: Table, tables: Mapping[str, Table], views: Mapping[str, tuple[str, ...]]
) -> Language:
    base, root = own.optional_string("base"), own
    if base is not None:
        root = _on_base(own, base, tables)
    language_id = root.string("id")
    if language_id != file_stem or not _ID.fullmatch(language_id):
        expected = "must be the file's name, lower-case letters, digits and underscores"
        raise root.error("id", f"{expected}, not {language_id!r}")
    compile_table, warm_table = root.optional_table("compile"), root.optional_table("warm")
    language = Language(
        id=language_id,
        name=root.string("name"),
        extensions=root.strings("extensions"),
        source_name=root.string("source_name"),
        file_stems=root.optional_string("file_stems") or Language.file_stems,
        version_argv=_argv(root, "version_argv", frozenset()),
        apt_packages=root.optional_strings("apt_packages", may_be_empty=True) or (),
        required_paths=root.strings("required_paths"),
        compile=None if compile_table is None else _read_compile(compile_table, views),
        run=_read_run(root.table("run"), views),
        cpu_time_multiplier=root.positive_number("cpu_time_multiplier"),
        self_test=_read_self_test(root.table("self_test")),
        toolchain_paths=root.optional_strings("toolchain_paths") or (),
        warm=None if warm_table is None else _read_warm(warm_table),
        is_core=root.flag("core"),
        base=root.optional_string("base"),
        detection=_read_detection(root),
    )
    root.finish()
    _check_language(root, language)
    return language


def _on_base(own: Table, base: str, tables: Mapping[str, Table]) -> Table:
    """A language's table on that of the language that it is another version of. Warm files belong to a
    compiler's very options, so they are inherited only where the version says [warm], too."""
    below = tables.get(base)
    if below is None or below.optional_string("base") is not None:
        raise own.error("base", f"{base!r} must be a language that has no base itself")
    if own.optional_table("detection") is not None or own.optional_strings("extensions") is not None:
        raise own.error("base", "and extensions or detection: files are told by those of the base")
    without = {"core", "detection"} | (set() if own.optional_table("warm") is not None else {"warm"})
    return own.over(below, without=frozenset(without))


def _check_language(root: Table, language: Language) -> None:
    if not any(language.source_name.endswith(f".{extension}") for extension in language.extensions):
        raise root.error("source_name", "must have one of the language's extensions")
    _check_pattern(root, "file_stems", language.file_stems)
    if not re.fullmatch(language.file_stems, language.source_name.rpartition(".")[0]):
        raise root.error("file_stems", f"must match that of source_name, {language.source_name!r}")
    for field in ("required_paths", "toolchain_paths"):
        for path_of_it in getattr(language, field):
            if not path_of_it.startswith("/"):
                raise root.error(field, f"{path_of_it!r} must be absolute")
    if language.warm is not None and language.compile is None:
        raise root.error("warm", "has options for a compile step that is not there")
    is_kept = language.compile is not None and language.compile.artefacts is not None
    if not language.toolchain_paths and (is_kept or language.warm is not None):
        raise root.error("toolchain_paths", "is missing: what is kept must be given up with the toolchain")


def _read_detection(root: Table) -> Detection:
    table = root.optional_table("detection")
    if table is None:
        return Detection()
    detection = Detection(
        interpreters=table.optional_strings("interpreters") or (),
        telltales=table.optional_strings("telltales") or (),
        shared_extensions=table.optional_strings("shared_extensions") or (),
    )
    table.finish()
    for pattern in detection.telltales:
        _check_pattern(table, "telltales", pattern)
    extensions = root.strings("extensions")
    if not set(detection.shared_extensions) < set(extensions):
        raise table.error(
            "shared_extensions", "must be some of the extensions, and one is the language's own"
        )
    if detection.shared_extensions and not (detection.telltales or detection.interpreters):
        raise table.error("telltales", "or interpreters must tell the language where it shares an extension")
    return detection


def _check_pattern(table: Table, field: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.error(field, f"{pattern!r} is no regular expression: {error}") from error


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
        env=base_environment() | _run_env(table),
        view=_view(table, views),
        policy=_policy(table),
        start_ahead=table.flag("start_ahead"),
        processes=table.positive_integer("processes"),
        unbuffered_options=table.optional_strings("unbuffered_options") or (),
        unbuffered_env=table.string_map("unbuffered_env"),
        out_of_memory_signal=_signal(table, "out_of_memory_signal"),
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


def _run_env(table: Table) -> dict[str, str]:
    env = table.string_map("env")
    _check_placeholders(table, "env", env.values(), _SIZES)
    return {name: newest_match(value) if value.startswith("/") else value for name, value in env.items()}


def _signal(table: Table, field: str) -> int | None:
    name = table.optional_string(field)
    if name is None:
        return None
    if name not in signal.Signals.__members__:
        raise table.error(field, f"{name!r} is no signal's name, such as SIGABRT")
    return signal.Signals[name].value


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
