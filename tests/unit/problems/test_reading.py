"""What a good package yields, in both dialects."""

from pathlib import Path

import pytest

from assay.domain.limits import Limits
from assay.domain.problem import FileWriting, OutputComparison, StatementFormat
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.problems.limits import DEFAULT_CPU_TIME_MS
from assay.problems.package import PackageFormat
from assay.problems.reading import read_package
from tests.unit.problems.packages import LEGACY, STANDARD, Files, findings_of, make, read, yaml_with

MIB = 1 << 20


@pytest.mark.parametrize(
    ("files", "package_format"),
    [(STANDARD, PackageFormat.STANDARD_2025_09), (LEGACY, PackageFormat.LEGACY)],
)
def test_a_whole_package(tmp_path: Path, files: Files, package_format: PackageFormat) -> None:
    package = read(tmp_path, files)
    assert package.format is package_format
    assert package.path == tmp_path / "double"
    assert package.warnings == ()
    problem = package.problem
    assert (problem.id, problem.name) == ("double", "A Problem")
    assert problem.limits == Limits(
        cpu_time_ms=2000,
        memory_bytes=2048 * MIB,
        output_bytes=8 * MIB,
        source_bytes=128 * 1024,
        compile_time_ms=60_000,
        compile_memory_bytes=2048 * MIB,
    )
    assert [(test.name, test.input, test.answer, test.is_sample) for test in problem.tests] == [
        ("sample/1", "data/sample/1.in", "data/sample/1.ans", True),
        ("secret/01", "data/secret/01.in", "data/secret/01.ans", False),
    ]
    assert all(test.comparison == OutputComparison() for test in problem.tests)
    (submission,) = package.submissions
    assert submission.path == "submissions/accepted/good.py"
    assert submission.language_id == "python3"
    assert submission.expected == (Verdict.AC,)
    assert submission.files == (SourceFile(name="good.py", content=b"print(int(input()) * 2)\n"),)


@pytest.mark.parametrize("version", ["legacy", "legacy-icpc"])
def test_the_legacy_dialect_by_name(tmp_path: Path, version: str) -> None:
    package = read(tmp_path, LEGACY, yaml_with(LEGACY, f"problem_format_version: {version}"))
    assert package.format is PackageFormat.LEGACY


def test_every_standard_limit(tmp_path: Path) -> None:
    limits = (
        "  time_limit: 2.0\n  time_resolution: 0.5\n  time_multipliers: {ac_to_time_limit: 1.5}\n"
        "  memory: 64\n  output: 1\n  code: 32\n  compilation_time: 10\n  compilation_memory: 512\n"
        "  validation_time: 5\n  validation_memory: 5\n  validation_output: 5\n  validation_passes: 2\n"
    )
    package = read(tmp_path, STANDARD, yaml_with(STANDARD, limits, instead_of="  time_limit: 2.0\n"))
    assert package.problem.limits == Limits(
        cpu_time_ms=2000,
        memory_bytes=64 * MIB,
        output_bytes=MIB,
        source_bytes=32 * 1024,
        compile_time_ms=10_000,
        compile_memory_bytes=512 * MIB,
    )


@pytest.mark.parametrize(
    ("changes", "cpu_time_ms"),
    [
        ({".timelimit": "1.5"}, 1500),
        ({".timelimit": None, "domjudge-problem.ini": "color = 'red'\ntimelimit='3'\n"}, 3000),
        ({".timelimit": None, "domjudge-problem.ini": "timelimit = 0.25\n"}, 250),
        ({".timelimit": "7", "domjudge-problem.ini": "timelimit=3\n"}, 7000),
        ({".timelimit": "7", "problem.yaml": "name: X\nlimits: {time_limit: 1}\n"}, 1000),
        ({".timelimit": None}, DEFAULT_CPU_TIME_MS),
    ],
)
def test_where_a_legacy_time_limit_comes_from(tmp_path: Path, changes: Files, cpu_time_ms: int) -> None:
    assert read(tmp_path, LEGACY, changes).problem.limits.cpu_time_ms == cpu_time_ms


def test_a_missing_time_limit_is_warned_about(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, yaml_with(STANDARD, "", instead_of="limits:\n  time_limit: 2.0\n"))
    assert [warning.field for warning in package.warnings] == ["limits.time_limit"]


def test_informative_fields_are_accepted(tmp_path: Path) -> None:
    more = (
        "type: [pass-fail]\nversion: 1.0\nembargo_until: 2030-01-01\nkeywords: [a, b]\nlanguages: all\n"
        "credits: {authors: [A, {name: B, email: b@x.example}], translators: {sv: C}}\n"
        "source: [{name: X, url: 'https://x.example'}, Y]\nallow_file_writing: true\nconstants: {}\n"
    )
    assert read(tmp_path, STANDARD, yaml_with(STANDARD, more)).warnings == ()
    legacy = (
        "type: pass-fail\nauthor: A and B\nsource: X\nsource_url: https://x.example\nkeywords: a b\n"
        "uuid: 3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11\nvalidation: default\n"
    )
    assert read(tmp_path / "legacy", LEGACY, yaml_with(LEGACY, legacy)).warnings == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("name: {sv: Ett problem, en: One}", "One"),
        ("name: {sv: Ett problem}", "Ett problem"),
        ("name: 2048", "2048"),
        ("name: {no: Norsk}", "Norsk"),  # YAML 1.1 takes the key for false
        ("name: yes", "yes"),
    ],
)
def test_the_name_that_is_shown(tmp_path: Path, name: str, shown: str) -> None:
    changes = yaml_with(STANDARD, name, instead_of="name: A Problem")
    assert read(tmp_path, STANDARD, changes).problem.name == shown


def test_a_legacy_package_may_have_names_by_language(tmp_path: Path) -> None:
    changes = yaml_with(LEGACY, "name: {sv: Ett, en: One}", instead_of="name: A Problem")
    assert read(tmp_path, LEGACY, changes).problem.name == "One"


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("\\problemname{Sum of Two}\n", "Sum of Two"),
        ("%% plainproblemname: x^2 + 1\n\\problemname{$x^2+1$}\n", "x^2 + 1"),
        ("No name.\n", "double"),
    ],
)
def test_a_legacy_name_from_the_statement(tmp_path: Path, statement: str, shown: str) -> None:
    changes = {"problem.yaml": "license: cc0\n", "problem_statement/problem.en.tex": statement}
    assert read(tmp_path, LEGACY, changes).problem.name == shown


def test_statements_in_several_languages(tmp_path: Path) -> None:
    changes: Files = {
        **yaml_with(STANDARD, "name: {en: One, sv: Ett, pt-BR: Um}", instead_of="name: A Problem"),
        "statement/problem.sv.tex": "Svenska.\n",
        "statement/problem.pt-BR.md": "\ufeffPortuguês.\r\n",
        "statement/problem.en.tex": "English in TeX.\n",
        "statement/problem.da.pdf": b"%PDF",
        "statement/problem.tex": "No language.\n",
        "statement/figure.png": b"PNG",
    }
    package = read(tmp_path, STANDARD, changes)
    assert [(each.language, each.format, each.text) for each in package.problem.statements] == [
        ("en", StatementFormat.MARKDOWN, "Double it.\n"),
        ("pt-BR", StatementFormat.MARKDOWN, "Português.\n"),
        ("sv", StatementFormat.TEX, "Svenska.\n"),
    ]
    assert [warning.path for warning in package.warnings] == [
        "statement/problem.da.pdf",
        "statement/problem.en.tex",
        "statement/problem.pt-BR.md",
        "statement/problem.tex",
    ]


def test_legacy_statements_may_leave_the_language_out(tmp_path: Path) -> None:
    changes = {"problem_statement/problem.en.tex": None, "problem_statement/problem.md": "Text.\n"}
    (statement,) = read(tmp_path, LEGACY, changes).problem.statements
    assert (statement.language, statement.format) == ("en", StatementFormat.MARKDOWN)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"statement/problem.en.md": None}, "statement"),
        ({"input_validators/validate.py": None}, "input_validators"),
        ({"submissions/accepted/good.py": None}, "submissions/accepted"),
        ({"submissions/notes.txt": "x"}, "submissions/notes.txt"),
        ({"data/secret/02.png": "x"}, "data/secret/02.png"),
        ({"data/secret/01.hint": "x"}, "data/secret/01.hint"),
        ({"data/secret/01.foo": "x"}, "data/secret/01.foo"),
        ({"data/secret/01.yaml": "input_validator_args: {other: [a]}\n"}, "data/secret/01.in"),
        (yaml_with(STANDARD, "keywords: a b"), "problem.yaml"),
        (yaml_with(STANDARD, "constants: {a: yes}"), "problem.yaml"),
        (yaml_with(STANDARD, "constants: {a: {value: 1, b: yes}}"), "problem.yaml"),
        ({"data/extra/1.in": "x"}, "data/extra"),
        ({"attachments/a b.txt": "x"}, "attachments/a b.txt"),
        (yaml_with(STANDARD, "", instead_of="uuid: 3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11\n"), "problem.yaml"),
        (yaml_with(STANDARD, "license: beer", instead_of="license: cc0"), "problem.yaml"),
    ],
)
def test_what_no_verdict_depends_on_is_a_warning(tmp_path: Path, changes: Files, path: str) -> None:
    assert [warning.path for warning in read(tmp_path, STANDARD, changes).warnings] == [path]


@pytest.mark.parametrize(
    ("files", "more", "writing"),
    [
        (STANDARD, "", FileWriting.NO),
        (STANDARD, "allow_file_writing: false", FileWriting.NO),
        (STANDARD, "allow_file_writing: true", FileWriting.YES),
        (LEGACY, "", FileWriting.SCRATCH),
    ],
)
def test_whether_programs_may_write_files(
    tmp_path: Path, files: Files, more: str, writing: FileWriting
) -> None:
    package = read(tmp_path, files, yaml_with(files, more))
    assert (package.problem.file_writing, package.warnings) == (writing, ())


def test_hidden_files_are_as_if_removed(tmp_path: Path) -> None:
    package = make(
        tmp_path, STANDARD, {".gitignore": "x", ".git/config": "x", "data/secret/.DS_Store": b"\0"}
    )
    (package / ".link").symlink_to("/etc/passwd")
    (package / "data/secret/-x").mkdir()
    assert read_package(package).warnings == ()


def test_a_folder_name_beyond_the_specification_is_a_warning(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD).rename(tmp_path / "Sum_of-two.v2")
    read_as = read_package(package)
    assert read_as.problem.id == "Sum_of-two.v2"
    assert [warning.field for warning in read_as.warnings] == ["short name"]


def test_the_package_folder_may_be_named_in_any_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make(tmp_path, STANDARD))
    assert read_package(Path()).problem.id == "double"


EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("folder", sorted(path for path in EXAMPLES.iterdir() if path.is_dir()), ids=str)
def test_the_examples_are_without_fault_or_warning(folder: Path) -> None:
    package = read_package(folder)
    assert package.warnings == ()
    assert all(submission.language_id for submission in package.submissions)


def test_the_icpc_subset_has_no_scoring_problems(tmp_path: Path) -> None:
    subset = "problem_format_version: legacy-icpc\ntype: scoring"
    assert [found.field for found in read(tmp_path, LEGACY, yaml_with(LEGACY, subset)).warnings] == ["type"]


def test_who_has_generators_and_no_tests_is_told_how_to_make_them(tmp_path: Path) -> None:
    changes: Files = {
        "data/secret/01.in": None,
        "data/secret/01.ans": None,
        "generators/generators.yaml": "data: {}\n",
    }
    (finding,) = findings_of(make(tmp_path, STANDARD, changes))
    assert "'assay problem generate'" in finding.message
