"""deploy/compose.yaml and the image: what can be known of them without starting them."""

from pathlib import Path
import re
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner
import yaml

from assay import __version__
from assay.cli import main
from assay.settings import read_settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
OURS = ("api", "relay", "worker", "migrate")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<how>:[?-])?[^}]*\}")
VALUE = "abc123abc123abc123"


@pytest.fixture(scope="module")
def text() -> str:
    return (DEPLOY / "compose.yaml").read_text()


@pytest.fixture(scope="module")
def compose(text: str) -> dict[str, Any]:
    """As Compose reads it with every variable set."""
    read: dict[str, Any] = yaml.safe_load(VARIABLE.sub(VALUE, text.replace("${ASSAY_SLOTS:-2}", "2")))
    return read


def test_every_image_has_a_version_and_ours_is_this_release(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        image, _, tag = service["image"].partition(":")
        assert re.match(r"\d+\.\d+", tag), name
        if name in OURS:
            assert (image, tag) == ("assay", __version__)
    assert re.search(r"^FROM debian:12\.\d+", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)


def test_what_is_secret_comes_from_the_file_and_must_be_there(text: str) -> None:
    said = {
        line.partition("=")[0]: line.partition("=")[2]
        for line in (DEPLOY / "compose.env.example").read_text().splitlines()
        if line and not line.startswith("#")
    }
    used = {found["name"]: found["how"] for found in VARIABLE.finditer(text)}
    assert set(said) == set(used)
    secret = {name for name in used if re.search(r"PASSWORD|KEY", name)}
    assert secret == {name for name, how in used.items() if how == ":?"}
    assert {said[name] for name in secret} == {""}, "an example has no secrets that somebody would keep"
    assert "deploy/compose.env" in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "/deploy/compose.env" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_such_as_the_release_takes(compose: dict[str, Any], name: str) -> None:
    environment = compose["services"][name]["environment"]
    settings = read_settings(environment)
    assert settings.s3 is not None
    assert settings.s3.endpoint == "http://s3:8333"
    assert settings.events_url.startswith("redis://")
    unknown = {each for each in environment if each.startswith("ASSAY_")} - set(settings_in_the_source())
    assert unknown == set()


@pytest.mark.parametrize("name", ["api", "relay"])
def test_our_commands_are_such_as_the_release_takes(
    compose: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def become(_: str, arguments: list[str]) -> NoReturn:
        started.append(arguments)
        raise SystemExit(0)

    monkeypatch.setattr("os.execv", become)
    service = compose["services"][name]
    done = CliRunner().invoke(main.app, [str(word) for word in service["command"]], catch_exceptions=False)
    assert (done.exit_code, done.output) == (0, "")
    assert started[0][started[0].index("--role") + 1] == name


def test_only_the_worker_is_more_than_an_ordinary_process(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        merged = {**service}
        if name == "worker":
            assert (merged["privileged"], merged["cgroup"], merged["user"]) == (True, "private", "root")
        else:
            assert "privileged" not in merged
            assert "user" not in merged, "the image's own, which is assay"
            assert (merged["cap_drop"], merged["read_only"]) == (["ALL"], True)
    others = [each for name, each in compose["services"].items() if name not in OURS]
    assert not any("privileged" in each for each in others)
    assert re.findall(r"^USER (.+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE) == ["assay"]


def test_nothing_is_reached_from_elsewhere_but_the_doors_and_these_on_loopback(
    compose: dict[str, Any],
) -> None:
    published = {name: each["ports"] for name, each in compose["services"].items() if "ports" in each}
    assert published == {"api": ["127.0.0.1:8700:8700"]}


def test_what_is_named_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}"
        volumes = {each.partition(":")[0] for each in service.get("volumes", [])}
        assert volumes <= set(compose["volumes"]), name


def test_all_that_the_image_copies_is_there_and_make_setup_has_what_it_needs() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert [each for each in copied if not (ROOT / each).exists()] == []
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert not set(copied) & set(ignored)
    for needed in (
        "scripts",
        "deploy",
        "cell",
        "frontend",
        "src",
        "requirements-build.txt",
        "hatch_build.py",
    ):
        assert needed in copied


def settings_in_the_source() -> list[str]:
    """Every `ASSAY_…` that the reader of the environment names."""
    folder = Path(str(read_settings.__code__.co_filename)).parent
    return [
        name for file in folder.glob("*.py") for name in re.findall(r"ASSAY_[A-Z0-9_]+", file.read_text())
    ]
