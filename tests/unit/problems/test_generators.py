"""What generators.yaml comes to: texts, copies, runs of programs; and what is wrong with it."""

from collections.abc import Mapping
import hashlib
from pathlib import Path

import pytest

from assay.languages import load_catalogue
from assay.problems.folder import open_package
from assay.problems.generator_commands import seeded
from assay.problems.generators import FILE, GeneratorPlan, read_generators
from assay.problems.package import MadeAnswer, MadeInput, Report
from assay.problems.programs import ProgramReading
from tests.unit.problems.packages import make

FILES = {
    "generators/g.py": "print(1)\n",
    "generators/tree/main.cpp": "int main() {}\n",
    "generators/tree/lib.h": "\n",
    "generators/manual/a.in": "1\n",
    "generators/manual/a.ans": "2\n",
    "generators/manual/a.svg": "<svg/>\n",
    "submissions/accepted/a.py": "print(2)\n",
    "submissions/accepted/b.py": "print(2)\n",
}


def planned(
    root: Path, text: str, changes: Mapping[str, str | None] | None = None, *, has_outputs: bool = True
) -> tuple[GeneratorPlan, Report]:
    report = Report()
    folder = make(root, FILES, {FILE: text, **(changes or {})})
    with open_package(folder, report) as opened:
        reading = ProgramReading(folder=opened, languages=load_catalogue(), testlib=None, report=report)
        accepted = [f"submissions/accepted/{name}" for name in opened.names_in("submissions/accepted")]
        plan = read_generators(reading, has_outputs=has_outputs, accepted=accepted)
    assert plan is not None
    return plan, report


def right(root: Path, text: str, *, has_outputs: bool = True) -> GeneratorPlan:
    plan, report = planned(root, text, has_outputs=has_outputs)
    assert report.errors == []
    return plan


def inputs(plan: GeneratorPlan) -> dict[str, list[str]]:
    return {
        each.input: [each.generator.name.rpartition("/")[2], *each.args]
        for each in plan.makings
        if isinstance(each, MadeInput)
    }


def answers(plan: GeneratorPlan) -> dict[str, str]:
    return {each.answer: each.solution.name for each in plan.makings if isinstance(each, MadeAnswer)}


def test_commands_texts_and_copies(tmp_path: Path) -> None:
    plan = right(
        tmp_path,
        "data:\n"
        "  sample: {data: {'1': {in: 5 6, ans: '7', yaml: {hint: a}}}}\n"
        "  secret:\n"
        "    data:\n"
        "      a: g.py 1  2 {name}\n"
        "      b: {copy: manual/a}\n"
        "      c: {generate: tree x, ans: ''}\n"
        "  invalid_input: {data: {d: g.py bad}}\n",
    )
    assert inputs(plan) == {
        "data/secret/a.in": ["g.py", "1", "2", "a"],
        "data/secret/c.in": ["tree", "x"],
        "data/invalid_input/d.in": ["g.py", "bad"],
    }
    assert answers(plan) == {"data/secret/a.ans": "submissions/accepted/a.py"}
    assert plan.texts == {
        "data/sample/1.in": b"5 6\n",
        "data/sample/1.ans": b"7\n",
        "data/sample/1.yaml": b"hint: a\n",
        "data/secret/c.ans": b"",
    }
    assert plan.copies == {
        f"data/secret/b.{ending}": f"generators/manual/a.{ending}" for ending in ("in", "ans", "svg")
    }
    assert plan.tests == [
        "data/sample/1",
        "data/secret/a",
        "data/secret/b",
        "data/secret/c",
        "data/invalid_input/d",
    ]
    assert len(plan.targets) == 3 + 1 + 4 + 3


def test_a_list_numbers_its_tests_and_groups(tmp_path: Path) -> None:
    tests = ", ".join(f"x: g.py {number}" for number in range(10))
    plan = right(
        tmp_path,
        f"data:\n  secret:\n    data:\n      g1:\n        test_group.yaml: {{max_score: 30}}\n"
        f"        data: [{tests}]\n      g2: {{data: [{{'': g.py}}, {{b: g.py, c: g.py}}]}}\n",
    )
    names = [name.removeprefix("data/secret/") for name in plan.tests]
    assert names == [*(f"g1/{number:02}-x" for number in range(1, 11)), "g2/1", "g2/2-b", "g2/2-c"]
    assert plan.texts == {"data/secret/g1/test_group.yaml": b"max_score: 30\n"}


def test_counts(tmp_path: Path) -> None:
    plan = right(
        tmp_path,
        "data: {secret: {data: {"
        "a: {generate: 'g.py {count} {seed}', count: 10}, b: {generate: 'g.py {count}', count: [7, -3]}, "
        "c: {generate: 'g.py {count}', count: 9..=10}}}}\n",
    )
    made = inputs(plan)
    assert [name for name in made if "/b" in name or "/c" in name] == [
        "data/secret/b-7.in", "data/secret/b--3.in", "data/secret/c-09.in", "data/secret/c-10.in",
    ]  # fmt: skip
    assert made["data/secret/b--3.in"] == ["g.py", "-3"]
    seeds = {made[f"data/secret/a-{number:02}.in"][2] for number in range(1, 11)}
    assert len(seeds) == 10


def test_seeds_are_bapctools_s() -> None:
    """Its documentation: int(sha512(random_salt + command), 16) % 2^31."""
    command = "g.py {seed:1} 3"
    wanted = int(hashlib.sha512(f"abcd{command}".encode()).hexdigest(), 16) % 2**31
    assert seeded(command, "abcd", "x", 1) == ["g.py", str(wanted), "3"]
    assert seeded(command, "abcd", "x", 2) != seeded(command, "abcd", "x", 1)
    assert seeded("g.py {seed} {seed:2}", "", "x", 1) is None


def test_salts_and_solutions_hold_below_where_they_are_given(tmp_path: Path) -> None:
    text = (
        "random_salt: s\nsolution: /submissions/accepted/b.py\ndata:\n  secret:\n    data:\n"
        "      a: g.py {seed}\n      b: {generate: 'g.py {seed}', random_salt: t}\n"
        "      c: {data: {d: g.py x}, solution: submissions/accepted/a.py}\n"
        "      e: {in: '1', ans: '2', solution: }\n"
    )
    plan = right(tmp_path, text)
    made = inputs(plan)
    assert made["data/secret/a.in"] == seeded("g.py {seed}", "s", "a", 1)
    assert made["data/secret/b.in"] == seeded("g.py {seed}", "t", "b", 1)
    assert answers(plan) == {
        "data/secret/a.ans": "submissions/accepted/b.py",
        "data/secret/b.ans": "submissions/accepted/b.py",
        "data/secret/c/d.ans": "submissions/accepted/a.py",
    }


def test_where_an_output_is_no_answer_answers_are_empty(tmp_path: Path) -> None:
    plan = right(tmp_path, "data: {secret: {data: {a: g.py, b: {in: '1', ans: '2'}}}}\n", has_outputs=False)
    assert answers(plan) == {}
    assert plan.texts == {
        "data/secret/a.ans": b"",
        "data/secret/b.in": b"1\n",
        "data/secret/b.ans": b"2\n",
    }


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("a: nothing.py", "there is no program generators/nothing.py"),
        ("a: {ans: '1'}", "has no input"),
        ("a: {generate: g.py, in: '1'}", "has its input twice"),
        ("a: {copy: manual/none}", "there is no generators/manual/none.in"),
        ("a: {copy: manual/a, ans: '5'}", "is there already, from 'copy'"),
        ("a: 'g.py {seed} {seed:1}'", "{seed} may be in a command once"),
        ("a: {generate: g.py, count: 0}", "count: must be at least 1"),
        ("a: {generate: g.py, count: [1, 1]}", "different numbers"),
        ("a: {generate: g.py, count: 1..5}", "must be a number"),
        ("a: {in: '1', solution: x.py}", "there is no program x.py"),
        ("a: {in: '1', solution: }", "has no answer"),
        ("a: {in: '1', ans: '1', match: x}", "match: is not read here"),
        ("a: {in: '1', ans: '1', retries: 5}", "retries: is not read here"),
        ("a: {in: '1', ans: '1', answer: x}", "answer: is not a key of generators.yaml"),
        ("a/b: g.py", "is no test's name"),
        ("../../a: g.py", "is no test's name"),
        ("a: [1]", "must be a command, or a mapping"),
        ("a-1: g.py x, a: {generate: g.py, count: 2}", "is the second test called data/secret/a-1"),
        ("a: ", "must be a command, or a mapping"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, test: str, words: str) -> None:
    _, report = planned(tmp_path, f"data:\n  secret:\n    data: {{{test}}}\n")
    found = [finding for finding in report.errors if words in str(finding)]
    assert found, [str(finding) for finding in report.errors]
    assert (found[0].path, found[0].line) == (FILE, 3)


def test_a_solution_that_is_given_for_all_and_not_there(tmp_path: Path) -> None:
    _, report = planned(
        tmp_path, "data: {secret: {data: {a: g.py}}}\n", {f"submissions/accepted/{n}.py": None for n in "ab"}
    )
    assert "has no answer" in str(report.errors[0])
