"""The verb: tests and nothing else, as pairs of files, become a Package.

    1.in 1.out, 1.in 1.ans, 1.in 1.a        in whatever folders, beside each other
    input/1.txt output/1.txt                two folders with the same names
    input1.txt output1.txt                  two beginnings with the same ends

Which of these it is, is told by the files: all that fit one form are its tests, and no two forms may fit. A
test is a sample when its name, or that of its folder, begins with "sample". Outputs are compared word by
word, and all tests must be passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
import re

from assay.domain.jury import DataRef
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.conversion import Conversion, Wishes, converting
from assay.problems.folder import path_order
from assay.problems.package import UNMADE, Package, PackageFormat
from assay.problems.trees import SAMPLE, SECRET, plain_names

_ANSWER_ENDINGS = (".out", ".ans", ".a", ".ok")
_INPUT_FOLDERS = re.compile(r"(?:(.*)/)?(?:inputs?|in)/([^/]+)", re.IGNORECASE)
_OUTPUT_FOLDERS = ("output", "outputs", "out", "answer", "answers", "ans", "Output", "Outputs", "Out")
_INPUT_BEGINNINGS = re.compile(r"(?:(.*)/)?(input|in)([-_.]?[0-9][^/]*)", re.IGNORECASE)
_OUTPUT_BEGINNINGS = {"input": ("output", "answer"), "in": ("out", "ans")}
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A test's files. `name` tells it from the others."""

    name: str
    input: str
    answer: str


def find_pairs(paths: Sequence[str]) -> dict[str, list[Pair]]:
    """By form, the pairs among a folder's files, in the order of their numbers; no form without any."""
    forms: Mapping[str, Callable[[str, frozenset[str]], Pair | None]] = {
        "endings": _by_ending,
        "folders": _by_folder,
        "beginnings": _by_beginning,
    }
    known = frozenset(paths)
    found = {
        form: sorted(
            (pair for path in paths if (pair := match(path, known)) is not None),
            key=lambda pair: _natural(pair.name),
        )
        for form, match in forms.items()
    }
    return {form: pairs for form, pairs in found.items() if pairs}


def read_plain(path: Path, *, workspace: Path, languages: LanguageCatalogue, wishes: Wishes) -> Package:
    """Read the folder `path`. Raises PackageInvalid with every finding."""
    with converting(path, workspace=workspace, languages=languages, wishes=wishes) as conversion:
        return _read(conversion)


def _read(conversion: Conversion) -> Package:
    forms = find_pairs(list(conversion.folder.sizes))
    if len(forms) != 1:
        fault = "has no pairs of inputs and answers" if not forms else "has pairs of more than one form"
        message = f"{fault}; name them 1.in and 1.out, 2.in and 2.out, and so on"
        conversion.report.error(".", message)
    conversion.fail_on_errors()
    (pairs,) = forms.values()
    _check_left(conversion, pairs)
    names = plain_names(pair.name for pair in pairs)
    tests = tuple(
        TestCase(
            name=f"{SAMPLE if _is_sample(pair) else SECRET}/{names[pair.name]}",
            input=DataRef(pair.input),
            answer=DataRef(pair.answer),
            is_sample=_is_sample(pair),
            comparison=OutputComparison(),
            full_feedback=_is_sample(pair),
        )
        for pair in sorted(pairs, key=lambda each: not _is_sample(each))
    )
    problem = Problem(
        id=conversion.wishes.problem_id,
        version=UNMADE,
        name=conversion.wishes.problem_id,
        limits=conversion.limits(cpu_time_ms=None, memory_bytes=None),
        tests=tests,
        statements=(),
    )
    return conversion.finish(problem, PackageFormat.PLAIN, ())


def _check_left(conversion: Conversion, pairs: Sequence[Pair]) -> None:
    """An input without its answer is a mistake; what else there is, is passed over."""
    used = {path for pair in pairs for path in (pair.input, pair.answer)}
    for path in sorted(conversion.folder.sizes.keys() - used, key=path_order):
        if path.endswith(".in"):
            conversion.report.error(path, f"has no answer; add {path.removesuffix('.in')}.out")
        elif path.endswith((".out", ".ans")):
            conversion.report.error(path, f"has no input; add {path.rpartition('.')[0]}.in")
        else:
            conversion.report.warn(path, "passed over: it belongs to no test")


def _by_ending(path: str, known: frozenset[str]) -> Pair | None:
    if not path.endswith(".in"):
        return None
    stem = path.removesuffix(".in")
    answer = next((f"{stem}{ending}" for ending in _ANSWER_ENDINGS if f"{stem}{ending}" in known), None)
    return None if answer is None else Pair(name=stem, input=path, answer=answer)


def _by_folder(path: str, known: frozenset[str]) -> Pair | None:
    found = _INPUT_FOLDERS.fullmatch(path)
    if found is None:
        return None
    above = f"{found[1]}/" if found[1] else ""
    stem, dot, ending = found[2].rpartition(".")
    names = [found[2]]
    if dot and ending == "in":
        names += [f"{stem}{each}" for each in _ANSWER_ENDINGS]
    elif dot and ending.startswith("in"):
        names += [f"{stem}.out{ending.removeprefix('in')}"]
    for folder in _OUTPUT_FOLDERS:
        for name in names:
            if f"{above}{folder}/{name}" in known:
                return Pair(name=f"{above}{stem or found[2]}", input=path, answer=f"{above}{folder}/{name}")
    return None


def _by_beginning(path: str, known: frozenset[str]) -> Pair | None:
    found = _INPUT_BEGINNINGS.fullmatch(path)
    if found is None or found[2].lower() not in _OUTPUT_BEGINNINGS:
        return None
    above = f"{found[1]}/" if found[1] else ""
    for beginning in _OUTPUT_BEGINNINGS[found[2].lower()]:
        answer = f"{above}{beginning}{found[3]}"
        if answer in known:
            stem = found[3].lstrip("-_.").rpartition(".")[0] or found[3].lstrip("-_.")
            return Pair(name=f"{above}{stem}", input=path, answer=answer)
    return None


def _is_sample(pair: Pair) -> bool:
    return any(part.lower().startswith("sample") for part in pair.name.split("/")[-2:])


def _natural(name: str) -> list[tuple[str, int, str]]:
    """Orders names as people do: test2 before test10."""
    parts = _DIGITS.split(name)
    return [
        (word, int(number[:18] or 0), number)
        for word, number in zip(parts[::2], [*parts[1::2], ""], strict=True)
    ]
