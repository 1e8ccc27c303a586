"""What is left of a program when names, layout, comments, types and literals are nothing."""

from importlib import import_module

import pytest
from tree_sitter import Language

from assay.analysis.similarity.grammars import BY_LANGUAGE, GRAMMARS, Grammar
from assay.analysis.similarity.tokens import TokenReader
from assay.languages import load_catalogue
from tests.unit.analysis.similarity.made import COUNTING, tokens_of

SAME = {
    "python3": (
        "import sys\nfor i in range(3):\n    print(i + 1)\n",
        "import os, re\n# a remark\nfor number in range( 77 ):\n\n        print(number+1000)  # more\n",
    ),
    "javascript": (
        "const fs = require('fs');\nfor (let i = 0; i < 3; i++) { console.log(i) }",
        '/* x */ const a = need("other")\nfor (let k = 7; k < 33; k++) {\n  process.put(k); // y\n}\n',
    ),
    "typescript": (
        "function f(a: number): string { return g(a) }",
        "function other(b: Map<string, Array<number>>): void { return h(b); }",
    ),
    "java": (
        "import java.util.*;\nclass A { private static int f(int a) { return a + 1; } }",
        "package x;\nimport a.B;\npublic class Other { long more(final long b) { return (b + 2); } }",
    ),
    "go": (
        'package main\nimport "fmt"\nfunc f(a int) int { return a + 1 }',
        'package x\nimport (\n "os"\n)\n// r\nfunc g(b int64) int64 {\n\treturn b + 2\n}\n',
    ),
    "cpp": (
        "#include <vector>\nusing namespace std;\nint f(const vector<int> &a) { return a.size() + 1; }",
        "#include <iostream>\nlong g(std::vector<long long> &b) {\n  return b.length() + 7; // r\n}",
    ),
    "csharp": (
        "using System;\nclass A { private static int F(int a) { return a + 1; } }",
        "using X;\npublic sealed class B { long G(long b) { return b + 2; /* r */ } }",
    ),
    "rust": (
        "use std::io;\nfn f(a: i32) -> i32 { let mut b = a + 1; b }",
        "// r\npub fn g(c: u64) -> u64 { let d = c + 2; d }",
    ),
}


@pytest.mark.parametrize("language", sorted(SAME))
def test_what_a_disguise_changes_is_no_token(language: str) -> None:
    one, other = SAME[language]
    assert tokens_of(one, language) == tokens_of(other, language)
    assert len(tokens_of(one, language)) > 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = b + c", "a = b - c"),
        ("while a: b()", "if a: b()"),
        ("a = b", "a += b"),
        ("return a", "return a, b"),
    ],
)
def test_what_a_program_does_is(one: str, other: str) -> None:
    assert tokens_of(one) != tokens_of(other)


def test_only_languages_of_one_family_have_equal_tokens() -> None:
    text = "function f(a) { for (let i = 0; i < a; i++) { g(i); } return a + 1; }"
    assert tokens_of(text, "javascript") == tokens_of(text, "typescript")
    call = "return a + 1;"
    assert not set(tokens_of(call, "java")) & set(tokens_of(call, "cpp"))


def test_a_table_of_numbers_is_one_literal() -> None:
    assert tokens_of("a = [1, 2, 3]") == tokens_of(f"a = [{', '.join(map(str, range(500)))}]")


def test_places_are_bytes_of_the_text() -> None:
    text = 'name = "ü" + other'.encode()
    read = TokenReader(BY_LANGUAGE["python3"]).read(text)
    shown = [text[start:end].decode() for start, end in zip(read.starts, read.ends, strict=True)]
    assert shown == ["name", "=", '"ü"', "+", "other"]


@pytest.mark.parametrize(
    "text", ["(" * 2000, "The quick brown fox jumps over the lazy dog.\n" * 9, "\x7f\x01" * 99]
)
def test_what_makes_no_sense_is_no_code(text: str) -> None:
    assert not TokenReader(BY_LANGUAGE["python3"]).read(text.encode()).is_code


def test_a_slip_leaves_a_program_code() -> None:
    broken = COUNTING.replace("text.split():", "text.split(:", 1)
    assert TokenReader(BY_LANGUAGE["python3"]).read(broken.encode()).is_code


def test_bytes_that_are_no_utf_8_are_read() -> None:
    assert len(TokenReader(BY_LANGUAGE["python3"]).read(b"a = b  # \xff\xfe\nc = d\n").tokens) == 6


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.name)
def test_each_kind_that_is_named_is_the_grammar_s(grammar: Grammar) -> None:
    """A grammar's next version may call things otherwise; then a name here would silently mean nothing."""
    language = Language(getattr(import_module(grammar.module), grammar.function)())
    kinds = {language.node_kind_for_id(number) for number in range(language.node_kind_count)}
    shared = {";", ",", "(", ")", "{", "}", "::", "comment", "line_comment", "block_comment", "html_comment"}
    assert (grammar.dropped - shared) | set(grammar.atoms) <= kinds


def test_languages_are_those_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    assert all(catalogue.get(language).id == language for language in BY_LANGUAGE)
