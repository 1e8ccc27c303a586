"""Which texts, images and names are read, and what is said of them: warnings, as no verdict hangs on it."""

from pathlib import Path
import re
import time

import pytest

from assay.domain.problem import Problem, StatementFormat
from assay.errors import PackageInvalid
from assay.problems.package import Package
from assay.problems.statements import FILE_BYTES_MAX
from tests.unit.problems.packages import LEGACY, STANDARD, Files, read, yaml_with

PDF = b"%PDF-1.4\n"


def problem_of(root: Path, files: Files, changes: Files) -> Problem:
    return read(root, files, changes).problem


def warnings_of(package: Package, path: str) -> list[str]:
    return [warning.message for warning in package.warnings if warning.path == path]


def test_a_folder_of_the_other_format_is_told(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, {"problem_statement/problem.en.tex": "Triple it."})
    assert [each.text for each in package.problem.statements] == ["Double it.\n"]
    (message,) = warnings_of(package, "problem_statement")
    assert "is not read" in message
    assert "statement/" in message
    assert not warnings_of(read(tmp_path / "legacy", LEGACY, {}), "problem_statement")


def test_every_language_and_format_is_read(tmp_path: Path) -> None:
    changes: Files = {
        **yaml_with(STANDARD, "name: {en: A, sv: B, de: C}", instead_of="name: A Problem"),
        "statement/problem.sv.tex": "text \\includegraphics{boat}",
        "statement/problem.de.pdf": PDF,
        "statement/boat.png": b"png",
        "statement/sub/map.svg": "<svg/>",
        "statement/figure.pdf": PDF,
        "statement/style.sty": "x",
        "statement/boat.asy": "x",
    }
    package = read(tmp_path, STANDARD, changes)
    problem = package.problem
    formats = {each.language: each.format for each in problem.statements}
    assert formats == {
        "de": StatementFormat.PDF,
        "en": StatementFormat.MARKDOWN,
        "sv": StatementFormat.TEX,
    }
    assert [each.file for each in problem.statements] == ["statement/problem.de.pdf", None, None]
    assert {file.name: file.content for file in problem.statement_files} == {
        "boat.png": "statement/boat.png",
        "figure.pdf": "statement/figure.pdf",
        "sub/map.svg": "statement/sub/map.svg",
    }
    assert (problem.name, problem.name_in("sv"), problem.name_in("fr")) == ("A", "B", "A")
    assert not any(warning.path.startswith("statement") for warning in package.warnings)


def test_of_several_in_one_language_text_goes_before_pdf(tmp_path: Path) -> None:
    changes: Files = {"statement/problem.en.pdf": PDF, "statement/problem.en.tex": "x"}
    package = read(tmp_path, STANDARD, changes)
    [statement] = package.problem.statements
    assert statement.format is StatementFormat.MARKDOWN
    for path in changes:
        assert warnings_of(package, path) == ["ignored: there is another statement in 'en'"]


def test_a_pdf_is_one(tmp_path: Path) -> None:
    changes: Files = {"statement/problem.en.pdf": b"<html>", "statement/problem.en.md": None}
    package = read(tmp_path, STANDARD, changes)
    assert package.problem.statements == ()
    assert "no PDF" in warnings_of(package, "statement/problem.en.pdf")[0]
    assert "no statement" in warnings_of(package, "statement")[0]


def test_legacy_names_come_from_the_texts(tmp_path: Path) -> None:
    changes: Files = {
        "problem_statement/problem.sv.tex": "\\problemname{Bl\\aa{} $x^2$ ``{\\bf b\\aa t}''}",
        "problem_statement/problem.de.tex": "%% plainproblemname:  Ein Boot \n\\problemname{$\\frac12$}",
        "problem_statement/problem.tex": "\\problemname{English}",
        "problem_statement/problem.en.tex": None,
    }
    problem = problem_of(tmp_path, LEGACY, changes)
    assert dict(problem.names) == {"en": "A Problem", "sv": "Blå x2 “båt”", "de": "Ein Boot"}
    nameless = yaml_with(LEGACY, "", instead_of="name: A Problem")
    assert problem_of(tmp_path / "b", LEGACY, {**changes, **nameless}).name == "English"


def test_a_legacy_text_has_a_name(tmp_path: Path) -> None:
    package = read(tmp_path, LEGACY, {"problem_statement/problem.en.tex": "Double it."})
    assert "\\problemname" in warnings_of(package, "problem_statement/problem.en.tex")[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("name: {en: A, sv: B}", "has a name in 'sv', but no statement"),
        ("name: {sv: B}", "has no name in 'en', but a statement"),
    ],
)
def test_names_are_in_the_languages_of_the_texts(tmp_path: Path, name: str, said: str) -> None:
    package = read(tmp_path, STANDARD, yaml_with(STANDARD, name, instead_of="name: A Problem"))
    assert said in warnings_of(package, "problem.yaml")


@pytest.mark.parametrize(
    ("path", "text", "said", "line"),
    [
        ("problem.en.md", "a\n\n![x](no.png)", "shows 'no.png', but there is no such image beside it", 3),
        ("problem.en.md", "# a PROBLEM #\n\nx", "begins with the problem's name", None),
        (
            "problem.en.md",
            "{{nextsample}} {{nextsample}}",
            "asks 2 times for the next sample; there are 1",
            None,
        ),
        ("problem.en.tex", "\n\\includegraphics[width=3cm]{no}", "shows 'no', but there is no such image", 2),
        ("problem.en.tex", "\\illustration{0.3}{no.jpg}{x}", "shows 'no.jpg', but there is no", 1),
        ("problem.en.tex", "\\nextsample\\nextsample", "asks 2 times for the next sample; there are 1", None),
    ],
)
def test_what_readers_would_miss(tmp_path: Path, path: str, text: str, said: str, line: int | None) -> None:
    package = read(tmp_path, STANDARD, {"statement/problem.en.md": None, f"statement/{path}": text})
    [warning] = [each for each in package.warnings if each.path == f"statement/{path}"]
    assert said in warning.message
    assert warning.line == line


@pytest.mark.parametrize(
    "text",
    [
        "![x](boat.png) ![y](./boat.png) `{{nextsamples}}` {{nextsample}} {{remainingsamples}}",
        "## A Problem in short\n\nx",
    ],
)
def test_what_is_right_is_not_told(tmp_path: Path, text: str) -> None:
    package = read(tmp_path, STANDARD, {"statement/problem.en.md": text, "statement/boat.png": b"png"})
    assert warnings_of(package, "statement/problem.en.md") == []


def test_remarks_are_not_looked_at(tmp_path: Path) -> None:
    tex = "% \\includegraphics{no}\n100\\% \\includegraphics{boat}"
    changes = {"statement/problem.en.md": None, "statement/problem.en.tex": tex, "statement/boat.png": b"png"}
    assert warnings_of(read(tmp_path, STANDARD, changes), "statement/problem.en.tex") == []


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>x</script></svg>",
        "<svg onload = 'x'/>",
        "<svg><image href='https://a.example/b.png'/></svg>",
    ],
)
def test_an_svg_that_would_act_is_told(tmp_path: Path, svg: str) -> None:
    package = read(tmp_path, STANDARD, {"statement/map.svg": svg})
    assert "scripts or loads files" in warnings_of(package, "statement/map.svg")[0]
    assert [file.name for file in package.problem.statement_files] == ["map.svg"]


def test_a_huge_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageInvalid) as refused:
        read(tmp_path, STANDARD, {"statement/boat.png": b"\0" * (FILE_BYTES_MAX + 1)})
    assert [finding.path for finding in refused.value.findings] == ["statement/boat.png"]


@pytest.mark.parametrize(
    "text",
    [
        "\\problemname{" * 60_000,
        "\\problemname{" + "{" * 900_000,
        "\\includegraphics" + " " * 900_000,
        "\\includegraphics[" * 60_000,
        "\\illustration{" * 60_000,
        "\n" * 1_000_000,
        "%% plainproblemname: " + " " * 900_000 + "x",
        "%" * 1_000_000,
        "\\" * 1_000_000,
    ],
    ids=range(9),
)
def test_no_text_takes_long_to_read(tmp_path: Path, text: str) -> None:
    begin = time.process_time()
    for files, path in ((STANDARD, "statement/problem.sv.tex"), (LEGACY, "problem_statement/problem.en.tex")):
        read(tmp_path / re.sub(r"\W", "", path), files, {path: text})
    assert time.process_time() - begin < 5  # a quadratic pattern takes minutes


@pytest.mark.parametrize("text", ["![" * 500_000, "![](" * 200_000, "# " + "a" * 1_000_000, "#" * 1_000_000])
def test_no_markdown_takes_long_to_read(tmp_path: Path, text: str) -> None:
    begin = time.process_time()
    read(tmp_path, STANDARD, {"statement/problem.en.md": text})
    assert time.process_time() - begin < 5
