"""Measures of programs whose values are known."""

import pytest

from assay.analysis.examine import Examiner
from assay.analysis.languages import Grammar
from assay.analysis.measures.duplication import Copy, Token, copies
from assay.analysis.rule_book import RuleBook
from assay.analysis.syntax import Grammars
from assay.domain.finding import Analysis

EXAMINER = Examiner(grammars=Grammars(), book=RuleBook((), "none"), ast_grep="0")


def look(text: str, grammar: Grammar = Grammar.PYTHON) -> Analysis:
    analysis = EXAMINER.examine(text, grammar, language="x", path="a", references=())
    assert analysis.parsed, analysis.why_not
    return analysis


def places(analysis: Analysis, rule: str) -> list[tuple[int, int]]:
    return [(each.start_line, each.end_line) for each in analysis.findings if each.rule == rule]


def test_complexity_of_functions() -> None:
    text = "def f(a, b):\n    if a and b:\n        return 1\n    return 2\n\n\ndef g():\n    return 3\n"
    metrics = look(text).metrics
    assert metrics["functions"] == 2
    assert metrics["cyclomatic_max"] == 3
    assert metrics["cyclomatic_total"] == 4
    assert metrics["cyclomatic_mean"] == 2
    assert metrics["parameters_max"] == 2
    assert metrics["function_lines_max"] == 4
    assert metrics["code_lines"] == 6


def test_functions_out_of_the_ordinary() -> None:
    branches = "".join(f"    if a == {number}:\n        return {number}\n" for number in range(30))
    text = f"def f(a, b, c, d, e, g, h, i, j):\n{branches}"
    analysis = look(text)
    assert places(analysis, "complex_function") == [(1, 61)]
    assert places(analysis, "many_parameters") == [(1, 61)]
    (finding,) = [each for each in analysis.findings if each.rule == "complex_function"]
    assert finding.message.startswith("31 ways lead through this function; more than 25")
    lines = "".join(f"    b = {number}\n" for number in range(160))
    assert places(look(f"def f():\n{lines}"), "long_function") == [(1, 161)]


@pytest.mark.parametrize(
    ("grammar", "text", "lines"),
    [
        (Grammar.PYTHON, "def f():\n    return 1\n    g()\n    h()\n", [(3, 4)]),
        (Grammar.PYTHON, "def f():\n    if a:\n        return 1\n    g()\n", []),
        (Grammar.PYTHON, "def f():\n    return\n    yield\n", []),
        (Grammar.PYTHON, "def f():\n    raise E\n    # why\n", []),
        (Grammar.PYTHON, "for a in b:\n    continue\n    g()\n", [(3, 3)]),
        (Grammar.JAVASCRIPT, "function f() {\n  return g();\n  function g() {}\n}\n", []),
        (Grammar.JAVASCRIPT, "function f() {\n  return 1;\n  var a;\n}\n", []),
        (Grammar.JAVASCRIPT, "function f() {\n  throw 1;\n  const a = 1;\n}\n", [(3, 3)]),
        (
            Grammar.JAVA,
            "class A {\n  int f() {\n    while (a) {\n      break;\n    }\n    return 1;\n  }\n}\n",
            [],
        ),
        (
            Grammar.JAVA,
            "class A {\n  void f() {\n    while (a) {\n      break;\n      g();\n    }\n  }\n}\n",
            [(5, 5)],
        ),
        (Grammar.GO, "package a\n\nfunc f() int {\n\treturn 1\n\tg()\n}\n", [(5, 5)]),
        (Grammar.CPP, "int f() {\n  return 1;\n#ifdef A\n  g();\n#endif\n}\n", []),
        (Grammar.CPP, "int f() {\n  goto end;\n  return 1;\nend:\n  return 2;\n}\n", []),
        (Grammar.CSHARP, "class A {\n  int F() {\n    return 1;\n    G();\n  }\n}\n", [(4, 4)]),
        (Grammar.RUST, "fn f() -> i32 {\n    return 1;\n    g();\n}\n", [(3, 3)]),
        (Grammar.RUST, "fn f() -> i32 {\n    a.unwrap_or_else(|| return 1);\n    g()\n}\n", []),
    ],
)
def test_statements_that_nothing_reaches(grammar: Grammar, text: str, lines: list[tuple[int, int]]) -> None:
    analysis = look(text, grammar)
    assert places(analysis, "unreachable_code") == lines
    assert analysis.metrics["unreachable_blocks"] == len(lines)


@pytest.mark.parametrize(
    ("grammar", "text", "count"),
    [
        (Grammar.PYTHON, "def f():\n    def g():\n        pass\n", 1),
        (Grammar.PYTHON, "def f():\n    def g():\n        pass\n    g()\n", 0),
        (Grammar.PYTHON, "def f():\n    @route\n    def g():\n        pass\n", 0),
        (Grammar.PYTHON, "def f():\n    class A:\n        def g(self):\n            pass\n", 0),
        (Grammar.PYTHON, "def f():\n    pass\n", 0),
        (Grammar.JAVASCRIPT, "function f() {\n  function g() {}\n}\n", 1),
        (Grammar.JAVASCRIPT, "function f() {}\n", 0),
        (Grammar.JAVA, "class A { private void f() { } }\n", 1),
        (Grammar.JAVA, "class A { @Test private void f() { } }\n", 0),
        (Grammar.JAVA, "class A { void f() { } }\n", 0),
        (Grammar.JAVA, "class A { private void readObject() { } }\n", 0),
        (Grammar.CSHARP, "class A { private void F() { } }\n", 1),
        (Grammar.CSHARP, 'class A { private void F() { } string G() { return "F"; } }\n', 0),
        (Grammar.RUST, "fn f() { }\n", 0),
    ],
)
def test_functions_that_nothing_calls(grammar: Grammar, text: str, count: int) -> None:
    analysis = look(text, grammar)
    assert analysis.metrics["unused_functions"] == count
    assert len(places(analysis, "unused_function")) == count


def test_code_that_is_there_twice() -> None:
    body = "".join(f"    total = add(total, first.part_{at}, second)\n" for at in range(9))
    text = f"def f(first, second, total):\n{body}\n\ndef g(first, second, total):\n{body}"
    analysis = look(text)
    ((start, end),) = places(analysis, "duplicated_code")
    assert (start, end) == (13, 22)
    assert analysis.metrics["duplicated_lines"] == 10
    assert "from 1 to 10 again" in [each.message for each in analysis.findings][-1]


def test_tables_and_short_passages_are_no_copies() -> None:
    table = "x = [\n" + "    1, 2, 3, 4,\n" * 40 + "]\n"
    assert look(table).metrics["duplicated_lines"] == 0
    short = "def f(a):\n    return [a, a]\n"
    assert look(short * 2).metrics["duplicated_lines"] == 0


def test_copies_do_not_overlap_and_are_whole() -> None:
    tokens = [Token(text=char.encode(), start_line=1, end_line=1) for char in "xABCDEyABCDEzABCDw"]
    assert copies(tokens, 4) == [Copy(original=1, copy=7, length=5), Copy(original=1, copy=13, length=4)]
    same = [Token(text=b"a", start_line=1, end_line=1)] * 10
    assert copies(same, 3) == [Copy(original=0, copy=3, length=3), Copy(original=0, copy=6, length=4)]


def test_names() -> None:
    metrics = look("def badName(a):\n    return a\n\n\ndef good_name(other):\n    return other\n").metrics
    assert metrics["names"] == 4
    assert metrics["single_letter_names"] == 1
    assert metrics["name_length_mean"] == round((7 + 1 + 9 + 5) / 4, 3)
    assert metrics["functions_against_custom"] == 1
    assert "functions_against_custom" not in look("int f() { return 1; }\n", Grammar.CPP).metrics


def test_where_there_was_an_opportunity() -> None:
    plain = look("x = 1\n").metrics
    assert [plain[f"{each}_sites"] for each in ("error_handling", "concurrency", "resource_management")] == [
        0
    ] * 3
    busy = look(
        "async def f():\n    with open('a') as b:\n        try:\n            await g(b)\n"
        "        except E:\n            raise\n"
    )
    assert busy.metrics["error_handling_sites"] == 4
    assert busy.metrics["concurrency_sites"] == 2
    assert busy.metrics["resource_management_sites"] == 2
