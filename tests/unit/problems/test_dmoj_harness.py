"""What Python checkers and graders of DMOJ come to, run as the sandbox would run them, in a folder."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

from assay.domain.jury import Dialect, JuryProgram
from assay.problems.dmoj import read_dmoj
from assay.problems.package import Package
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files

INIT = "custom: {key: [1, 2]}\ntest_cases:\n- {in: 1.in, out: 1.out, points: 30, extra: word}\n"


class Told:
    """What a program told the judge."""

    def __init__(self, code: int, stdout: bytes, stderr: bytes, feedback: Path) -> None:
        self.code, self.stdout, self.stderr = code, stdout, stderr.decode()
        self.files = {path.name: path.read_text() for path in feedback.iterdir()}


def run(root: Path, package: Package, program: JuryProgram, stdin: bytes) -> Told:
    """Run a program of the package's on its first test, as an output validator is run."""
    box = root / "box"
    for file in program.files:
        path = box / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(package.files.open(file.content), "rb") as source:  # noqa: PTH123  a descriptor
            path.write_bytes(source.read())
    feedback = root / "feedback"
    feedback.mkdir()
    test = package.problem.tests[0]
    assert program.main == "__main__.py"
    done = subprocess.run(
        [
            *(sys.executable, "-E", "-s", "-B", box / program.main),
            *(root / "package" / test.input, root / "package" / test.answer, f"{feedback}/"),
            *test.validator_args,
        ],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr, feedback)


def check(root: Path, source: str, output: str, more: Files | None = None, checker: str = "c.py") -> Told:
    files: Files = {
        "init.yml": f"checker: {checker}\n{INIT}",
        "1.in": "4\n",
        "1.out": "8\n",
        "c.py": source,
        **(more or {}),
    }
    package = foreign.read(read_dmoj, root, files)
    assert package.problem.validation is not None
    (program,) = package.problem.validation.checkers
    assert program.dialect is Dialect.ICPC
    return run(root, package, program, output.encode())


def grade(root: Path, source: str, said: str) -> Told:
    files: Files = {"init.yml": f"custom_judge: g.py\n{INIT}", "1.in": "4\n", "1.out": "8\n", "g.py": source}
    package = foreign.read(read_dmoj, root, files)
    assert package.problem.validation is not None
    assert package.problem.validation.interactor is not None
    return run(root, package, package.problem.validation.interactor, said.encode())


@pytest.mark.parametrize(
    ("body", "output", "code", "score"),
    [
        ("return process_output == judge_output", "8\n", 42, 30.0),
        ("return process_output == judge_output", "9\n", 43, 0.0),
        ("return CheckerResult(True, point_value / 2, 'half')", "", 42, 15.0),
        ("return CheckerResult(False, 3)", "", 43, 3.0),
        ("return int(kwargs['judge_input']) * 2 == int(process_output)", "8", 42, 30.0),
        ("return process_output.decode() == ''", "8", 43, 0.0),
    ],
)
def test_checkers(tmp_path: Path, body: str, output: str, code: int, score: float) -> None:
    source = (
        "from dmoj.result import CheckerResult\n"
        "def check(process_output, judge_output, point_value, submission_source=None, **kwargs):\n"
        f"    {body}\n"
    )
    told = check(tmp_path, source, output)
    assert (told.code, told.stderr) == (code, "")
    assert float(told.files.get("score.txt", "0")) == score
    if "half" in body:
        assert told.files["teammessage.txt"] == "half"


def test_a_checker_has_arguments_files_and_the_tests_own_keys(tmp_path: Path) -> None:
    source = (
        "def check(process_output, judge_output, weight, case, **kwargs):\n"
        "    assert weight == 7\n"
        "    assert (case.position, case.batch, case.points) == (0, 0, 30)\n"
        "    assert case.config.extra == 'word' and case.config['custom']['key'] == [1, 2]\n"
        "    assert case.config.nothing is None\n"
        "    assert case.problem.problem_data['table.txt'] == b'17'\n"
        "    assert kwargs['problem_id'] == 'double' and case.problem.time_limit == 5\n"
        "    return True\n"
    )
    checker = "{name: c.py, args: {weight: 7}}"
    told = check(tmp_path, source, "", {"table.txt": "17"}, checker)
    assert (told.code, told.stderr) == (42, "")


def test_what_is_no_text_is_wrong_and_a_crash_is_the_setters(tmp_path: Path) -> None:
    source = "def check(process_output, judge_output, **kwargs):\n    return b'\\xff'.decode() == ''\n"
    (tmp_path / "a").mkdir()
    told = check(tmp_path / "a", source, "")
    assert (told.code, told.files["teammessage.txt"]) == (43, "invalid unicode")
    (tmp_path / "b").mkdir()
    told = check(tmp_path / "b", "def check(*args, **kwargs):\n    raise KeyError('oh')\n", "")
    assert told.code == 1
    assert "KeyError: 'oh'" in told.stderr


@pytest.mark.parametrize(
    ("checker", "output", "code"),
    [
        ("rstripped", "8  \n", 42),
        ("rstripped", " 8\n", 43),
        ("{name: linematches, args: {point_distribution: [4]}}", "8\n", 42),
        ("{name: linematches, args: {point_distribution: [4]}}", "7\n", 43),
    ],
)
def test_standard_checkers_that_are_no_comparisons(
    tmp_path: Path, checker: str, output: str, code: int
) -> None:
    assert check(tmp_path, "", output, checker=checker).code == code


@pytest.mark.parametrize(
    ("checker", "right", "wrong"),
    [
        ("standard", "8 \n\n", "8\n9\n"),
        ("identical", "8\n", "8"),
        ("easy", "\n8", "88"),
        ("floats", "8.0000001\n", "8.1\n"),
        ("floatsabs", "8.0000001\n", "8.1\n"),
        ("floatsrel", "8.0000001\n", "nan\n"),
        ("sorted", "8\n\n", "9\n"),
        ("unordered", " 8\n", "8 8\n"),
        ("linecount", " 8\n", "9\n"),
    ],
)
def test_standard_checkers_beside_others_are_run_in_the_harness(
    tmp_path: Path, checker: str, right: str, wrong: str
) -> None:
    init = (
        f"checker: {checker}\n"
        "test_cases:\n- {in: 1.in, out: 1.out}\n- {in: 1.in, out: 1.out, checker: c.py}\n"
    )
    source = "def check(process_output, judge_output, **kwargs):\n    return True\n"
    files: Files = {"init.yml": init, "1.in": "4\n", "1.out": "8\n", "c.py": source}
    for number, (output, code) in enumerate([(right, 42), (wrong, 43)]):
        root = tmp_path / str(number)
        root.mkdir()
        package = foreign.read(read_dmoj, root, files)
        validation = package.problem.validation
        assert validation is not None
        first, second = validation.checkers
        assert [test.checkers for test in package.problem.tests] == [(first.name,), (second.name,)]
        assert run(root, package, first, output.encode()).code == code


INTERACT = """
from dmoj.graders.interactive import InteractiveGrader
from dmoj.result import CheckerResult
class Grader(InteractiveGrader):
    def interact(self, case, interactor):
        interactor.writeln(int(case.input_data()))
        first = interactor.readint(1, 100)
        interactor.write('x')
        second = interactor.readtoken()
        {end}
"""


@pytest.mark.parametrize(
    ("end", "said", "told", "message"),
    [
        ("return first == 5 and second == b'a'", "5 a\n", (42, 30.0), None),
        ("return first == 5 and second == b'a'", "5 b\n", (43, 0.0), None),
        ("return CheckerResult(True, 7.5, 'words')", "5\nb\n", (42, 7.5), "words"),
        ("return True", "500\n", (43, 0.0), "expected int in range [1, 100], got 500"),
        ("return True", "word\n", (43, 0.0), 'expected int, got "word"'),
        ("return True", "", (43, 0.0), None),
        (
            "interactor.readfloat(); return True",
            "5 b\n1e999999x\n",
            (43, 0.0),
            'expected float, got "1e999..."',
        ),
    ],
)
def test_interactive_graders(
    tmp_path: Path, end: str, said: str, told: tuple[int, float], message: str | None
) -> None:
    found = grade(tmp_path, INTERACT.format(end=end), said)
    assert (found.code, float(found.files.get("score.txt", "0"))) == told
    assert found.stderr == ""
    assert found.files.get("teammessage.txt") == message
    assert found.stdout.startswith(b"4\n")


def test_a_grader_that_starts_the_submission_itself(tmp_path: Path) -> None:
    source = """
import subprocess
from dmoj.graders.standard import StandardGrader
from dmoj.result import Result
class Grader(StandardGrader):
    def grade(self, case):
        result = Result(case)
        self._current_proc = self.binary.launch(time=self.problem.time_limit, stdin=subprocess.PIPE)
        output, error = self._current_proc.communicate(b'hello')
        self.binary.populate_result(error, result, self._current_proc)
        if output == b'hello':
            result.points = case.points
        else:
            result.result_flag |= Result.WA
            result.feedback = 'no echo'
        return result
"""
    told = grade(tmp_path, source, "hello")
    assert (told.code, told.stdout, float(told.files["score.txt"])) == (42, b"hello", 30.0)


def test_a_grader_of_the_standard_kind_with_a_check_of_its_own(tmp_path: Path) -> None:
    source = """
from dmoj.graders.standard import StandardGrader
class Grader(StandardGrader):
    def check_result(self, case, result):
        return result.proc_output.strip() == case.output_data().strip()
"""
    told = grade(tmp_path, source, " 8 ")
    assert (told.code, told.stdout) == (42, b"4\n")


def test_a_submission_can_be_started_once(tmp_path: Path) -> None:
    source = """
from dmoj.graders.standard import StandardGrader
class Grader(StandardGrader):
    def grade(self, case):
        self.binary.launch()
        self.binary.launch()
"""
    told = grade(tmp_path, source, "")
    assert told.code == 1
    assert "can be started once a test" in told.stderr


def test_what_a_test_is_told_is_small_and_stable(tmp_path: Path) -> None:
    files: Files = {"init.yml": f"checker: c.py\n{INIT}", "1.in": "", "1.out": "", "c.py": "def check(): 1\n"}
    (argument,) = foreign.read(read_dmoj, tmp_path, files).problem.tests[0].validator_args
    assert json.loads(argument) == {
        "batch": 0,
        "binary_data": False,
        "config": {
            "checker": "c.py",
            "custom": {"key": [1, 2]},
            "extra": "word",
            "in": "1.in",
            "out": "1.out",
            "points": 30,
        },
        "points": 30,
        "position": 0,
    }
