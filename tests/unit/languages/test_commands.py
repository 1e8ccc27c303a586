"""The placeholders of command lines, filled in for one submission."""

from dataclasses import replace

import pytest

from assay.domain.submission import SourceFile
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.commands import compile_argv, main_file, named_as_required, run_argv, run_env

MIB = 1 << 20


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


def files(*names: str, content: bytes = b"") -> tuple[SourceFile, ...]:
    return tuple(SourceFile(name=name, content=content) for name in names)


def test_a_compiler_is_given_every_source_and_no_header(catalogue: LanguageCatalogue) -> None:
    argv = compile_argv(
        catalogue.get("cpp"), files("lane.cpp", "lane.hpp", "sub/main.cc", "a b.C"), 512 * MIB
    )
    assert [each for each in argv if each.startswith("/box/") and each != "/box/.program"] == [
        "/box/lane.cpp",
        "/box/sub/main.cc",
        "/box/a b.C",
    ]


def test_without_a_known_ending_every_file_is_a_source(catalogue: LanguageCatalogue) -> None:
    assert compile_argv(catalogue.get("c"), files("solution"), MIB)[-2:] == ("/box/solution", "-lm")


@pytest.mark.parametrize(
    ("language_id", "names", "main"),
    [
        ("python3", ("only.py",), "only.py"),
        ("python3", ("b.py", "a.py"), "b.py"),
        ("python3", ("helper.py", "main.py"), "main.py"),
        ("python3", ("helper.py", "__main__.py"), "__main__.py"),
        ("python3", ("main.py", "__main__.py"), "__main__.py"),
        ("python3", ("sub/main.py", "zeta.py"), "sub/main.py"),
        ("python3", ("data.txt", "zeta.py"), "zeta.py"),
        ("javascript", ("a.js", "main.mjs"), "main.mjs"),
        ("rust", ("util.rs", "main.rs"), "main.rs"),
    ],
)
def test_the_main_file(
    catalogue: LanguageCatalogue, language_id: str, names: tuple[str, ...], main: str
) -> None:
    assert main_file(catalogue.get(language_id), files(*names)).name == main


def test_the_memory_limit_reaches_the_runtime_in_mib(catalogue: LanguageCatalogue) -> None:
    java = run_argv(catalogue.get("java"), files("Main.java"), 256 * MIB + 5)
    assert "-Xmx288m" in java
    assert "--max-old-space-size=1" in run_argv(catalogue.get("javascript"), files("main.js"), 5)


def test_java_is_started_with_the_class_that_has_main(catalogue: LanguageCatalogue) -> None:
    source = b"class Helper {} public class Solution { public static void main(String[] a) {} }"
    assert run_argv(catalogue.get("java"), files("Solution.java", content=source), MIB)[-1] == "Solution"


def test_a_file_name_is_one_argument_and_never_an_option(catalogue: LanguageCatalogue) -> None:
    argv = run_argv(catalogue.get("python3"), files("-c print(1).py"), MIB)
    assert argv[-1] == "/box/-c print(1).py"


def test_placeholders_in_a_file_name_are_left_alone(catalogue: LanguageCatalogue) -> None:
    assert run_argv(catalogue.get("lua"), files("{memory_mib}.lua"), MIB)[-1] == "/box/{memory_mib}.lua"


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("main.ts", "/box/.compiled/main.js"),
        ("sub/a b.ts", "/box/.compiled/sub/a b.js"),
        ("no_ending", "/box/.compiled/no_ending.js"),
        ("{stack_kib}.ts", "/box/.compiled/{stack_kib}.js"),
    ],
)
def test_the_main_file_within_an_argument(catalogue: LanguageCatalogue, name: str, argument: str) -> None:
    assert run_argv(catalogue.get("typescript"), files(name), MIB)[-1] == argument
    assert run_argv(catalogue.get("sqlite"), files("x.sql"), MIB)[-1] == ".read '/box/x.sql'"


@pytest.mark.parametrize(("memory_mib", "stack_mib"), [(64, 64), (1024, 1024), (4096, 1024)])
def test_a_stack_is_as_large_as_memory_or_as_the_runtime_takes(
    catalogue: LanguageCatalogue, memory_mib: int, stack_mib: int
) -> None:
    assert f"-Xss{stack_mib}m" in run_argv(catalogue.get("java"), files("Main.java"), memory_mib * MIB)
    node = run_argv(catalogue.get("javascript"), files("main.js"), memory_mib * MIB)
    assert f"--stack-size={stack_mib * 1024}" in node
    env = run_env({"SIZE": "{stack_mib}", "OTHER": "{x}"}, memory_mib * MIB)
    assert env == {"SIZE": str(stack_mib), "OTHER": "{x}"}


@pytest.mark.parametrize(
    ("language_id", "name", "text", "argument"),
    [
        ("erlang", "sub/start.erl", "-module(start).", "start"),
        ("erlang", "sub/start.erl", "main() -> ok.", "start"),
        ("prolog", "x.pl", ":- initialization(main).", "true"),
        ("prolog", "x.pl", "main.", "main"),
        ("prolog", "x.pl", "main.", "/box/x.pl"),
        ("scala", "x.scala", "object Start extends App", "Start"),
        ("groovy", "a/x.groovy", "println 1", "x"),
    ],
)
def test_what_a_run_begins_with(
    catalogue: LanguageCatalogue, language_id: str, name: str, text: str, argument: str
) -> None:
    assert argument in run_argv(catalogue.get(language_id), files(name, content=text.encode()), MIB)


def test_all_files_of_a_prolog_program_are_loaded(catalogue: LanguageCatalogue) -> None:
    argv = run_argv(catalogue.get("prolog"), files("different.pl", "kattio.pl"), MIB)
    assert argv[-2:] == ("/box/different.pl", "/box/kattio.pl")


def test_an_erlang_source_that_came_alone_is_named_after_its_module(catalogue: LanguageCatalogue) -> None:
    [file] = named_as_required(catalogue.get("erlang"), files("x.erl", content=b"-module(start)."))
    assert file.name == "start.erl"


def test_a_language_without_compile_step_has_no_compile_command(catalogue: LanguageCatalogue) -> None:
    with pytest.raises(ValueError, match="bash has no compile step"):
        compile_argv(replace(catalogue.get("bash"), compile=None), files("main.sh"), MIB)


@pytest.mark.parametrize(
    ("name", "source", "named"),
    [
        ("prog.java", "public class Main { public class Inner {} }", "Main.java"),
        ("Main.java", "import a.B;\npublic final class Solution {}", "Solution.java"),
        ("a/b.java", "/* public class No */ class Helper { } public record Pair(int a) {}", "a/Pair.java"),
        ("b.java", 'class A { String s = "public class No {"; }', "b.java"),
        ("b.java", "class A { public class Inner {} }", "b.java"),
        ("b.txt", "public class A {}", "b.txt"),
        ("b.java", f"public class {'A' * 250} {{}}", "A" * 250 + ".java"),
        ("b.java", f"public class {'A' * 251} {{}}", "b.java"),
        ("b.java", f"public class {'é' * 126} {{}}", "b.java"),
    ],
)
def test_a_java_source_that_came_alone_is_named_after_its_public_class(
    catalogue: LanguageCatalogue, name: str, source: str, named: str
) -> None:
    [file] = named_as_required(catalogue.get("java"), files(name, content=source.encode()))
    assert (file.name, file.content) == (named, source.encode())


@pytest.mark.parametrize(
    ("language_id", "names", "named"),
    [
        ("nim", ["two-sum.nim"], ["main.nim"]),
        ("nim", ["two_sum.nim"], ["two_sum.nim"]),
        ("nim", ["a b/-x.nim"], ["main.nim"]),
        ("nim", ["solution"], ["solution"]),
        ("nim", ["my solution"], ["main.nim"]),
        ("nim", ["a-b.nim", "c-d.nim"], ["main.nim", "c-d.nim"]),
        ("nim", ["sub/a-b.nim", "sub/c.nim"], ["sub/main.nim", "sub/c.nim"]),
        ("nim", ["c-d.nim", "main.nim"], ["c-d.nim", "main.nim"]),
        ("nim", ["sub/a-b.nim", "sub/main.nim"], ["sub/a-b.nim", "sub/main.nim"]),
        ("nim", ["a-b.nim", "main.nim/c.txt"], ["a-b.nim", "main.nim/c.txt"]),
        ("ada", ["é.adb"], ["main.adb"]),
        ("d", ["@x.d"], ["main.d"]),
        ("go", ["solution_test.go"], ["main.go"]),
        ("go", ["two-sum.go"], ["two-sum.go"]),
        ("groovy", ["-o x.groovy"], ["main.groovy"]),
        ("haxe", ["Solution.hx"], ["Main.hx"]),
        ("lisp", ["a*.cl"], ["main.cl"]),
        ("cobol", ["x" * 32 + ".cbl"], ["main.cbl"]),
        ("cobol_fixed", ["x" * 31 + ".cbl", "!.cbl"], ["x" * 31 + ".cbl", "!.cbl"]),
        ("sqlite", ["it's.sql"], ["main.sql"]),
        ("pascal", ['a "b".pas'], ["main.pas"]),
        ("java", ["-x.java"], ["-x.java"]),
        ("cpp", ["@ $(x) '\".cpp"], ["@ $(x) '\".cpp"]),
    ],
)
def test_a_main_file_has_a_name_that_the_toolchain_takes(
    catalogue: LanguageCatalogue, language_id: str, names: list[str], named: list[str]
) -> None:
    language = catalogue.get(language_id)
    once = named_as_required(language, files(*names))
    assert [each.name for each in once] == named
    assert named_as_required(language, once) == once
    assert run_argv(language, once, MIB) == run_argv(language, files(*names), MIB)


def test_a_groovy_script_s_name_is_no_option_of_the_jvm(catalogue: LanguageCatalogue) -> None:
    assert run_argv(catalogue.get("groovy"), files("-version.groovy"), MIB)[-1] == "main"


def test_other_files_keep_their_names(catalogue: LanguageCatalogue) -> None:
    two = files("a.java", "b.java", content=b"public class Main {}")
    assert named_as_required(catalogue.get("java"), two) == two
    one = files("a.cpp", content=b"public class Main {}")
    assert named_as_required(catalogue.get("cpp"), one) == one
