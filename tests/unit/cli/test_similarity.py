"""What `assay similarity` refuses, and how a template is taken out; without becoming another user."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.cli.similarity import app, comparing, showing
from assay.errors import UsageError
from tests.unit.analysis.similarity.made import COUNTING, SIEVE

Cli = Callable[..., Result]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    def stay(*_: Any, **__: Any) -> None:
        """Whoever runs the tests is who the command runs as."""

    for module in (comparing, showing):
        monkeypatch.setattr(module, "settle_in", stay)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "DIR"
    place.mkdir()
    (place / "a.py").write_text(COUNTING + SIEVE)
    (place / "b.py").write_text("# mine\n" + COUNTING + SIEVE)
    (place / "c.py").write_text(SIEVE)
    return place


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere"], "nowhere: no such file or folder"),
        (["run", "FILE"], "is no folder"),
        (["run", "DIR", "DIR"], "named twice"),
        (["run", "DIR", "--language", "klingon"], "there is no language 'klingon'"),
        (["run", "DIR", "--language", "haskell"], "similarity cannot read haskell"),
        (["run", "DIR", "--out", "/nowhere/f.json"], "--out: /nowhere: no such folder"),
        (["run", "DIR", "--out", "DIR"], "is a folder; name a file"),
        (["run", "DIR", "--template", "nowhere"], "nowhere: no such file or folder"),
        (["show", "FILE"], "is no result of 'assay similarity run --out'"),
        (["show", "RESULT", "--pair", "99999"], "--pair: there are"),
        (["show", "FILE", "FILE", "--pair", "1"], "--pair: is for a result"),
        (["show", "FILE", "FILE", "FILE"], "give a result"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_what_cannot_be_is_refused(cli: Cli, folder: Path, arguments: list[str], said: str) -> None:
    result = folder.parent / "result.json"
    if "RESULT" in arguments:
        assert cli("run", folder, "--out", result).exit_code == 0
    places = {"DIR": str(folder), "FILE": str(folder / "a.py"), "RESULT": str(result)}
    done = cli(*[places.get(each, each) for each in arguments])
    assert isinstance(done.exception, UsageError)
    assert said in done.exception.message


def test_a_template_is_nobody_s_own(cli: Cli, folder: Path, tmp_path: Path) -> None:
    template = tmp_path / "starter.py"
    template.write_text(SIEVE)
    plain = json.loads(cli("run", folder, "--json").stdout)
    assert [(pair["a"], pair["b"], pair["similarity"]) for pair in plain["pairs"]] == [
        ("a.py", "b.py", 1.0),
        ("a.py", "c.py", 1.0),
        ("b.py", "c.py", 1.0),
    ]
    assert plain["false_positive_rate"] is None
    assert "too few" in plain["threshold_basis"]
    out = tmp_path / "r.json"
    with_template = json.loads(cli("run", folder, "--template", template, "--out", out, "--json").stdout)
    assert [(pair["a"], pair["b"]) for pair in with_template["pairs"]] == [("a.py", "b.py")]
    assert json.loads(out.read_text()) == with_template
    shown = json.loads(cli("show", out, "--pair", "1", "--json").stdout)
    assert shown == with_template["pairs"][0]


def test_a_template_that_cannot_be_read_is_refused(cli: Cli, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("notes")
    done = cli("run", folder, "--template", tmp_path / "notes.md")
    assert isinstance(done.exception, UsageError)
    assert "--template" in done.exception.message


def test_several_folders_are_compared_with_each_other(cli: Cli, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "spring"
    other.mkdir()
    (other / "a.py").write_text(COUNTING)
    found = json.loads(cli("run", folder, other, "--json").stdout)
    assert f"{folder}/a.py" in {pair["a"] for pair in found["pairs"]}
    assert f"{other}/a.py" in {pair["b"] for pair in found["pairs"]}


@pytest.mark.parametrize(
    "damage",
    [{"pairs": 3}, {"pairs": [{"a": "x"}]}, {"templates": None}, {"submissions": []}, {"format": "other/9"}],
    ids=lambda each: next(iter(each)),
)
def test_a_damaged_result_is_refused(cli: Cli, folder: Path, tmp_path: Path, damage: dict[str, Any]) -> None:
    out = tmp_path / "r.json"
    assert cli("run", folder, "--out", out).exit_code == 0
    out.write_text(json.dumps({**json.loads(out.read_text()), **damage}))
    done = cli("show", out)
    assert isinstance(done.exception, UsageError)


def test_names_that_nobody_should_print_are_not(cli: Cli, folder: Path) -> None:
    (folder / "x\x1b[31m\u202e.py").write_text(COUNTING + SIEVE)
    done = cli("run", folder)
    assert done.exit_code == 0
    assert not set("\x1b\u202e") & set(done.stdout)
