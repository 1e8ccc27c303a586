"""Which faults are put into programs; each is one small change of a program that is else as it was."""

import ast
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.domain.submission import SourceFile
from assay.languages import load_catalogue
from assay.problems.mutation import can_mutate, mutants_of
from assay.problems.mutation.changes import Change, Operator
from assay.problems.mutation.operators import DIALECTS, mutate_tokens
from assay.problems.mutation.python import mutate_python
from assay.problems.mutation.tokens import Kind, read_tokens

CPP = DIALECTS["cpp"]


def edits(changes: Iterable[Change], *operators: Operator) -> list[tuple[str, str]]:
    """What becomes what."""
    return [
        (each.text[each.start : each.end], each.instead)
        for each in changes
        if not operators or each.operator in operators
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a < b\n", [("<", "<="), ("<", ">")]),
        ("a < b <= c", [("<", "<="), ("<", ">"), ("<=", "<")]),
        ("(a)  # a < b\n", []),
        ("x = (a # <=\n  ) < b\n", [("<", "<="), ("<", ">"), ("x = (a # <=\n  ) < b", "pass")]),
        ("a not in b", [("not in", "in")]),
        ("inner in inn", [("in", "not in")]),
        ("a and b or c", [("and", "or"), ("or", "and")]),
        ("not a", [("not a", "a")]),
        ("a // b", [("//", "*"), ("//", "/")]),
        ("'ä' + a", []),
        ("ä + ö", [("+", "-")]),
        ("a += 1", [("+=", "-="), ("1", "0"), ("1", "2"), ("a += 1", "pass")]),
        ("True", [("True", "False")]),
        ("0", [("0", "(-1)"), ("0", "1")]),
        ("f(x)", [("f(x)", "pass")]),
        ('"""words"""', []),
        ("for i in range(n):\n  break\n", [("n", "(n) + 1"), ("n", "(n) - 1"), ("break", "pass")]),
        ("no python 3", []),
        ("while 1:\n pass\n" * 2, [("1", "0"), ("1", "2")] * 2),
    ],
)
def test_python(text: str, found: list[tuple[str, str]]) -> None:
    changes = list(mutate_python(text))
    assert sorted(edits(changes)) == sorted(found)
    assert [each.start for each in changes] == sorted(each.start for each in changes)


PROGRAM = '''\
def grüße(n: int = 3) -> list[int]:
    """n < 3"""
    found = [i for i in range(1, n) if not i % 2 == 0 and i != 7]  # and
    if len(found) >= 10**6 or found in ([], [1]):
        del found[0]
    return found


print(sum(grüße(int(input()))), "a" * 3, sep="\\t")
'''


def test_each_python_mutant_is_a_program_and_another_one() -> None:
    changes = list(mutate_python(PROGRAM))
    trees = {ast.dump(ast.parse(each.changed)) for each in changes}
    assert len(changes) > 20
    assert len(trees) == len(changes)
    assert ast.dump(ast.parse(PROGRAM)) not in trees
    assert {each.operator for each in changes} == set(Operator) - {Operator.TYPE}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("if (a < b) x = 1;", [("<", "<="), ("x = 1;", ";"), ("1", "2"), ("1", "0")]),
        ("vector<int> a(n);", [("int", "short")]),
        ("map<int, vector<long long>> m;", [("int", "short"), ("long long", "int")]),
        ("bool b = i<n && n>j;", [("<", "<="), (">", ">="), ("&&", "||")]),
        ("std::cin >> n >> m;", [("std::cin >> n >> m;", ";")]),
        ("x >> 3", [(">>", "<<"), ("3", "4"), ("3", "2")]),
        ('s = "a < 1"; // b < 2\n/* c < 3 */ t = \'<\';', [('s = "a < 1";', ";"), ("t = '<';", ";")]),
        ("#define A (1 < 2)\\\n + 4\n#include <map>\n", []),
        ("std::int64_t x = 10LL;", [("int64_t", "int32_t"), ("10LL", "11LL"), ("10LL", "9LL")]),
        ("unsigned long long x;", [("unsigned long long", "unsigned")]),
        ("int main() {}", []),
        ("double d = 0x1F + 1.5e-3;", [("double", "float"), ("+", "-")]),
        ("return !a || -b - c;", [("!", ""), ("||", "&&"), ("-", "+")]),
        ("{ a[i]++; f(x); break; }", [("a[i]++;", ";"), ("f(x);", ";"), ("break;", ";")]),
        ("{ T x = 1; auto &y = z; int *p = q; g(a > b, c); }",
         [("1", "2"), ("1", "0"), ("int", "short"), ("g(a > b, c);", ";"), (">", ">=")]),
        ('R"(a < b)" "\\"<" x', []),
    ],
)  # fmt: skip
def test_cpp(text: str, found: list[tuple[str, str]]) -> None:
    text = f";\n{text}"  # a statement begins after another
    assert sorted(edits(mutate_tokens(text, CPP))) == sorted(found)


def test_java_has_types_of_its_own() -> None:
    text = "class A { void f(long n) { List<Integer> a = g(n); if (n >= 2) { a.clear(); } } }"
    assert edits(mutate_tokens(text, DIALECTS["java"])) == [
        ("long", "int"),
        (">=", ">"),
        ("2", "3"),
        ("2", "1"),
        ("a.clear();", ";"),
    ]


@given(st.text(alphabet="ab1 <>=+-*/&|!;(){}[]'\"\n\\#,:.R", max_size=60))
def test_any_text_is_tokens_in_their_order(text: str) -> None:
    tokens = list(read_tokens(text))
    assert all(text[token.start : token.end] == token.text for token in tokens)
    ends = [0, *(token.end for token in tokens)]
    starts = [*(token.start for token in tokens), len(text)]
    assert all(text[end:start].isspace() or end == start for end, start in zip(ends, starts, strict=True))
    assert {token.kind for token in tokens} <= set(Kind)
    for dialect in DIALECTS.values():
        assert all(change.changed != text for change in mutate_tokens(text, dialect))


@given(st.text(alphabet="ab1 <=+-():\n'ä", max_size=40))
def test_no_text_is_too_much_for_python(text: str) -> None:
    for change in mutate_python(text):
        ast.parse(change.changed)
        assert change.changed != text


def test_a_mutant_of_several_files_changes_one() -> None:
    cpp = load_catalogue().get("cpp")
    files = (
        SourceFile(name="main.cpp", content=b"int x = 1;\n"),
        SourceFile(name="lib.cpp", content=b"\nint y = 2;\n"),
        SourceFile(name="data.txt", content=b"int z = 3;"),
        SourceFile(name="latin.cpp", content=b"int \xe4 = 3;"),
    )
    mutants = list(mutants_of("submissions/accepted/two", files, cpp))
    assert [each.place for each in mutants] == [
        *["submissions/accepted/two/main.cpp:1"] * 3,
        *["submissions/accepted/two/lib.cpp:2"] * 3,
    ]
    first = mutants[0]
    assert first.diff == "@@ -1 +1 @@\n-int x = 1;\n+short x = 1;"
    assert first.sources == (SourceFile(name="main.cpp", content=b"short x = 1;\n"), *files[1:])


def test_which_languages_have_mutants() -> None:
    catalogue = load_catalogue()
    assert all(can_mutate(catalogue.get(each)) for each in ("c", "cpp", "java", "python3"))
    assert not can_mutate(catalogue.get("bash"))
