"""Python checkers and graders become programs: the setter's file, the harness, and what it is told.

    __main__.py      from dmoj.run import main
    dmoj/            harness/dmoj, the documented names
    settings.json    what to call, and of which problem
    <file>.py        the setter's
    data/            files of the package that the setter's file names in its text

A checker is told of each test by an argument (`case_argument`). What the setter's file may want and cannot
have is refused by name when the package is read, and not when somebody submits.
"""

import ast
from collections.abc import Mapping
from functools import cache
import json
from pathlib import Path

from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram
from assay.domain.limits import MILLISECONDS_PER_SECOND, Limits
from assay.problems.conversion import Conversion
from assay.problems.dmoj.cases import Case
from assay.problems.dmoj.config import Node
from assay.problems.dmoj.data import DataFiles

STANDARD_CHECKERS = (
    "standard", "floats", "floatsabs", "floatsrel", "identical", "easy", "sorted", "unordered", "linecount",
)  # fmt: skip
_HARNESS = Path(__file__).parent / "harness"
_MAIN, _SETTINGS = "__main__.py", "settings.json"
_OWN_NAMES = frozenset({_MAIN, _SETTINGS, "dmoj", "data"})
_PYTHON = "python3"
_NAMED_FILES_MAX = 100
_KIB = 1024
# What DMOJ gives a checker, and a validator here is not given.
_NOT_MEASURED = {
    f"result.{name}": "asks what the submission used"
    for name in ("execution_time", "wall_clock_time", "max_memory", "context_switches", "runtime_version")
}
_UNKNOWN = {
    **_NOT_MEASURED,
    "submission_source": "asks for the submission's source",
    "submission_language": "asks for the submission's language",
    "execution_time": "asks how long the submission ran",
    "run_on_error": "wants to judge submissions that crashed or took too long",
}
_UNKNOWN_TO_GRADERS = {
    **_NOT_MEASURED,
    "self.source": "asks for the submission's source",
    "self.language": "asks for the submission's language",
    **{
        f"Result.{flag}": "judges submissions that crashed or took too long"
        for flag in ("TLE", "MLE", "RTE", "IR", "OLE")
    },
}


class Harness:
    """Makes programs of Python checkers and graders."""

    def __init__(self, conversion: Conversion, init: Node, data: DataFiles, limits: Limits) -> None:
        self._conversion = conversion
        self._init = init
        self._data = data
        self._limits = limits
        self._count = 0

    def checker(self, node: Node, name: str, arguments: Mapping[str, object]) -> JuryProgram | None:
        """A checker in a file of the package."""
        tree = self._checked(node, "checker", name)
        if tree is None:
            return None
        for word in sorted(_UNKNOWN.keys() & _used_names(tree)):
            node.error("checker", f"{name} {_UNKNOWN[word]} ({word}), which a checker is not told here")
        if not _defines(tree, "check"):
            node.error("checker", f"{name} has no function `check`")
        return self._program("checker", name, arguments, tree)

    def grader(self, node: Node, name: str) -> JuryProgram | None:
        """A grader in a file of the package."""
        tree = self._checked(node, "custom_judge", name)
        if tree is None:
            return None
        for word in sorted(_UNKNOWN_TO_GRADERS.keys() & _used_names(tree)):
            wish = _UNKNOWN_TO_GRADERS[word]
            node.error("custom_judge", f"{name} {wish} ({word}), which a grader is not told here")
        if not _defines(tree, "Grader"):
            node.error("custom_judge", f"{name} has no class `Grader`")
        return self._program("grader", name, {}, tree)

    def standard(self, name: str, arguments: Mapping[str, object]) -> JuryProgram:
        """One of the standard checkers, as a program."""
        return self._program("standard", name, arguments, None)

    def _checked(self, node: Node, key: str, name: str) -> ast.Module | None:
        """The file, when it is Python; reported if it asks for a module that there is not."""
        content = self._conversion.source(name)
        if content is None:
            return None
        if name.rpartition("/")[2] in _OWN_NAMES or not name.endswith(".py"):
            node.error(
                key, f"{name[:60]!r} must be a Python file, and not one of {', '.join(sorted(_OWN_NAMES))}"
            )
            return None
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._conversion.report.error(name, f"is not valid Python: {error}")
            return None
        for module in sorted(_modules_of_dmoj(tree) - _offered()):
            message = f"imports {module}, which a checker cannot have here; there are: "
            self._conversion.report.error(name, message + ", ".join(sorted(_offered())))
        return tree

    def _program(
        self, kind: str, name: str, arguments: Mapping[str, object], tree: ast.Module | None
    ) -> JuryProgram:
        self._count += 1
        folder = f"harness/{self._count}"
        config = {
            key: value for key, value in self._init.plain().items() if key not in ("checker", "custom_judge")
        }
        settings = {
            "kind": kind,
            "file": name.rpartition("/")[2],
            "args": dict(arguments),
            "problem": {
                "id": self._conversion.wishes.problem_id,
                "time_limit": self._limits.cpu_time_ms / MILLISECONDS_PER_SECOND,
                "memory_limit": self._limits.memory_bytes // _KIB,
                "config": config,
            },
        }
        put = self._conversion.workspace.put
        files = [
            JuryFile(name=_MAIN, content=put("harness/main.py", b"from dmoj.run import main\n\nmain()\n")),
            JuryFile(
                name=_SETTINGS,
                content=put(f"{folder}/{_SETTINGS}", json.dumps(settings, sort_keys=True).encode()),
            ),
        ]
        files += [
            JuryFile(name=path, content=put(f"harness/{path}", source)) for path, source in _sources().items()
        ]
        if tree is not None:
            files.append(self._conversion.jury_file(name))
            files += [
                JuryFile(name=f"data/{each}", content=ref) for each, ref in self._named_in(tree).items()
            ]
        program_name = f"{name} (standard)" if kind == "standard" else name
        return JuryProgram(
            name=program_name if self._count == 1 or kind == "standard" else f"{program_name} #{self._count}",
            files=tuple(files),
            language_id=_PYTHON,
            main=_MAIN,
            dialect=Dialect.ICPC,
        )

    def _named_in(self, tree: ast.Module) -> dict[str, DataRef]:
        """Files of the package that a whole string of the text names: those that `problem_data` has."""
        found: dict[str, DataRef] = {}
        for word in sorted(_strings(tree)):
            ref = self._data.find(word) if word else None
            if ref is not None and len(found) < _NAMED_FILES_MAX:
                found[word] = ref
        return found


def case_argument(case: Case, *, position: int, is_binary: bool) -> str:
    """What the harness is told of a test."""
    told = {
        "position": position,
        "batch": case.batch,
        "points": int(case.points) if case.points.is_integer() else case.points,
        "binary_data": is_binary,
        "config": case.node.plain(),
    }
    return json.dumps(told, sort_keys=True)


@cache
def _sources() -> dict[str, bytes]:
    return {
        str(path.relative_to(_HARNESS)): path.read_bytes()
        for path in sorted((_HARNESS / "dmoj").rglob("*.py"))
    }


@cache
def _offered() -> frozenset[str]:
    """The modules of the harness, by their names in it."""
    names = (path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in _sources())
    return frozenset(names)


def _modules_of_dmoj(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            found.add(node.module)
    return {each for each in found if each.partition(".")[0] == "dmoj"}


def _strings(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _used_names(tree: ast.AST) -> set[str]:
    """Names that are read, attributes as "self.source", and strings, by which keyword arguments are found. A
    parameter that is only listed is not used."""
    found = _strings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            found.add(node.attr)
            if isinstance(node.value, ast.Name):
                found.add(f"{node.value.id}.{node.attr}")
    return found


def _defines(tree: ast.Module, name: str) -> bool:
    """Whether a name is bound at the top: by a definition, an import or an assignment."""
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef() if node.name == name:
                return True
            case ast.Import() | ast.ImportFrom() if name in {each.asname or each.name for each in node.names}:
                return True
            case ast.Assign() if name in {each.id for each in node.targets if isinstance(each, ast.Name)}:
                return True
            case ast.If() | ast.Try():
                return True  # bound inside, perhaps; running it will tell
    return False
