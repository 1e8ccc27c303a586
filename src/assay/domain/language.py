"""A programming language, as data: how a source becomes a running program. Loaded from languages/*.toml."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class CompileStep:
    """One command that runs in the sandbox with /box writable. `view` names the read-only root it sees.

    In `argv`, an element `{sources}` stands for all source files of this language, `{main}` for the main one
    (both as paths below /box), `{memory_mib}` for the memory limit (languages/commands.py has them all).
    """

    argv: tuple[str, ...]
    env: dict[str, str]
    view: str
    # All that a successful compilation leaves in /box: files, and folders (a name that ends in "/"). Empty:
    # it only checks. None: nobody can say, so that its outcome cannot be kept.
    artefacts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class RunStep:
    """How the program starts. The placeholders of `CompileStep`; `{main_class}`; `{heap_mib}`, `{stack_mib}`
    and `{stack_kib}`, for runtimes with a heap and a stack of their own, also in the values of `env`."""

    argv: tuple[str, ...]
    env: dict[str, str]
    view: str
    policy: str  # what it may do beyond computing, by the sandbox's name for it: native, managed, shell
    start_ahead: bool  # start it once for all tests, up to where it opens the program, and fork it for each
    processes: int  # processes and threads at once
    # What makes the runtime write at once what is printed: arguments that come first, and variables. Both
    # empty: it does so anyway, or cannot be made to.
    unbuffered_options: tuple[str, ...] = ()
    unbuffered_env: dict[str, str] = field(default_factory=dict)
    out_of_memory_signal: int | None = None  # by which the runtime ends a program whose heap is exhausted


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """The language's own hello world: proves that the toolchain is there and works in the sandbox."""

    source: str
    stdin: str
    stdout: str


@dataclass(frozen=True, kw_only=True)
class WarmFiles:
    """What a toolchain makes once, ahead of all submissions, and starts faster with (languages/warm.py).

    The commands of `steps` are run once in a slot that holds `sources`; in them, and in the sources' names,
    `{warm}` is the folder that they fill. While that folder is there, the options come first among the
    arguments of the language's own compile step, and the variables into its environment; in both `{warm}` is
    where it is then. Without it nothing is different but slower.
    """

    sources: dict[str, str]
    steps: tuple[tuple[str, ...], ...]
    compile_options: tuple[str, ...]
    compile_env: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What tells a source of this language beside its ending (languages/detection.py)."""

    interpreters: tuple[
        str, ...
    ] = ()  # of a first line `#!…`, by name, without a version: python for python3.11
    telltales: tuple[str, ...] = ()  # regular expressions, each matched in a line without its indentation
    shared_extensions: tuple[
        str, ...
    ] = ()  # another language's endings, this one's where the content says so


@dataclass(frozen=True, kw_only=True)
class Language:
    """See the fields. `extensions` are without the dot; the first is the usual one."""

    id: str
    name: str
    extensions: tuple[str, ...]
    source_name: str  # the name of a single source file when the submitter gave none
    version_argv: tuple[str, ...]
    apt_packages: tuple[str, ...]
    required_paths: tuple[str, ...]  # absolute; all exist when the toolchain is installed
    compile: CompileStep | None
    run: RunStep
    cpu_time_multiplier: float
    self_test: SelfTest
    # A regular expression for the main file's name without its ending. With other names the toolchain cannot
    # do (it makes a module's or a class's of it, say): such a file is called `source_name` instead.
    file_stems: str = ".*"
    toolchain_paths: tuple[str, ...] = ()  # globs: what a new version of the toolchain would change
    warm: WarmFiles | None = None
    is_core: bool = False  # installed by every set-up; without it this machine cannot judge as it should
    base: str | None = None  # the language that this is another version of: chosen by id alone, never by name
    detection: Detection = Detection()
