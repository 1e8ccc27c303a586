"""Where a program begins, found in sources that try to mislead."""

import pytest

from assay.domain.submission import SourceFile
from assay.languages.entry import (
    find_erlang_module,
    find_groovy_class,
    find_prolog_goal,
    find_scala_object,
)


def sources(*texts: str, name: str = "main.x") -> list[SourceFile]:
    return [SourceFile(name=name, content=text.encode()) for text in texts]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["object Main extends App { }"], "Main"),
        (["object Start { def main(args: Array[String]): Unit = {} }"], "Start"),
        (["object Other { }\nobject Start extends Base with App {}"], "Start"),
        (["package a.b\nobject Main extends App"], "a.b.Main"),
        (["object A extends App {}", "object Main extends App {}"], "Main"),
        (['object A { val s = "object B extends App" }\nobject C extends App'], "C"),
        (["// object Wrong extends App\nobject Right extends App"], "Right"),
        (["object A { object Inner { def main(a: Array[String]) = 1 } }"], "Main"),
        (["class Main { def main(a: Int) = a }"], "Main"),
        ([""], "Main"),
    ],
)
def test_scala(texts: list[str], name: str) -> None:
    assert find_scala_object(sources(*texts)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("println 42", "main"),
        ("class Helper { }\nprintln 42", "main"),
        ("class Start { static void main(String[] a) { } }", "Start"),
        ("package p\nclass Start { static main(args) { } }", "p.Start"),
        ("// class No { static void main(x) {} }\nprintln 1", "main"),
    ],
)
def test_groovy(text: str, name: str) -> None:
    [file] = sources(text, name="sub/main.groovy")
    assert find_groovy_class([file], file) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("-module(start).\n-export([main/0]).", "start"),
        ("%% a comment\n -module( 'start' ) .", "start"),
        ("% -module(no).\n-module(yes).", "yes"),
        ("main() -> ok.", None),
    ],
)
def test_erlang(text: str, name: str | None) -> None:
    assert find_erlang_module(sources(text)[0]) == name


@pytest.mark.parametrize(
    ("texts", "goal"),
    [
        (["main :- true."], "main"),
        (["main :- true.", ":- initialization(main)."], "true"),
        (["  :-  initialization main."], "true"),
        (["% :- initialization(main).\nmain."], "main"),
    ],
)
def test_prolog(texts: list[str], goal: str) -> None:
    assert find_prolog_goal(sources(*texts)) == goal
