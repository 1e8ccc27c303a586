"""The Java class to start, found in sources that try to mislead."""

import pytest

from assay.languages.java import find_main_class

MAIN = "public static void main(String[] args) {}"


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        ([f"public class Main {{ {MAIN} }}"], "Main"),
        ([f"class A {{}}\nclass B {{ {MAIN} }}"], "B"),
        ([f"class B {{ {MAIN} }} class Main {{ {MAIN} }}"], "Main"),
        ([f"package a.b;\nclass Main {{ {MAIN} }}"], "a.b.Main"),
        (["class Helper { }", f"class Start {{ {MAIN} }}"], "Start"),
        ([f"// class Wrong {{ {MAIN} }}\nclass Right {{ {MAIN} }}"], "Right"),
        ([f"/* class Wrong {{ {MAIN} */ class Right {{ {MAIN} }}"], "Right"),
        (['class A { String s = "class Wrong { } }"; ' + MAIN + "}"], "A"),
        (["class A { char c = '{'; char d = '\\''; " + MAIN + "}"], "A"),
        ([f"class A {{ static class Inner {{ {MAIN} }} }} class B {{ {MAIN} }}"], "B"),
        ([f"class A {{ static class Inner {{ }} {MAIN} }}"], "A"),
        ([f"enum Only {{ X; {MAIN} }}"], "Only"),
        ([f"record R(int x) {{ {MAIN} }}"], "R"),
        ([f"interface I {{ {MAIN.removeprefix('public ')} }}"], "I"),
        (["class A { public static void main(final String... args) {} }"], "A"),
        (["class A { void main() {} }"], "Main"),
        ([""], "Main"),
        (["}}}}{{{{ class"], "Main"),
    ],
)
def test_the_class_with_the_entry_point(sources: list[str], name: str) -> None:
    assert find_main_class([source.encode() for source in sources]) == name


def test_bytes_that_are_no_text_are_no_trouble() -> None:
    assert find_main_class([b"\xff\xfe class A { public static void main(String[] a) {} }"]) == "A"
