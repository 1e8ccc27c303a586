"""Every URL of the settings is an option of the commands that stand on them, and wins over its setting."""

import json
import os
import subprocess
import sys
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner

from assay.cli import main
from assay.cli.urls import URL_OPTIONS
from assay.settings import read_settings

COMMANDS = ("serve", "worker", "migrate", "doctor")
GIVEN = {
    "--database-url": "postgresql://me:secret@127.0.0.1:1/assay",
    "--database-read-url": "postgresql://me:secret@127.0.0.1:2/assay",
    "--events-url": "redis://127.0.0.1:3/0",
    "--cache-url": "redis://127.0.0.1:4/0",
    "--queue-url": "redis://127.0.0.1:5/0",
    "--blob-url": "file:///srv/blobs",
}


def test_every_url_that_the_settings_read_is_an_option() -> None:
    settings = {f"ASSAY_{name.upper()}" for name in vars(read_settings({})) if name.endswith("_url")}
    assert {each.setting for each in URL_OPTIONS} == settings
    assert set(GIVEN) == {each.flag for each in URL_OPTIONS}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_them_all(command: str) -> None:
    shown = CliRunner().invoke(main.app, [command, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert [each.flag for each in URL_OPTIONS if each.flag not in shown.output] == []
    assert "--urls" not in shown.output


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_server_gets_them_in_its_environment_where_only_its_user_looks(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[str, Any] = {}

    def become(program: str, arguments: list[str]) -> NoReturn:
        started["arguments"], started["environment"] = arguments, dict(os.environ)
        sys.exit(0)

    for each in URL_OPTIONS:
        monkeypatch.setenv(each.setting, "as the environment says")
    monkeypatch.setattr(os, "execv", become)
    CliRunner().invoke(main.app, [command, *(word for pair in GIVEN.items() for word in pair)])
    assert {each.flag: started["environment"][each.setting] for each in URL_OPTIONS} == GIVEN
    assert "secret" not in " ".join(started["arguments"])


def test_what_is_not_given_is_as_the_environment_says_and_answers_are_all_that_is_printed() -> None:
    looked = subprocess.run(
        [sys.executable, "-m", "assay", "doctor", "--json", "--events-url", "redis://127.0.0.1:2/0"],
        env={**os.environ, "ASSAY_CACHE_URL": "redis://127.0.0.1:1/0"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "redis_trouble" in looked.stderr
    checks = {each["name"]: each for each in json.loads(looked.stdout)["checks"]}
    assert "127.0.0.1:1" in checks["cache"]["found"]
    assert "127.0.0.1:2" in checks["events"]["found"]


@pytest.mark.parametrize("command", ["migrate", "doctor"])
def test_a_wrong_one_is_refused_and_what_may_be_secret_is_not_repeated(command: str) -> None:
    refused = CliRunner().invoke(main.app, [command, "--database-url", "mysql://me:secret@h/d"])
    assert refused.exit_code != 0
    assert "ASSAY_DATABASE_URL" in str(refused.exception)
    assert "secret" not in refused.output + str(refused.exception)
