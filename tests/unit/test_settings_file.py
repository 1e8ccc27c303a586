"""Settings from a file: below flags and environment, above the defaults, and no slip goes unnoticed."""

from pathlib import Path
import re

import pytest

from assay.errors import UsageError
from assay.settings import file, read_settings
from assay.settings.changes import IN_OPERATION, changes
from assay.settings.file import BYTES_MAX, KNOWN, read_file


def written(tmp_path: Path, text: str) -> dict[str, str]:
    """The environment that names a file with this text."""
    path = tmp_path / "settings"
    path.write_text(text)
    return {"ASSAY_CONFIG": str(path)}


def test_every_setting_that_is_read_is_known_and_no_other() -> None:
    folder = Path(str(file.__file__)).parent
    sources = [each.read_text() for each in folder.glob("*.py") if each.name not in ("file.py", "changes.py")]
    read = {
        name
        for text in sources
        for name in re.findall(r'(?:get\(\s*|environment,\s*)"((?:ASSAY|AWS)_\w+)"', text)
    }
    assert read == KNOWN


def test_flags_win_then_the_environment_then_the_file_then_the_defaults(tmp_path: Path) -> None:
    environment = written(tmp_path, "ASSAY_SLOTS=3\nASSAY_PORT=1234\nASSAY_LEASE_SECONDS=6\n")
    settings = read_settings({**environment, "ASSAY_PORT": "4321"}, slots=2)
    assert (settings.slots, settings.port, settings.lease_seconds) == (2, 4321, 6.0)
    assert settings.heartbeat_seconds == 2.0


def test_what_was_said_is_said_by_both(tmp_path: Path) -> None:
    environment = written(tmp_path, "ASSAY_SLOTS=3\nASSAY_PORT=1234\n")
    settings = read_settings({**environment, "ASSAY_PORT": "4321"})
    assert settings.said == {**environment, "ASSAY_SLOTS": "3", "ASSAY_PORT": "4321"}


def test_empty_lines_comments_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text(
        "# what this is\n\n  ASSAY_ALLOWED_HOSTS = x\n".replace(" = ", "=")
        + 'ASSAY_OPERATOR_TOKEN="# not a comment = 1"\nASSAY_LOG_LEVEL=\'debug\'\nASSAY_USER="\n'
    )
    assert read_file(path) == {
        "ASSAY_ALLOWED_HOSTS": "x",
        "ASSAY_OPERATOR_TOKEN": "# not a comment = 1",
        "ASSAY_LOG_LEVEL": "debug",
        "ASSAY_USER": '"',
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ASSAY_SLOT=2", "line 1 of .* no setting ASSAY_SLOT; do you mean ASSAY_SLOTS"),
        ("\n# x\nslots = 2", "line 3 of .* is not NAME=value"),
        ("export ASSAY_SLOTS=2", "is not NAME=value"),
        ("ASSAY_SLOTS=2\nASSAY_SLOTS=3", "line 2 of .* ASSAY_SLOTS for the second time"),
        ("ASSAY_SLOTS=many", "ASSAY_SLOTS must be a whole number"),
        ("PATH=/bin", "there is no setting PATH"),
        ("#" * (BYTES_MAX + 1), "more than"),
    ],
)
def test_a_slip_is_refused_and_named(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_settings(written(tmp_path, text))


def test_what_may_be_secret_is_not_repeated(tmp_path: Path) -> None:
    for text in ("ASSAY_OPERATOR_TOKN=hunter2", "ASSAY_DATABASE_URL=hunter2", "hunter2"):
        with pytest.raises(UsageError) as refused:
            read_settings(written(tmp_path, text))
        assert "hunter2" not in refused.value.message


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_settings({"ASSAY_CONFIG": str(tmp_path / "none")})
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is no text"):
        read_settings({"ASSAY_CONFIG": str(tmp_path / "binary")})


def test_the_sandbox_may_be_made_for_more_slots_than_there_are_at_first() -> None:
    assert read_settings({"ASSAY_SLOTS": "2"}).slots_max == 2
    assert read_settings({"ASSAY_SLOTS": "2", "ASSAY_SLOTS_MAX": "5"}).slots_max == 5
    with pytest.raises(UsageError, match="ASSAY_SLOTS_MAX"):
        read_settings({"ASSAY_SLOTS": "2", "ASSAY_SLOTS_MAX": "1"})


def test_what_may_change_in_operation_changes_and_the_rest_is_named() -> None:
    now = read_settings({"ASSAY_SLOTS": "2", "ASSAY_SLOTS_MAX": "4"})
    wanted = read_settings(
        {
            "ASSAY_SLOTS": "3",
            "ASSAY_SLOTS_MAX": "4",
            "ASSAY_LOG_LEVEL": "debug",
            "ASSAY_PORT": "1",
            "ASSAY_SANDBOX": "docker",
            "ASSAY_DOCKER_IMAGE": "x:1",
        }
    )
    found = changes(now, wanted)
    assert set(found.taken) == {"ASSAY_LOG_LEVEL", "ASSAY_SLOTS"}
    assert set(found.waiting) == {"ASSAY_PORT", "ASSAY_SANDBOX and what goes with it"}
    assert (found.settings.slots, found.settings.port) == (3, now.port)
    assert changes(found.settings, wanted).taken == ()


def test_no_more_slots_than_the_sandbox_was_made_for() -> None:
    now = read_settings({"ASSAY_SLOTS": "2"})
    found = changes(now, read_settings({"ASSAY_SLOTS": "8"}))
    assert (found.taken, found.waiting, found.settings.slots) == ((), ("ASSAY_SLOTS_MAX",), 2)
    fewer = changes(now, read_settings({"ASSAY_SLOTS": "1"}))
    assert (fewer.taken, fewer.waiting, fewer.settings.slots) == (("ASSAY_SLOTS",), (), 1)


def test_every_name_is_a_setting_that_is_known() -> None:
    assert set(IN_OPERATION.values()) <= KNOWN
    everything = {
        "ASSAY_DATA_DIR": "/x", "ASSAY_DATABASE_URL": "postgresql://h/d", "ASSAY_QUEUE_URL": "redis://h",
        "ASSAY_DATABASE_READ_URL": "postgresql://h2/d", "ASSAY_CACHE_URL": "redis://h", "ASSAY_HOST": "h",
        "ASSAY_QUEUE_WINDOW": "64", "ASSAY_BLOB_CACHE_BYTES": str(1 << 21), "ASSAY_ALLOWED_HOSTS": "h",
        "ASSAY_EVENTS_URL": "redis://h", "ASSAY_METRICS": "off", "ASSAY_METRICS_PORT": "99",
        "ASSAY_USER": "u", "ASSAY_CELL": "/c", "ASSAY_FIRST_SLOT_UID": "70000", "ASSAY_ATTACK_GATE": "off",
        "ASSAY_WARM": "off", "ASSAY_COMPILE_CACHE": "off", "ASSAY_TESTLIB": __file__,
        "ASSAY_CRASH_POINT": "claimed", "ASSAY_BLOB_URL": "file:///y", "ASSAY_PORT": "1",
    }  # fmt: skip
    waiting = changes(read_settings({}), read_settings(everything)).waiting
    assert {name for name in waiting if " " not in name} <= KNOWN
    assert {name for name in everything if name not in waiting} == set()
