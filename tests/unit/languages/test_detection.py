"""Which language files are in: by endings, by content where endings are shared, by #! where there is none."""

import pytest

from assay.domain.submission import SourceFile
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.detection import interpreter_of
from assay.languages.warm import WarmCatalogue

PERL = 'use strict;\nmy $n = <STDIN>;\nprint $n * 2, "\\n";\n'
PROLOG = "main :- read(X), Y is X * 2, writeln(Y).\n:- initialization(main).\n"


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


def files(**contents: str) -> list[SourceFile]:
    return [
        SourceFile(name=name.replace("__", "."), content=text.encode()) for name, text in contents.items()
    ]


@pytest.mark.parametrize(
    ("name", "text", "language_id"),
    [
        ("a.py", "anything", "python3"),
        ("a.py", "#!/usr/bin/perl", "python3"),  # an ending that nobody shares has the last word
        ("a.pl", PERL, "perl"),
        ("a.pl", PROLOG, "prolog"),
        ("a.PL", PROLOG, "prolog"),
        ("a.pl", "parent(ann, bob).\nparent(bob, cid).\n", "prolog"),
        ("a.pl", "ancestor(X, Y) :- parent(X, Y).\n", "prolog"),
        ("a.pl", "", "perl"),
        ("a.pl", "print 42;", "perl"),
        ("a.pl", "sub double { return 2 * $_[0]; }\nprint double(21);\n", "perl"),
        ("a.pl", "#!/usr/bin/swipl\nprint.\n", "prolog"),
        ("a.pl", "#!/usr/bin/env perl\n" + PROLOG, "perl"),
        ("a.pro", PERL, "prolog"),
        ("program", "#!/usr/bin/env python3\nprint(1)\n", "python3"),
        ("program", "#!/usr/bin/env -S node --no-warnings\n", "javascript"),
        ("program", "#! /bin/bash -e\n", "bash"),
        ("program", "#!/bin/sh\n", "bash"),
        ("program", "#!/usr/bin/ocaml", "ocaml"),
        ("program", "#!/usr/bin/lua5.4\n", "lua"),
        ("a.in", "#!/usr/bin/ruby\n", "ruby"),
        ("program", "#!/usr/bin/env\n", None),
        ("program", "#!", None),
        ("program", "print(1)\n", None),
        ("notes.txt", "main :- true.\n", None),
        ("a.h", "#pragma once\n", None),
        ("", "", None),
    ],
)
def test_a_file(catalogue: LanguageCatalogue, name: str, text: str, language_id: str | None) -> None:
    found = catalogue.for_files([SourceFile(name=name, content=text.encode())])
    assert (found.id if found else None) == language_id


@pytest.mark.parametrize(
    ("contents", "ids"),
    [
        ({"main__cpp": "", "lane__hpp": "", "README": "", "data__txt": "1"}, ["cpp"]),
        ({"main__c": "", "main__cpp": ""}, ["c", "cpp"]),
        ({"main__pl": "use Twice;\n", "Twice__pm": ""}, ["perl"]),
        ({"main__pl": PROLOG, "facts__pl": "parent(ann, bob).\n"}, ["prolog"]),
        ({"main__pl": PROLOG, "other__pl": PERL}, ["perl", "prolog"]),
        ({"run": "#!/bin/sh\n", "main__go": ""}, ["bash", "go"]),
        ({"README": "", "build__xml": ""}, []),
        ({}, []),
    ],
)
def test_a_folder(catalogue: LanguageCatalogue, contents: dict[str, str], ids: list[str]) -> None:
    assert [each.id for each in catalogue.all_for_files(files(**contents))] == ids
    alone = catalogue.for_files(files(**contents))
    assert (alone.id if alone else None) == (ids[0] if len(ids) == 1 else None)


def test_other_versions_are_never_found(catalogue: LanguageCatalogue) -> None:
    found = [
        catalogue.for_files([SourceFile(name=f"x.{extension}", content=b"")])
        for language in catalogue.all()
        for extension in language.extensions
    ]
    assert all(language is not None and language.base is None for language in found)


def test_a_catalogue_with_warm_files_finds_the_same(catalogue: LanguageCatalogue) -> None:
    warm = WarmCatalogue(catalogue.all(), None)
    found = warm.for_files(files(main__pl=PROLOG))
    assert found is not None
    assert found.id == "prolog"


def test_a_long_line_or_binary_content_does_not_take_long(catalogue: LanguageCatalogue) -> None:
    hostile = b"a" * 5_000_000 + b"(" * 5_000_000
    for name in ("x.pl", "x"):
        found = catalogue.for_files([SourceFile(name=name, content=hostile + b"\0\xff")])
        assert found is None or found.id == "perl"


@pytest.mark.parametrize(
    ("content", "interpreter"),
    [
        (b"#!/usr/bin/python3.11 -I\n", "python"),
        (b"#!/usr/bin/env PYTHONPATH=x python3\r\n", "python"),
        (b"#!/usr/local/bin/node", "node"),
        (b"#!/usr/bin/pypy3", "pypy"),
        (b" #!/usr/bin/node", None),
        (b"", None),
        (b"#!/usr/bin/\n", None),
        (b"#!\xff\xfe", "\N{REPLACEMENT CHARACTER}" * 2),
    ],
)
def test_the_interpreter_of_a_first_line(content: bytes, interpreter: str | None) -> None:
    assert interpreter_of(content) == interpreter
