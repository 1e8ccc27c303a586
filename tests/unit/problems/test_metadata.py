"""problem.yaml: what of it reaches the problem, in both dialects."""

from pathlib import Path

import pytest

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import About, Credit, Included, ShownSample, Source
from assay.problems.package import UNMADE, MeasuredTimeLimit, Package
from assay.problems.reading import read_package
from tests.unit.problems.packages import LEGACY, STANDARD, Files, make, read, yaml_with

UUID = "3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11"


def messages(package: Package) -> list[str]:
    return [str(warning) for warning in package.warnings]


def content(package: Package, path: str) -> bytes:
    with open(package.files.open(DataRef(path)), "rb") as file:  # noqa: PTH123  a descriptor
        return file.read()


def test_line_ends_of_another_system_are_told_and_change_nothing(tmp_path: Path) -> None:
    for number, files in enumerate((STANDARD, LEGACY)):
        text = files["problem.yaml"]
        assert isinstance(text, str)
        unix = read(tmp_path / f"u{number}", files, {})
        other = read(tmp_path / f"w{number}", files, {"problem.yaml": text.replace("\n", "\r\n")})
        assert other.problem.limits == unix.problem.limits
        assert other.problem.about == unix.problem.about
        told = [each for each in other.warnings if "CR LF" in each.message]
        assert [each.line for each in told] == ([1] if files is STANDARD else [])
        assert len(other.warnings) == len(unix.warnings) + len(told)


def test_who_is_thanked_and_whose_it_is(tmp_path: Path) -> None:
    more = f"""
version: 1.10
credits:
  authors: [Ada <ada@x.example>, Bo]
  testers:
    - {{name: Cy, email: cy@x.example, orcid: 0000-0001-7414-8743, kattis: cy-k}}
  translators: {{sv: Di, pt-BR: [Ed, Fe]}}
  acknowledgements: Gi
source:
  - {{name: First Cup, url: 'https://x.example'}}
  - Second Cup
keywords: [graphs, greedy]
embargo_until: 2030-01-31T08:00:00Z
uuid: {UUID}
"""
    changes = yaml_with(STANDARD, more, instead_of=f"uuid: {UUID}\n")
    package = read(tmp_path, STANDARD, changes)
    assert package.warnings == ()
    assert package.problem.about == About(
        uuid=UUID,
        revision="1.10",
        credits=(
            Credit(role="authors", name="Ada", email="ada@x.example"),
            Credit(role="authors", name="Bo"),
            Credit(
                role="testers",
                name="Cy",
                email="cy@x.example",
                orcid="0000-0001-7414-8743",
                kattis="cy-k",
            ),
            Credit(role="translators", name="Di", language="sv"),
            Credit(role="translators", name="Ed", language="pt-BR"),
            Credit(role="translators", name="Fe", language="pt-BR"),
            Credit(role="acknowledgements", name="Gi"),
        ),
        sources=(Source(name="First Cup", url="https://x.example"), Source(name="Second Cup")),
        license="cc0",
        rights_owner="us",
        keywords=("graphs", "greedy"),
        embargo_until="2030-01-31T08:00:00Z",
    )


def test_the_short_forms(tmp_path: Path) -> None:
    more = "credits: Ada <ada@x.example>\nsource: A Cup\nembargo_until: 2030-01-31"
    about = read(tmp_path, STANDARD, yaml_with(STANDARD, more)).problem.about
    assert about.credits == (Credit(role="authors", name="Ada", email="ada@x.example"),)
    assert (about.sources, about.embargo_until) == ((Source(name="A Cup"),), "2030-01-31")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada", ["Ada"]),
        ("Ada and Bo", ["Ada", "Bo"]),
        ("Ada, Bo, and Cy", ["Ada", "Bo", "Cy"]),
        ("Ada, Bo and Cy", ["Ada", "Bo", "Cy"]),
        ("Andrew Anders", ["Andrew Anders"]),
    ],
)
def test_legacy_authors(tmp_path: Path, author: str, names: list[str]) -> None:
    more = f"author: {author}\nsource: A Cup\nsource_url: 'https://x.example'\nkeywords: graphs greedy"
    about = read(tmp_path, LEGACY, yaml_with(LEGACY, more)).problem.about
    assert [(each.role, each.name) for each in about.credits] == [("authors", name) for name in names]
    assert about.sources == (Source(name="A Cup", url="https://x.example"),)
    assert about.keywords == ("graphs", "greedy")


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("license: cc by", True),
        ("license: cc by\nrights_owner: me", False),
        ("license: cc by\nauthor: me", False),
        ("license: cc by\nsource: a cup", False),
        ("license: unknown", False),
        ("license: public domain", False),
        ("license: public domain\nrights_owner: me", True),
        ("source_url: 'https://x.example'", True),
    ],
)
def test_the_owner_must_be_clear(tmp_path: Path, line: str, is_told: bool) -> None:
    changes = {"problem.yaml": f"name: X\n{line}\n"}
    assert len(read(tmp_path, LEGACY, changes).warnings) == is_told


def test_names_in_all_languages_reach_the_problem(tmp_path: Path) -> None:
    changes = {
        **yaml_with(STANDARD, "name: {sv: Ett, en: One}", instead_of="name: A Problem"),
        "statement/problem.sv.md": "Text.\n",
    }
    found = read(tmp_path, STANDARD, changes).problem
    assert (found.name, found.names) == ("One", (("en", "One"), ("sv", "Ett")))


def test_only_some_languages_may_be_used(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, yaml_with(STANDARD, "languages: [cpp, algol68, python3]"))
    found = package.problem.languages
    assert found is not None
    assert {"cpp", "python3"} <= set(found)
    assert not {"c", "java"} & set(found)
    assert ["'algol68' is no language of this judge" in each for each in messages(package)] == [True]


def test_other_versions_of_a_language_may_be_used_with_it(tmp_path: Path) -> None:
    found = read(tmp_path, STANDARD, yaml_with(STANDARD, "languages: cpp")).problem.languages
    assert found is not None
    assert {"cpp", "cpp17"} <= set(found)


CONSTANTS = yaml_with(
    STANDARD,
    "constants:\n  n: 5\n  word: {value: 7_000, tex: '7\\,000', long: seven}\n  other: {value: 10, t: 11}\n",
)


def test_constants_are_replaced_where_they_stand_for_their_values(tmp_path: Path) -> None:
    text = "{{n}} {{n.value}} {{word}} {{word.tex}} {{none}} {{ n }} {{nextsample}} {{word.none}}"
    replaced = b"5 5 7_000 7\\,000 {{none}} {{ n }} {{nextsample}} {{word.none}}"
    places = {
        "statement/problem.en.md": f"{text}\n",
        "input_validators/validate.py": f"# {text}\n",
        "output_validator/check.py": f"# {text}\n",
        "include/default/limits.h": f"# {text}\n",
        "submissions/accepted/good.py": f"# {text}\n",
    }
    others = {
        "data/secret/01.in": f"{text}\n",
        "data/sample/1.yaml": "hint: n is {{n}}\n",
        "data/secret/test_group.yaml": "output_validator_args: ['{{n}}']\n",
        "attachments/tool.py": f"# {text}\n",
    }
    package = read(tmp_path, STANDARD, {**CONSTANTS, **places, **others})
    found = package.problem
    assert found.statements[0].text.encode() == replaced + b"\n"
    for path in list(places)[1:]:
        assert content(package, path) == b"# " + replaced + b"\n", path
    assert package.submissions[0].files[0].content == b"# " + replaced + b"\n"
    assert content(package, "data/secret/01.in").decode() == f"{text}\n"
    assert content(package, "attachments/tool.py").decode() == f"# {text}\n"
    assert (found.tests[0].hint, found.tests[1].validator_args) == ("n is {{n}}", ("5",))
    assert (package.path / "output_validator/check.py").read_text() == f"# {text}\n"
    assert ["constants.other.t: '11' seems to be another number" in each for each in messages(package)] == [
        True
    ]


def test_constants_in_latex(tmp_path: Path) -> None:
    changes = {
        **CONSTANTS,
        "statement/problem.en.md": None,
        "statement/problem.en.tex": "\\problemname{A Problem}\n\\constant{n}, \\constant{word.tex} {{n}}\n",
    }
    (statement,) = read(tmp_path, STANDARD, changes).problem.statements
    assert statement.text == "\\problemname{A Problem}\n5, 7\\,000 {{n}}\n"


def test_another_constant_is_another_version(tmp_path: Path) -> None:
    def version(value: str) -> str:
        changes = {
            **yaml_with(STANDARD, f"constants: {{n: {value}}}"),
            "output_validator/check.py": "limit = {{n}}\n",
        }
        return read(tmp_path / value, STANDARD, changes).problem.version

    assert version("5") != version("6")


@pytest.mark.parametrize(
    ("files", "limits", "measured"),
    [
        (STANDARD, "", (2.0, 1.5, 1000)),
        (
            STANDARD,
            "limits: {time_multipliers: {ac_to_time_limit: 3}, time_resolution: 0.25}",
            (3.0, 1.5, 250),
        ),
        (STANDARD, "limits: {time_multipliers: {time_limit_to_tle: 1}}", (2.0, 1.0, 1000)),
        (LEGACY, "", (5.0, 2.0, 1000)),
        (LEGACY, "limits: {time_multiplier: 2.5, time_safety_margin: 1}", (2.5, 1.0, 1000)),
    ],
)
def test_a_time_limit_to_be_measured(
    tmp_path: Path, files: Files, limits: str, measured: tuple[float, float, int]
) -> None:
    instead_of = "limits:\n  time_limit: 2.0\n" if files is STANDARD else "rights_owner: us\n"
    owner = "" if files is STANDARD else "rights_owner: us\n"
    changes = {**yaml_with(files, f"{owner}{limits}\n", instead_of=instead_of), ".timelimit": None}
    path = make(tmp_path, files, changes)
    package = read_package(path, can_measure=True)
    accepted, too_slow, resolution_ms = measured
    assert package.unmade == (
        MeasuredTimeLimit(accepted_factor=accepted, too_slow_factor=too_slow, resolution_ms=resolution_ms),
    )
    assert (package.problem.version, package.warnings) == (UNMADE, ())
    plain = read_package(path)
    assert (plain.unmade, plain.problem.limits.cpu_time_ms) == ((), 5000)
    assert ["no time limit is given" in each for each in messages(plain)] == [True]


def test_a_time_limit_that_is_given_is_not_measured(tmp_path: Path) -> None:
    assert read_package(make(tmp_path, STANDARD), can_measure=True).unmade == ()
    assert read_package(make(tmp_path / "legacy", LEGACY), can_measure=True).unmade == ()


def test_files_included_with_submissions(tmp_path: Path) -> None:
    changes = {
        "include/default/data.txt": "x",
        "include/python3/lib/help.py": "x",
        "include/algol68/x": "x",
    }
    package = read(tmp_path, STANDARD, changes)
    by_language = {each.language_id: each for each in package.problem.included}
    file = JuryFile(name="lib/help.py", content=DataRef("include/python3/lib/help.py"))
    assert by_language["python3"] == Included(language_id="python3", files=(file,))
    assert [each.name for each in by_language[None].files] == ["data.txt"]
    assert package.problem.included[-1].language_id is None
    assert [warning.path for warning in package.warnings] == ["include/algol68"]


def test_attachments_and_templates(tmp_path: Path) -> None:
    changes = {
        "attachments/tool.py": "x",
        "attachments/templates/default/start.txt": "x",
        "attachments/templates/cpp/main.cpp": "x",
        "attachments/templates/algol68/x": "x",
    }
    package = read(tmp_path, STANDARD, changes)
    assert [each.name for each in package.problem.attachments] == [
        "templates/algol68/x",
        "templates/cpp/main.cpp",
        "templates/default/start.txt",
        "tool.py",
    ]
    assert [warning.path for warning in package.warnings] == ["attachments/templates/algol68"]


def test_what_is_shown_of_samples(tmp_path: Path) -> None:
    changes = {
        "data/sample/1.in.statement": "1\n",
        "data/sample/1.in.download": "1\n",
        "data/sample/1.out": "2\n",
        "data/sample/2.in": "1\n",
        "data/sample/2.ans": "2\n",
        "data/sample/2.interaction": "<1\n>2\n---\n<3\n",
        "data/sample/2.in.download": "1\n",
        "data/sample/2.ans.download": "2\n",
        "data/sample/3.interaction": ">1\n",
    }
    found = read(tmp_path, STANDARD, changes).problem
    assert found.tests[0].shown == ShownSample(
        input=DataRef("data/sample/1.in.statement"),
        output=DataRef("data/sample/1.out"),
        input_download=DataRef("data/sample/1.in.download"),
        output_download=DataRef("data/sample/1.out"),
    )
    assert found.tests[1].shown == ShownSample(
        interaction=DataRef("data/sample/2.interaction"),
        input_download=DataRef("data/sample/2.in.download"),
        output_download=DataRef("data/sample/2.ans.download"),
    )
    assert found.tests[2].shown is None
    assert found.more_samples == (ShownSample(interaction=DataRef("data/sample/3.interaction")),)


def test_the_files_of_a_legacy_talk_are_not_for_people(tmp_path: Path) -> None:
    talk = yaml_with(LEGACY, "validation: custom interactive")
    changes = {**talk, "output_validators/talk.py": "exit(42)\n"}
    sample, secret = read(tmp_path / "talk", LEGACY, changes).problem.tests
    assert (sample.shown, secret.shown) == (ShownSample(), None)
    plain, _ = read(tmp_path / "plain", LEGACY).problem.tests
    assert plain.shown is None


def test_what_belongs_to_a_test(tmp_path: Path) -> None:
    changes = {
        "data/secret/01.files/words.txt": "x",
        "data/secret/01.files/more/1.in": "no test",
        "data/secret/01.yaml": "args: [a, b]\nfull_feedback: true\nhint: Look!\ndescription: Small.\n",
        "data/sample/test_group.yaml": "full_feedback: false\nargs: [c]\n",
    }
    sample, secret = read(tmp_path, STANDARD, changes).problem.tests
    assert [(file.name, file.content) for file in secret.files] == [
        ("more/1.in", "data/secret/01.files/more/1.in"),
        ("words.txt", "data/secret/01.files/words.txt"),
    ]
    assert (secret.args, secret.full_feedback, secret.hint, secret.description) == (
        ("a", "b"),
        True,
        "Look!",
        "Small.",
    )
    assert (sample.args, sample.full_feedback) == (("c",), False)


def test_legacy_hints_and_descriptions(tmp_path: Path) -> None:
    changes = {"data/secret/01.hint": "Look!\n", "data/secret/01.desc": "Small.\n"}
    _, secret = read(tmp_path, LEGACY, changes).problem.tests
    assert (secret.hint, secret.description) == ("Look!", "Small.")
